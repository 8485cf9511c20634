"""The table's rows, and whose a request is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from consentgate.policy.shipped import shipped_catalog

CATALOG = shipped_catalog()


class Element(StrEnum):
    """What a vendor's first request is made with."""

    SCRIPT = "script"
    IMG = "img"
    IFRAME = "iframe"
    LINK = "link"


_MARKUP = {
    Element.SCRIPT: '<script async src="{}"></script>',
    Element.IMG: '<img src="{}" alt="" width="1" height="1">',
    Element.IFRAME: '<iframe src="{}" title="" width="80" height="60"></iframe>',
    Element.LINK: '<link rel="stylesheet" href="{}">',
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """What one vendor publishes; the fields are those of snippets.toml."""

    vendor: str
    source: str
    loads: str
    element: Element = Element.SCRIPT
    snippet: str = ""
    noscript: str = ""
    beside: str = ""
    further: str = ""
    cookies: tuple[str, ...] = ()
    waits: bool = False

    @property
    def category(self) -> str:
        """The category of the vendor in the catalogue."""
        vendor = CATALOG.vendor(self.vendor)
        assert vendor is not None, f"{self.vendor} is not in the catalogue"
        return vendor.category

    @property
    def tag(self) -> str:
        """The plain element that loads it."""
        return _MARKUP[self.element].format(escape(self.loads))

    @property
    def has_code(self) -> bool:
        """Whether the vendor publishes code, and not only an element that loads something."""
        return "</script>" in self.snippet.replace("></script>", "").replace(">\n</script>", "")

    @property
    def addresses(self) -> tuple[str, ...]:
        """All URLs that the row names."""
        return tuple(filter(None, (self.loads, self.beside, self.further)))

    @property
    def stub(self) -> str:
        """What the sink answers in the place of the vendor's script: cookies of its own, and one more request."""
        cookies = "".join(f"document.cookie='{name}=1; Path=/; Max-Age=9999';" for name in self.cookies)
        return f"{cookies}new Image().src='{self.further}';" if self.further else cookies


def _read(row: dict[str, Any]) -> Snippet:
    return Snippet(
        **{**row, "element": Element(row.get("element", Element.SCRIPT)), "cookies": tuple(row.get("cookies", ()))}
    )


SNIPPETS = tuple(
    _read(row) for row in tomllib.loads((Path(__file__).parent / "snippets.toml").read_text("utf-8"))["snippet"]
)
VENDORS = {snippet.vendor: snippet for snippet in SNIPPETS}


def vendor_of(host: str, path: str) -> str:
    """The id of the vendor behind a request, or `?` where nobody is: that counts as a request all the same."""
    vendor = CATALOG.match(host, path)
    return vendor.id if vendor else "?"


def stub_of(host: str, path: str) -> str:
    """What the sink answers to a script's request: the vendor's stub, where it is the script that its snippet loads."""
    snippet = VENDORS.get(vendor_of(host, path))
    if snippet is None or snippet.element is not Element.SCRIPT or urlsplit(snippet.loads).hostname != host:
        return ""
    return snippet.stub
