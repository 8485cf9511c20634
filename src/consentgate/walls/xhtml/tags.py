"""A start tag of XML, taken apart. All offsets count from the tag's first byte, so the tag can be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from consentgate.walls.html.limits import LimitReachedError
from consentgate.walls.xhtml.tokens import ATTRIBUTE

_MOST_OF_ONE_NAME = 8
_REPEATED = "attributes"


class Attribute(NamedTuple):
    """`name` as written. `key` is what HTML calls it; `local` where its name begins behind the prefix."""

    name: bytes
    key: bytes
    local: int
    value: bytes
    value_start: int


class StartTag(NamedTuple):
    """`name` without its prefix, in lower case: whatever the prefix stands for, it may stand for XHTML or SVG.

    `prefixed`, `empty`: `<h:p>`, `<p/>`.
    """

    name: bytes
    prefixed: bool
    name_end: int
    attributes: tuple[Attribute, ...]
    empty: bool
    length: int

    def value(self, name: bytes) -> bytes | None:
        """The value of the attribute that is written like this, without its quotes."""
        return next((attribute.value[1:-1] for attribute in self.attributes if attribute.name == name), None)

    def without(self, key: bytes) -> StartTag:
        """The same tag without the attributes of this key."""
        return self._replace(attributes=tuple(one for one in self.attributes if one.key != key))

    def layers(self) -> Iterator[list[Attribute]]:
        """The attributes so that each key occurs once. HTML sees no more than the first one of a name in any case.

        XML tells `src` from `SRC` and one prefix from another, so there may be several layers. Raises
        LimitReachedError where there are too many.
        """
        same: dict[bytes, list[Attribute]] = {}
        for attribute in self.attributes:
            same.setdefault(attribute.key.lower(), []).append(attribute)
        depth = max(map(len, same.values()), default=1)
        if depth > _MOST_OF_ONE_NAME:
            raise LimitReachedError(_REPEATED)
        for layer in range(depth):
            yield [attributes[min(layer, len(attributes) - 1)] for attributes in same.values()]


def read_start_tag(found: re.Match[bytes]) -> StartTag:
    """The tag that `tokens.START_TAG` found."""
    start = found.start()
    prefix, _, local = found[1].rpartition(b":")
    attributes = tuple(_attribute(one, found.start(2) - start) for one in ATTRIBUTE.finditer(found[2]))
    return StartTag(local.lower(), bool(prefix), found.end(1) - start, attributes, bool(found[3]), found.end() - start)


def _attribute(found: re.Match[bytes], shift: int) -> Attribute:
    """Of a prefixed attribute only the local name tells: any prefix may stand for XLink."""
    prefix, _, local = found[1].rpartition(b":")
    key = b"xlink:href" if prefix and local == b"href" else found[1]
    return Attribute(found[1], key, found.end(1) - len(local) + shift, found[2], found.start(2) + shift)
