"""The hops that proxies wrote down: X-Forwarded-For, or `Forwarded` as RFC 7239 defines it. One of them, never both.

A hop is the text of a node, not yet believed and not yet parsed; "" stands for one that can't be read. The last one was
written by the nearest proxy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from consentgate.policy.values import Forwarded

_PAIR = re.compile(
    r"""
    [ \t]*+
    (?: (?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)
        = (?: (?P<token>[!#$%&'*+.^_`|~0-9A-Za-z-]+) | "(?P<quoted>(?:[^"\\]|\\.)*)" ) )?
    [ \t]*+
    (?P<end>[;,]|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
"""`[ forwarded-pair ]` of RFC 7239 section 4, and what ends it. The spaces around it are not in the RFC, but sent.

They are taken possessively: with no pair between them, two runs that may give back share n spaces in n ways.
"""


def read_hops(kind: Forwarded, values: Sequence[str]) -> list[str]:
    """The hops in the values of the header of that `kind`, in the order received, the visitor's side first."""
    if kind is Forwarded.FORWARDED:
        return [hop for value in values for hop in _forwarded(value)]
    return [hop.strip() for value in values for hop in value.split(",")]


def _forwarded(value: str) -> list[str]:
    """The `for` of each element. An error makes the whole value one unreadable hop: quotes may hide what is where."""
    hops: list[str] = []
    element: list[tuple[str, str]] = []
    position = 0
    while True:
        pair = _PAIR.match(value, position)
        if pair is None:
            return [""]
        if pair["name"]:
            element.append((pair["name"].lower(), _value(pair)))
        if pair["end"] != ";":
            hops.append(_for(element))
            element = []
        if not pair["end"]:
            return hops
        position = pair.end()


def _value(pair: re.Match[str]) -> str:
    """A token as it is, a quoted string without its escapes (RFC 9110 section 5.6.4)."""
    return pair["token"] or re.sub(r"\\(.)", r"\1", pair["quoted"] or "", flags=re.DOTALL)


def _for(element: Iterable[tuple[str, str]]) -> str:
    """A parameter stands in an element once at most; a proxy that names nobody is a hop that can't be read."""
    named = [value for name, value in element if name == "for"]
    return named[0] if len(named) == 1 else ""
