"""The demo site as the browser tests meet it: under a real server, gated and ungated."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import trustme
import uvicorn
from playwright.sync_api import BrowserContext
from starlette.types import ASGIApp

from consentgate.ledger import Event, open_ledger

HOST = "careers.northwind.example"
UNGATED = "ungated.northwind.example"

NewVisitor = Callable[..., BrowserContext]
"""Makes a browser context for someone new, from a region of the demo's switch."""


@dataclass(frozen=True, slots=True)
class Careers:
    """The demo site as it is served."""

    url: str
    port: int
    ungated_port: int
    ledger: str

    @property
    def rules(self) -> tuple[str, str]:
        """How a browser finds it under its names."""
        return f"MAP {HOST} 127.0.0.1:{self.port}", f"MAP {UNGATED} 127.0.0.1:{self.ungated_port}"

    def events(self) -> list[Event]:
        """The rows of its ledger."""
        return [event for _, event in open_ledger(self.ledger).events()]


def certificate(authority: trustme.CA, folder: Path, *hosts: str) -> tuple[Path, Path]:
    """The files of a certificate for these hosts, in `folder`: the chain and the key."""
    issued = authority.issue_cert(*hosts)
    chain, key = folder / "chain.pem", folder / "key.pem"
    issued.private_key_pem.write_to_path(str(key))
    for blob in issued.cert_chain_pems:
        blob.write_to_path(str(chain), append=True)
    return chain, key


class Served:
    """Runs an app under uvicorn in a thread while it is entered, and tells its port."""

    def __init__(self, app: ASGIApp, chain: Path, key: Path) -> None:
        config = uvicorn.Config(
            app, port=0, lifespan="auto", proxy_headers=False, log_level="error", ssl_certfile=chain, ssl_keyfile=key
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> int:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the site did not start"
            self._thread.join(0.01)
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
