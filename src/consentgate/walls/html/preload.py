"""What the CSS preload scanner of Chromium takes for an import.

It reads a style element before any parser does, and reads it differently: it decodes no escapes, takes a URL without
quotes, and once a rule has begun it knows neither strings nor comments. So every `@import` counts, wherever it stands.
Measured in Chromium; no standard says so.
"""

from __future__ import annotations

import re

from consentgate.walls.html.css import SheetUrl

_GAP = rb"(?:[ \t\n\r\f]++|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+"
# Looked ahead, so that each one counts by itself, wherever reading began; no further than it takes to know whose it is.
_IMPORT = re.compile(
    rb"@[iI][mM][pP][oO][rR][tT](?="
    + _GAP + rb"(?:[uU][rR][lL]\([ \t\n\r\f]*+)?+[\"']?+([^ \t\n\r\f\"');]{1,256}+))"
)  # fmt: skip
_BEGUN = re.compile(
    rb"@(?:[iI](?:[mM](?:[pP](?:[oO](?:[rR](?:[tT]"
    + _GAP + rb"(?:/(?:\*[\s\S]*+)?+|(?:[uU](?:[rR](?:[lL](?:\([ \t\n\r\f]*+)?+)?+)?+)?+[\"']?+)"
    rb")?+)?+)?+)?+)?+)?+\Z"
)  # fmt: skip


def preloaded(data: bytes | bytearray, at: int, stop: int, *, ended: bool) -> tuple[int | None, list[SheetUrl]]:
    """The URLs imported between `at` and `stop`, and where one begins whose end has not come, if any."""
    found: list[SheetUrl] = []
    for rule in _IMPORT.finditer(data, at, stop):
        if rule.end(1) == stop and not ended:
            return rule.start(), found
        found.append(SheetUrl(rule.start(1), rule[1].decode("utf-8", "replace")))
        at = rule.end()
    begun = None if ended else _BEGUN.search(data, at, stop)
    return (begun.start() if begun else None), found
