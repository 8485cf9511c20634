"""A start tag and its attributes (WHATWG HTML, 13.2.5.32 to 13.2.5.40)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from html import unescape
from html.entities import html5
from typing import NamedTuple

from consentgate.walls.html.limits import ATTRIBUTES, LimitReachedError
from consentgate.walls.html.tokens import ATTRIBUTE

_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?|([A-Za-z][A-Za-z0-9]*+;?+)(=?+))")
_LONGEST_CODE_POINT = 7
_SLASH = ord("/")
_REPLACEMENT = "\ufffd"


class Tag(NamedTuple):
    """A whole start tag: its name in lower case, where it begins, where its name and where the tag ends.

    `values` maps each attribute, in lower case, to its value as written, empty for none. Browsers ignore a repeated
    attribute (13.2.5.33), so the first one of a name counts; `repeats` when there is one. `self_closing` is set when
    the tag ends in `/>` with a slash that is not the end of an unquoted value. A tuple, since a page has many and a
    frozen dataclass takes thrice the time to make.
    """

    name: bytes
    start: int
    name_end: int
    end: int
    values: dict[bytes, bytes]
    self_closing: bool
    repeats: bool = False

    def text(self, attribute: bytes) -> str:
        """The value of the attribute with its character references decoded; empty where it is missing."""
        return decoded(self.values.get(attribute, b"").decode("utf-8", "replace"))


def read_tag(data: bytearray, found: re.Match[bytes]) -> Tag:
    """Read the start tag that `tokens.TAG` found in `data`. Raises LimitReachedError for one of too many attributes."""
    start, end = found.span()
    if found.end(2) == end - 1:
        return Tag(found[2].lower(), start, end - 1, end, {}, False)
    written = ATTRIBUTE.findall(data, found.start(3), end - 1)
    if len(written) > ATTRIBUTES:
        raise LimitReachedError("attributes")
    values = {name.lower(): double or single or bare for name, double, single, bare in reversed(written)}
    self_closing = data[end - 2] == _SLASH and _slash_stands_alone(data, found.start(3), end)
    return Tag(found[2].lower(), start, found.end(2), end, values, self_closing, len(values) < len(written))


def _slash_stands_alone(data: bytearray, attributes_start: int, end: int) -> bool:
    ends = [attribute.end() for attribute in ATTRIBUTE.finditer(data, attributes_start, end - 1)]
    return not ends or ends[-1] < end - 1


def attribute_starts(data: bytearray, tag: Tag, names: Container[bytes]) -> Iterator[int]:
    """Where the attributes of these names begin, the repeated ones too."""
    for attribute in ATTRIBUTE.finditer(data, tag.name_end, tag.end - 1):
        if attribute[1].lower() in names:
            yield attribute.start(1)


def decoded(value: str) -> str:
    """Decode the character references of an attribute value (13.2.5.72 to 13.2.5.80)."""
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name, equals = reference.groups()
    if name is None:
        return _code_point("x" if hexadecimal else "", hexadecimal or decimal)
    # In an attribute a name without semicolon is left alone before `=` or a letter: `?a=1&copy=2` stays a query.
    if name not in html5 or (equals and not name.endswith(";")):
        return reference[0]
    return html5[name] + equals


def _code_point(base: str, digits: str) -> str:
    """The character of a numeric reference. Its digits may be endless, so they are cut before they become a number."""
    significant = digits.lstrip("0") or "0"
    if len(significant) > _LONGEST_CODE_POINT:
        return _REPLACEMENT
    return unescape(f"&#{base}{significant};")
