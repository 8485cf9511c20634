"""What an iframe shows while it is kept out: a placeholder of the same size, since it is the same element."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from consentgate.model import Vendor
from consentgate.walls.html.attributes import Tag
from consentgate.walls.html.placement import Placeholders

_SRC, _SRCDOC, _SANDBOX, _STYLE = b"src", b"srcdoc", b"sandbox", b"style"
_NO_SIZE = re.compile(r"[\t\n\f\r ]*\+?0*[01](?![0-9])")
_HIDING = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:width|height)\s*:\s*0*[01](?![\d.])(?!\s*%))",
    re.IGNORECASE,
)
_NEEDED = frozenset({"allow-forms", "allow-same-origin"})
_EITHER_NEEDED = frozenset({"allow-top-navigation", "allow-top-navigation-by-user-activation"})


def placeholder(tag: Tag, names: Iterable[bytes], vendors: list[Vendor], placeholders: Placeholders | None) -> bytes:
    """A `src` for a tag whose attributes `names` are to be disarmed, in place of its own; empty where it gets none.

    Only an iframe that somebody would see gets one, and only where the button on it could do something.
    """
    if placeholders is None or tag.name != b"iframe" or _SRC not in names or _SRCDOC in tag.values:
        return b""
    if not placeholders.vendors.issuperset(vendor.id for vendor in vendors):
        return b""
    if _is_invisible(tag) or _stops_the_button(tag):
        return b""
    categories = dict.fromkeys(quote(vendor.category, safe="") for vendor in vendors)
    return b" src=" + placeholders.address + ",".join(categories).encode()


def _is_invisible(tag: Tag) -> bool:
    """Whether it is a pixel, by what its own tag says."""
    if b"hidden" in tag.values or _HIDING.search(tag.text(_STYLE)):
        return True
    return any(_NO_SIZE.match(tag.text(side)) for side in (b"width", b"height"))


def _stops_the_button(tag: Tag) -> bool:
    """Whether its sandbox forbids what the button does: a form that is sent by the whole page, and by the site itself.

    Of an opaque origin the choice would be another site's (HTML, 7.1.5 Sandboxing).
    """
    if _SANDBOX not in tag.values:
        return False
    allowed = frozenset(tag.text(_SANDBOX).lower().split())
    return not (allowed >= _NEEDED and allowed & _EITHER_NEEDED)
