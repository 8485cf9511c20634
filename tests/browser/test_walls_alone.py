"""Each wall alone, in a real browser: what one of them is for it keeps out without the help of the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chromium import chromium
from vendor_snippets.alone import WALLS, kept_out
from vendor_snippets.forms import Form
from vendor_snippets.lab import Lab, opened
from vendor_snippets.site import site

pytestmark = pytest.mark.browser

IN_THE_PAGE = (Form.TAG, Form.INLINE, Form.NOSCRIPT)
AT_RUN_TIME = (Form.BUNDLE, Form.CONTAINER)

MUST_KEEP_OUT = [
    *(("html", form) for form in IN_THE_PAGE),
    *(("guard", form) for form in AT_RUN_TIME),
    *(("csp", form) for form in (*IN_THE_PAGE, *AT_RUN_TIME)),
    ("headers", Form.HEADER),
]
"""Which wall must keep all vendors out of which form's page."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The site behind each wall."""
    apps = {name: wall(site()) for name, wall in WALLS.items()}
    with opened(apps, chromium(), tmp_path_factory.mktemp("walls")) as opened_lab:
        yield opened_lab


@pytest.mark.parametrize(("wall", "form"), MUST_KEEP_OUT, ids=str)
def test_a_wall_keeps_everyone_out_of_what_it_is_for(lab: Lab, wall: str, form: Form) -> None:
    kept = kept_out(lab, wall, form)
    assert not kept.of - kept.out, f"came through: {', '.join(sorted(kept.of - kept.out))}"


@pytest.mark.parametrize("form", Form)
def test_without_a_wall_nobody_is_kept_out(lab: Lab, form: Form) -> None:
    assert not kept_out(lab, "none", form).out
