"""The careers site as a Starlette app, without a gate: every tag on its pages is live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from consentgate import Policy

from . import panel
from .pages import Pages

HERE = Path(__file__).parent


def load_policy() -> Policy:
    """The policy of the demo."""
    return Policy.load(HERE / "consentgate.toml")


def utc_now() -> datetime:
    """The time of day, in UTC."""
    return datetime.now(UTC)


def careers_site(policy: Policy, clock: Callable[[], datetime] = utc_now) -> Starlette:
    """The site, as its developers would write it if nobody had to be asked. `clock` tells which notice is in force."""
    pages = Pages(policy, clock)
    return Starlette(
        routes=[*pages.routes(), *panel.routes(), Mount("/static", StaticFiles(directory=HERE / "static"))],
        exception_handlers={404: pages.not_found, 500: pages.failed},
    )
