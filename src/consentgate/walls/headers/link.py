"""The Link header (RFC 8288), by which a browser preloads, prefetches and connects before it has read the page.

Early hints (RFC 8297) are made of the same.
"""

from __future__ import annotations

import re

from consentgate.model import Vendor
from consentgate.walls.headers.targets import vendors_at, vendors_named
from consentgate.walls.headers.verdict import Member, Verdict, unquoted, whole, without_reaching
from consentgate.walls.html.loads import link_loads, srcset_urls
from consentgate.walls.html.window import TagJudge

# Section 3, with what browsers take beyond it: parameters that end in nothing, and values of any visible characters.
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_PARAMETER = rf"[ \t]*+;[ \t]*+(?:[^\s=;,\"<>]++[ \t]*+(?:=[ \t]*+(?:{_QUOTED}|[^\s;,\"<>]*+))?+)?+"
_VALUE = rf"<[^<>]*+>(?:{_PARAMETER})*+"
_LINK = re.compile(_VALUE)
_LINKS = re.compile(rf"(?:[ \t,]*+(?:{_VALUE})?+[ \t]*+(?=,|\Z))++")

_TARGET = re.compile(r"<([^<>]*)")
"""The target of a link, and whatever might be one to a reader that takes single quotes for quotes, as some do."""

_RELATION = re.compile(rf";[ \t]*+rel\*?[ \t]*=[ \t]*+(?:({_QUOTED})|([^\s;,\"<>]*+))", re.IGNORECASE)
_IMAGES = re.compile(rf";[ \t]*+imagesrcset[ \t]*=[ \t]*+(?:({_QUOTED})|([^\s;,\"<>]*+))", re.IGNORECASE)


def filter_link(judge: TagJudge, value: str) -> Verdict:
    """The links of one Link header but for those that load from a vendor to keep out.

    A link of a type that only relates stays, as in the HTML wall. One to another `anchor` counts like the page's own.
    """
    if not _LINKS.fullmatch(value):
        return whole(value, vendors_named(judge, value))
    links = (Member(link[0], _vendors_of(judge, link[0])) for link in _LINK.finditer(value))
    return without_reaching(value, links)


def _vendors_of(judge: TagJudge, link: str) -> list[Vendor]:
    if not link_loads(" ".join(_values(_RELATION, link))):
        return []
    images = (url for images in _values(_IMAGES, link) for url in srcset_urls(images))
    return vendors_at(judge, (*_TARGET.findall(link), *images))


def _values(parameter: re.Pattern[str], link: str) -> list[str]:
    return [unquoted(quoted) if quoted else token for quoted, token in parameter.findall(link)]
