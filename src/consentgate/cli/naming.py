"""Which vendors someone means: from ids, names, hosts, and whole tags that were pasted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain

from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog
from consentgate.walls.url import host_and_path

_CODE = re.compile(r"[<>{};=]|\w\(")
"""What no list of names has."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(r"<([a-z][a-z0-9]*)\b[^>]*>(?:(?!<\1\b).)*?</\1\s*>", re.DOTALL | re.IGNORECASE)
"""An innermost one of its name, with all that is in it."""
_TAG = re.compile(r"</?[a-z][^>]*>", re.DOTALL | re.IGNORECASE)
_NEW_LINE = "\n"

_URL = re.compile(r"""(?:https?:)?(?:\\?/){2}[\w.-]+\.\w+(?:\\?/[^\s"'`<>)]*)?""")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.ASCII)
_MOST_GUESSES = 4
_LIKE = 0.7
"""How like a name must be to be guessed, as difflib measures it."""


@dataclass(slots=True)
class Named:
    """The vendors found so far, in their order; what was not understood, with the reason; hosts that are nobody's."""

    vendors: dict[str, Vendor] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)
    strange_hosts: list[str] = field(default_factory=list)

    def add(self, vendors: Iterable[Vendor]) -> None:
        """Each vendor once."""
        self.vendors |= {vendor.id: vendor for vendor in vendors}


def named(text: str, catalog: Catalog) -> Named:
    """What `text` names: a list with commas or line ends, or tags as they stand in a page, or both.

    A name counts as the id or the whole name of a vendor only: whoever means another one is asked.
    """
    found = Named()
    listed = _beside_code(text)
    is_code = listed != text
    if is_code:
        _read_tags(text, catalog, found)
    for item in filter(None, (item.strip() for line in listed.splitlines() for item in line.split(","))):
        _read_item(item, catalog, found)
    if is_code and not (found.vendors or found.strange_hosts or found.unclear):
        found.unclear.append("Neither a vendor nor a host is found in it.")
    return found


def _beside_code(text: str) -> str:
    """What stands beside elements, tags and lines of a script: that is a list, even on the line of a tag."""
    for code in (_COMMENT, _ELEMENT, _TAG):
        count = 1
        while count:
            text, count = code.subn(_NEW_LINE, text)
    return "\n".join(_lines_beside_script(text))


def _lines_beside_script(text: str) -> Iterator[str]:
    """The lines that have no sign of code and are in no block of it."""
    depth = 0
    for line in text.splitlines():
        if not depth and not _CODE.search(line):
            yield line
        depth = max(0, depth + sum(map(line.count, "([{")) - sum(map(line.count, ")]}")))


def _read_tags(code: str, catalog: Catalog, found: Named) -> None:
    found.add(vendor for vendor in catalog.vendors if any(mark in code for mark in vendor.inline))
    for url in _URL.findall(code):
        _read_url(url.replace("\\", ""), catalog, found)


def _read_url(url: str, catalog: Catalog, found: Named) -> bool:
    """Whether somebody is behind it."""
    place = host_and_path(url)
    vendor = catalog.match(*place) if place else None
    if vendor is not None:
        found.add((vendor,))
    elif place and place[0] not in found.strange_hosts:
        found.strange_hosts.append(place[0])
    return vendor is not None


def _read_item(item: str, catalog: Catalog, found: Named) -> None:
    if item.startswith(("http:", "https:", "//")) or _HOST.fullmatch(item):
        _read_url(item if "//" in item else f"//{item}", catalog, found)
        return
    words = _words(item)
    meant = [vendor for vendor in catalog.vendors if words in (_words(vendor.id), _words(vendor.name))]
    if len(meant) == 1:
        found.add(meant)
    else:
        similar = meant or [vendor for vendor in catalog.vendors if words and _fits(words, vendor)]
        found.unclear.append(_reason(item, similar, catalog))


def _fits(words: list[str], vendor: Vendor) -> bool:
    """Whether it has each of the words, or they are its initials: enough to ask whether it is meant."""
    if set(words) <= set(chain(_words(vendor.id), _words(vendor.name), *map(_words, vendor.hosts))):
        return True
    return "".join(words).rstrip("0123456789") == "".join(word[0] for word in _words(vendor.name))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _reason(name: str, meant: list[Vendor], catalog: Catalog) -> str:
    if meant:
        return f"{name!r} could be {' or '.join(_guesses(meant))}."
    ids = {vendor.id: vendor.id for vendor in catalog.vendors} | {
        vendor.name.casefold(): vendor.id for vendor in catalog.vendors
    }
    near = dict.fromkeys(ids[close] for close in get_close_matches(name.casefold(), ids, n=_MOST_GUESSES, cutoff=_LIKE))
    if near:
        return f"{name!r} is not in the catalogue. Did you mean {' or '.join(near)}?"
    return f"{name!r} is not in the catalogue. Leave it out here and describe it in a [[vendor]] table."


def _guesses(meant: list[Vendor]) -> Iterator[str]:
    """The vendors described by hand first: those are the ones that sites have."""
    likely = sorted(meant, key=lambda vendor: (not vendor.purpose, vendor.id))
    yield from (vendor.id for vendor in likely[:_MOST_GUESSES])
