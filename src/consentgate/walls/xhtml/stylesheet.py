"""Style sheets that a page links before its root element: `<?xml-stylesheet href="..."?>`."""

from __future__ import annotations

import re

from consentgate.walls.html.disarm import PREFIX
from consentgate.walls.html.limits import LimitReachedError
from consentgate.walls.xhtml.question import Edit
from consentgate.walls.xhtml.rules import Rules
from consentgate.walls.xhtml.tags import Attribute, StartTag
from consentgate.walls.xhtml.tokens import ATTRIBUTE

TRANSFORMED = "transformed"
"""The limit that is reached where the page that a browser shows is made from this one by an XSLT style sheet."""

_LINK = b"link"
_TARGET_START = len(b"<?")
_CSS = b"text/css"


def disarm_instruction(found: re.Match[bytes], rules: Rules) -> list[Edit]:
    """What to insert into an `<?xml-stylesheet ...?>`: a prefix of its name, where its CSS is a vendor's.

    Raises LimitReachedError for any style sheet that may be no CSS.
    """
    written = {one[1]: one[2] for one in ATTRIBUTE.finditer(found[2])}
    kind = written.get(b"type", b'""')[1:-1].partition(b";")[0].strip().lower()
    if kind != _CSS:
        raise LimitReachedError(TRANSFORMED)
    edits = rules.of_tag(_as_link(written))
    vendors = tuple(vendor for edit in edits for vendor in edit.vendors)
    return [Edit(_TARGET_START, PREFIX, vendors)] if edits else []


def _as_link(written: dict[bytes, bytes]) -> StartTag:
    """The tag that would load the same."""
    attributes = tuple(
        Attribute(name, name, 0, value, 0) for name, value in {**written, b"rel": b'"stylesheet"'}.items()
    )
    return StartTag(_LINK, False, 0, attributes, True, 0)
