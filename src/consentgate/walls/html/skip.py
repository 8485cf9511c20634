"""What can be passed over unread: most of any page, in one match of one pattern.

It only ever passes what loads nothing from elsewhere and changes nothing about how the rest is read. Whatever it does
not know, it stops at. What it is made of is in grammar.py, and which names it stops at in elements.py.
"""

from __future__ import annotations

import re

from consentgate.walls.html.elements import LOADS, ONLY_BACKGROUND, ONLY_URLS, SHAPES, SWITCHES
from consentgate.walls.html.grammar import (
    ANY_NAME,
    ATTRIBUTES,
    BOGUS_COMMENT,
    COMMENT,
    LOADING_NAME,
    LOADING_OR_HANDLER,
    LONE_LESS_THAN,
    NAME_END,
    QUIET_ATTRIBUTES,
    RELATIVE_ATTRIBUTES,
    SPACE,
    tag_name,
)

_REST = rb"[\t\n\f\r /]*+>"

# An attribute that may load has a value that is no absolute URL and holds none: no two slashes, and no scheme that
# reaches a host without them.
_INERT_VALUE = rb"\"(?:[^\"&\\/:]++|/(?![\t\n\r]*+/)|:(?<![tT][pP]:)(?<![pPwWsS][sS]:)(?<![tT][aA]:))*+\""

# How nearly all attributes are written, the most frequent first: tried before the full grammar, because it is faster.
_USUAL_ATTRIBUTE = (
    rb"(?:(?:class|href|id|name|title|type)=\"[^\"]*+\""
    rb"|(?!" + LOADING_OR_HANDLER + rb")[A-Za-z:@_-][A-Za-z0-9_:@.-]*+(?:=\"[^\"]*+\")?+"
    rb"|" + LOADING_NAME + rb"=" + _INERT_VALUE + rb")"
)
_USUAL_REST = rb"(?:" + SPACE + _USUAL_ATTRIBUTE + rb")*+" + _REST
_QUIET_REST = rb"(?:>|" + _USUAL_REST + rb"|" + QUIET_ATTRIBUTES + rb">)"

_STOPPED_AT = {*LOADS, *SWITCHES}
_FREE_LETTERS = bytes(sorted(set(b"abcdefghijklmnopqrstuvwxyz") - {name[0] for name in _STOPPED_AT}))
_FREQUENT = b"a article aside b button div em i label li p path picture section small span strong ul".split()
_USUAL_END_TAG = rb"</[a-rt-z][a-z0-9]*+>"
_USUAL_TAG = (
    rb"<(?:[" + _FREE_LETTERS + rb"][a-z0-9]*+|(?:" + b"|".join(_FREQUENT) + rb")" + NAME_END + rb")"
    rb"(?:>|" + _USUAL_REST + rb")"
)
_END_TAG = rb"</(?!" + tag_name({b"select"}) + rb")" + ANY_NAME + rb"(?:>|" + ATTRIBUTES + rb">)"
_TAG = rb"<(?!" + tag_name(_STOPPED_AT) + rb")" + ANY_NAME + _QUIET_REST
_RELATIVE_LOADER = rb"<" + tag_name(ONLY_URLS) + RELATIVE_ATTRIBUTES + rb">"
_WITHOUT_BACKGROUND = (
    rb"<" + tag_name(ONLY_BACKGROUND) + rb"(?:" + SPACE + rb"(?!(?i:background))" + _USUAL_ATTRIBUTE + rb")*+" + _REST
)
_META = rb"<meta" + NAME_END + rb"(?:" + SPACE + rb"(?!(?i:http-equiv))" + _USUAL_ATTRIBUTE + rb")*+" + _REST
# An icon: an `svg` of shapes alone, closed.
_ICON = (
    rb"<" + tag_name({b"svg"}) + _QUIET_REST + rb"(?<!/>)"
    rb"(?:[^<]++|</?" + tag_name(SHAPES) + _QUIET_REST + rb"|<" + tag_name({b"use"}) + RELATIVE_ATTRIBUTES + rb">"
    rb"|</(?i:use)>|" + COMMENT + rb")*+"
    rb"</(?i:svg)" + SPACE + rb"*+>"
)
_SKIPPED = (
    _USUAL_END_TAG,
    _USUAL_TAG,
    _END_TAG,
    _TAG,
    _RELATIVE_LOADER,
    _WITHOUT_BACKGROUND,
    _META,
    _ICON,
    COMMENT,
    BOGUS_COMMENT,
    LONE_LESS_THAN,
)
# Not IGNORECASE as a whole: that makes Python's engine leave its fast paths, also for sets of no letter.
SKIP = re.compile(rb"[^<]*+(?:(?:" + rb"|".join(_SKIPPED) + rb")[^<]*+)*+")
"""As much of a page as can be passed through unread: it ends before a tag worth reading or an incomplete construct."""

_SKIPPED_IN_HEAD = (
    _META,
    rb"<link" + NAME_END + RELATIVE_ATTRIBUTES + rb">",
    rb"</(?i:title|style|script|noscript|head)>",
    COMMENT,
)
SKIP_IN_HEAD = re.compile(rb"[\t\n\f\r ]*+(?:(?:" + rb"|".join(_SKIPPED_IN_HEAD) + rb")[\t\n\f\r ]*+)*+")
"""As much of a head as says nothing of where the body begins either."""

_SHAPE_ATTRIBUTES = rb"(?:" + SPACE + _USUAL_ATTRIBUTE + rb")*+" + SPACE + rb"*+"
SKIP_IN_SVG = re.compile(
    rb"(?:[^<]++|" + COMMENT + rb"|<(" + b"|".join(sorted(SHAPES)) + rb")" + NAME_END + _SHAPE_ATTRIBUTES
    + rb"(?:/>|>[^<]*+</\1" + SPACE + rb"*+>))*+"
)  # fmt: skip
"""As much of an `svg` as is shapes without content, each closed: the tree is the same behind them."""

_RELATIVE_VALUE = rb"\"(?:[^\":&\\/]++|/(?![\t\n\r]*+/))*+\""
_RELATIVE = rb"(?:" + SPACE + rb"(?!on)[a-z][a-z0-9-]*+(?:=" + _RELATIVE_VALUE + rb"|(?!" + SPACE + rb"*+=)))*+"
ONE_HOST = re.compile(
    rb"<(?:img|source|input|embed|video|audio|track|link)"
    + NAME_END
    + _RELATIVE
    + SPACE
    + rb"(?:src|href|poster|srcset)=\"(?:https?:)?//([a-z0-9.-]++)[/?#][^\"\t\n\f\r ]*+\""
    + _RELATIVE
    + _REST
)
"""A loader with exactly one absolute URL, plainly written: group 1 is its host."""
