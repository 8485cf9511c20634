"""The patterns of whole tokens (WHATWG HTML, 13.2.5 Tokenization), compiled once from the fragments in grammar.py."""

from __future__ import annotations

import re

from consentgate.walls.html.elements import RAW_TEXT
from consentgate.walls.html.grammar import (
    ANY_NAME,
    ATTRIBUTES,
    BOGUS_COMMENT,
    CDATA,
    COMMENT,
    LOADING_OR_HANDLER,
    LONE_LESS_THAN,
    NAME_END,
    SPACE,
    tag_name,
)

TAG = re.compile(rb"<(/?)(" + ANY_NAME + rb")(" + ATTRIBUTES + rb")>")
"""One whole tag: slash of an end tag, name, attributes (13.2.5.6 to 13.2.5.8)."""

NOT_A_TAG = re.compile(rb"([^<]++|" + LONE_LESS_THAN + rb")|" + COMMENT + rb"|" + BOGUS_COMMENT)
"""Text (group 1), a whole comment or a whole bogus comment."""

ATTRIBUTE = re.compile(
    rb"[\t\n\f\r /]*+([^\t\n\f\r />][^\t\n\f\r />=]*+)"
    rb"(?:" + SPACE + rb"*+=" + SPACE + rb"*+"
    rb"(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f\r >\"'][^\t\n\f\r >]*+)|(?=\Z)))?+"
)
"""One attribute within the attributes of a whole tag: name, then its value double-quoted, single-quoted or unquoted."""

MAYBE_ABSOLUTE = re.compile(rb"[:&\\]|/[\t\n\r]*+/|srcdoc|on[a-z]", re.IGNORECASE)
"""What attributes must contain to reach another host at all, or to run code that does."""

LOADS_ANYWHERE = re.compile(rb"(?<=[\t\n\f\r /\"'])" + LOADING_OR_HANDLER)
"""An attribute that may load on any element. More may look like one; never less."""

_NO_MARKUP = rb"[^<]++|" + LONE_LESS_THAN + rb"|" + COMMENT + rb"|" + CDATA + rb"|" + BOGUS_COMMENT
FOREIGN_TEXT = {
    name: re.compile(rb"(?:" + _NO_MARKUP + rb"|</?(?!" + tag_name({name}) + rb")" + ANY_NAME + ATTRIBUTES + rb">)*+")
    for name in (b"script", b"style")
}
"""As much of a foreign script or style element as holds no tag of that name: its content is markup (13.2.6.5)."""

NO_TEXT = re.compile(
    COMMENT
    + rb"|<!\[CDATA\[|\]\]>|"
    + BOGUS_COMMENT
    + rb"|<(?P<slash>/?)"
    + ANY_NAME
    + ATTRIBUTES
    + rb"(?P<void>(?<=/))?>|<[A-Za-z/!?][\s\S]*+"
)
"""What in markup is no text: comments, the brackets of CDATA sections, tags, and all after one that is never closed."""

CDATA_START = b"<![CDATA["
CDATA_END = b"]]>"
COMMENT_START = b"<!--"
COMMENT_END = re.compile(rb"--!?>")

END_TAG = {name: re.compile(rb"</" + name + NAME_END, re.IGNORECASE) for name in RAW_TEXT}
"""The appropriate end tag of each raw text element (13.2.5.11 and the like)."""

SCRIPT_SIGN = re.compile(rb"<!--|-->|<(/?)script" + NAME_END, re.IGNORECASE)
"""What moves between plain, escaped and double escaped script data (13.2.5.15 to 13.2.5.31)."""
