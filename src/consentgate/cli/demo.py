"""`consentgate demo`: the demo careers site."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from consentgate.cli.consoles import err

_PACKAGE = Path(__file__).parents[1]


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen, on 127.0.0.1.")] = 8000,
    seed: Annotated[bool, typer.Option(help="Let some visitors come by first, so that there is a report.")] = True,
) -> None:
    """Serve the demo careers site. It needs the extra named demo: pip install consentgate\\[demo]."""
    try:
        site = import_module(_demo_module())
    except ModuleNotFoundError as error:
        err().print(f"The demo needs {error.name}: pip install 'consentgate[demo]'", markup=False)
        raise typer.Exit(1) from error
    site.run(["--port", str(port), *([] if seed else ["--no-seed"])])


def _demo_module() -> str:
    """demo_app is packed into the wheel; a checkout has it beside src/."""
    if (_PACKAGE / "demo_app").is_dir():
        return "consentgate.demo_app.__main__"
    sys.path.insert(0, str(_PACKAGE.parents[1]))
    return "demo_app.__main__"
