"""What banner.js is tried on: a site whose pages a test writes, in the place of the demo's, and vendors that note."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import trustme

from careers_site import Careers, NewVisitor
from reviving.serving import served, vendors
from reviving.site import PagesApp
from reviving.vendors import Vendors
from reviving.visit import Visit


@pytest.fixture(scope="session")
def sink(authority: trustme.CA) -> Iterator[Vendors]:
    """All other hosts."""
    with vendors(authority) as server:
        yield server


@pytest.fixture(scope="module")
def app() -> PagesApp:
    """The app behind the gate."""
    return PagesApp()


@pytest.fixture(scope="module")
def careers(app: PagesApp, authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Careers]:
    """The site, gated and ungated."""
    with served(app, authority, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def visit(visitor: NewVisitor, app: PagesApp, sink: Vendors) -> Visit:
    """Someone from Germany on a site that has no pages yet."""
    app.pages.clear()
    return Visit(visitor().new_page(), app, sink)
