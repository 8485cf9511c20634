"""One way to make a browser ask another host for something, as a small page."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from enum import Flag, auto


class Live(Flag):
    """With scripting on or off: where Chromium was seen to ask the vendor, without a wall."""

    NEVER = 0
    OFF = auto()
    ON = auto()
    ALWAYS = ON | OFF


_ENCODED = re.compile("‹(percent|base64|utf16be|utf16) ([^‹›]*)›")


def _encoded(part: re.Match[str]) -> str:
    match part[1]:
        case "percent":
            return "".join(f"%{byte:02x}" for byte in part[2].encode())
        case "base64":
            return base64.b64encode(part[2].encode()).decode()
        case "utf16":
            return base64.b64encode(part[2].encode("utf-16-le")).decode()
        case _:
            return base64.b64encode(part[2].encode("utf-16-be")).decode()


@dataclass(frozen=True, slots=True)
class Vector:
    """A part of a page, and where it must be live without a wall, or its test would prove nothing.

    It has `$url` where an absolute URL goes, `$host` for its host alone, `$label` for the first label of that, which
    names things on the page too, and `$p` for a selector of the element with that id. `‹base64 ...›` stands for its
    content, encoded. A snippet has the mark by which the testers' judge knows the tracker's.

    `Live.NEVER` says that Chromium 156 did not ask; some other may. A vector may need a tab of its own (`top`), HTTPS
    (`secure`), a page without doctype (`quirks`) or without other vectors (`alone`), or a `click` on the element whose
    id is the label.
    """

    name: str
    page: str
    live: Live = Live.ALWAYS
    top: bool = False
    secure: bool = False
    quirks: bool = False
    alone: bool = False
    click: bool = False

    def aimed_at(self, label: str, vendor: str = "tracker") -> bytes:
        """The page with this label before the vendor's domain, and this vendor's name for the tracker's."""
        page = self.page.replace("$url", "http://$host/a").replace("$host", "$label.tracker.example")
        page = page.replace("$p", "#$label").replace("$label", label).replace("tracker", vendor)
        while _ENCODED.search(page):
            page = _ENCODED.sub(_encoded, page)
        return page.encode()


MEDIA_TYPES = ("", "text/plain", "text/html", "image/png", "font/woff")
"""Of `data:` URLs: Chromium insists on none for a script, nor for a sheet in a page without doctype."""

NEVER, OFF, ON = Live.NEVER, Live.OFF, Live.ON
SNIPPET = "new Image().src=`$url`;trackerSnippet()"
PIXEL = "<img src=$url>"
MODULE = "<script type=module>import 'a'</script>"
