"""`python -m demo_app`: fill the record with a month of visitors, say what to open, serve."""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from . import main
from .seed import seed

WELCOME = """\
Northwind Careers, the demo site of consentgate. Ctrl-C stops it.

  The site            {url}/
  Your choices        {url}/_consent/
  A job with a video  {url}/jobs/senior-support-engineer

At the top of each page, "Demo: who is visiting?" changes the region and the signals. {crowd}
  {command} report --ledger {ledger}

Remove the folder {folder} to begin again.
"""


def run(arguments: Sequence[str] | None = None) -> None:
    """Serve the demo until it is stopped."""
    options = _parser().parse_args(arguments)
    _see_that_the_port_is_free(options.port)
    ledger = main.ledger()
    if not options.no_seed:
        print("A month of visitors comes by first; that takes some seconds.", flush=True)
        seed(ledger, main.key(), main.FOLDER)
    crowd = "See what visitors chose:" if options.no_seed else "See what a month of played visitors chose:"
    url = f"http://127.0.0.1:{options.port}"
    command = Path(sys.executable).with_name("consentgate")
    print(WELCOME.format(url=url, ledger=ledger, folder=main.FOLDER, crowd=crowd, command=command), flush=True)
    # The gate itself reads X-Forwarded-For, from the proxies that its policy trusts: two readers would be one too many.
    uvicorn.run(main.app, port=options.port, lifespan="on", proxy_headers=False, log_level="warning")


def _see_that_the_port_is_free(port: int) -> None:
    """Before anything is said: an address that nobody can open would be all there is to read."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except (OSError, OverflowError) as error:
        sys.exit(f"Port {port} can't be opened ({error}). Try --port with another one.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description="Serve the demo careers site.")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    parser.add_argument("--no-seed", action="store_true", help="begin with what the record holds already")
    return parser


if __name__ == "__main__":
    run()
