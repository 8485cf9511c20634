"""Expires cookies wherever a site or a vendor could have set them, HttpOnly, prefixed and partitioned ones too.

A request tells the names of its cookies but not where they are kept: a browser knows a cookie by its name, domain, path
and partition (RFC 6265bis section 5.7; CHIPS), so each place has to be named in a deletion of its own. Browsers ignore
one for a place that holds nothing, and refuse one for a public suffix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from consentgate.walls.cookie_name import prefix_of
from consentgate.walls.url import is_host_name

ROOM = 2048
"""Bytes that deletions may take of one response. nginx gives all headers of a response one memory page, 4 KiB, beyond
which it answers 502 in its place (proxy_buffer_size), and the app has headers of its own.
"""

_AROUND_A_VALUE = len(b"set-cookie: \r\n")
_MOST_NAMES = 50
_LONGEST_NAME = 256
_NAME = re.compile(rf"[^\x00-\x1f\x7f;=]{{1,{_LONGEST_NAME}}}")
"""A longer one would take the room of all others; a control character would break the response. With the limits below,
any deletion fits into half of the room.
"""

_MOST_PARENTS = 4
_LIKE_A_SUFFIX = re.compile(r"(?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}")
"""`co.uk` and its like: registries, on which no cookie can be, so they come last among the parents."""

_MOST_SEGMENTS = 4
_LONGEST_PATH = 128
_SEGMENT = re.compile(r"[!-.0-:<-~]+")
"""What can stand between two slashes of a Path: visible, and no semicolon."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a browser may keep a cookie. Without `domain` it is the host's alone."""

    path: str
    domain: str | None
    partitioned: bool

    def takes(self, prefix: str) -> bool:
        """Whether a cookie of that prefix can be there: `__Host-` ones only on the host, and for all of it."""
        return not prefix.startswith("__host-") or (self.domain is None and self.path == "/")

    def deletion(self, name: str) -> str:
        """The Set-Cookie that ends the cookie here. It has to meet what its prefix demands."""
        prefix = prefix_of(name)
        domain = f"; Domain={self.domain}" if self.domain else ""
        secure = "; Secure" if prefix or self.partitioned else ""
        http_only = "; HttpOnly" if "http-" in prefix else ""
        partitioned = "; Partitioned" if self.partitioned else ""
        return f"{name}=; Path={self.path}{domain}; Max-Age=0{secure}{http_only}{partitioned}"


def expiring_headers(names: Iterable[str], host: str, path: str, *, secure: bool, turn: int) -> list[str]:
    """Set-Cookie values that end the cookies `names` of a request to `host` and `path`, up to `ROOM` bytes of headers.

    The likeliest places of all cookies come first. What does not fit is left to the next responses: half of the room
    goes through the other places, beginning with another one each `turn`, so that a cookie that can't be ended stands
    in no other's way. `path` is as it came, without query: a request brings only cookies of its own path and of those
    above.
    """
    known = [name for name in dict.fromkeys(names) if _NAME.fullmatch(name)][:_MOST_NAMES]
    places = _places(host, path, secure=secure)
    pairs = [(place, name) for place, name in product(places, known) if place.takes(prefix_of(name))]
    everything = list(_fitting(pairs, ROOM))
    if len(everything) == len(pairs):
        return everything
    likeliest = list(_fitting(pairs, ROOM // 2))
    others = pairs[len(likeliest) :]
    start = turn % len(others)
    room = ROOM - sum(map(_size, likeliest))
    return [*likeliest, *_fitting(others[start:] + others[:start], room)]


def _fitting(pairs: Iterable[tuple[_Place, str]], room: int) -> Iterator[str]:
    for place, name in pairs:
        header = place.deletion(name)
        room -= _size(header)
        if room < 0:
            return
        yield header


def _size(header: str) -> int:
    return len(header) + _AROUND_A_VALUE


def _places(host: str, path: str, *, secure: bool) -> list[_Place]:
    """All places, the likeliest first: the whole host and its parents, then single paths, then those in a partition."""
    partitions = (False, True) if secure else (False,)
    every = product(partitions, _paths(path), (None, *_domains(host)))
    return [_Place(path, domain, partitioned) for partitioned, path, domain in every]


def _domains(host: str) -> list[str]:
    """`www.careers.example.com` -> `example.com`, which most scripts look for, then itself and what is between.

    An address has no parents. The Host header is the visitor's to write: what is no name gets no Domain either.
    """
    name = host.partition(":")[0].lower().removesuffix(".")
    if not is_host_name(name):
        return []
    labels = name.split(".")
    shortest_first = [".".join(labels[first:]) for first in range(len(labels) - 2, -1, -1)][:_MOST_PARENTS]
    likeliest_first = sorted(shortest_first, key=lambda domain: _LIKE_A_SUFFIX.fullmatch(domain) is not None)
    return list(dict.fromkeys((likeliest_first[0], name, *likeliest_first)))


def _paths(path: str) -> list[str]:
    """The Paths that match a request's (RFC 6265 section 5.1.4): `/a/b` -> `/`, `/a`, `/a/b`, `/a/`."""
    segments = path.split("/")[1:][: _MOST_SEGMENTS + 1]
    whole = 0
    while whole < len(segments) and _SEGMENT.fullmatch(segments[whole]):
        whole += 1
    above = ["/" + "/".join(segments[:count]) for count in range(1, min(whole, _MOST_SEGMENTS) + 1)]
    without_slash = [each for each in above if len(each) < _LONGEST_PATH]
    with_slash = [f"{each}/" for each in without_slash if path.startswith(f"{each}/")]
    return ["/", *without_slash, *with_slash]
