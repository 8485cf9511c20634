"""The name of a cookie: the prefixes that browsers know, and what of a name may be told to others."""

from __future__ import annotations

import re

# RFC 6265bis section 4.1.3, and "Http" as Chromium has added it. Browsers read them in any case (section 5.4).
_PREFIX = re.compile(r"__(?:host-http|host|secure|http)-", re.IGNORECASE)

_WORD = re.compile(r"[0-9A-Za-z]+")
_DIGITS_OF_AN_ID = 2
_LONGEST_TOLD = 64


def prefix_of(name: str) -> str:
    """`__host-`, `__secure-` or another prefix that binds a browser, in lower case; empty without one."""
    found = _PREFIX.match(name)
    return found[0].lower() if found else ""


def without_prefix(name: str) -> str:
    """`__Secure-_ga` -> `_ga`: a prefix says how a cookie was set, not whose it is."""
    return name[len(prefix_of(name)) :]


def without_ids(name: str) -> str:
    """A name nobody knows, for a log or a count: `u_48813_tab` -> `u_*_tab`, since it might hold a person's number."""
    return _WORD.sub(_word_without_id, name)[:_LONGEST_TOLD]


def _word_without_id(word: re.Match[str]) -> str:
    return "*" if sum(map(str.isdigit, word[0])) >= _DIGITS_OF_AN_ID else word[0]
