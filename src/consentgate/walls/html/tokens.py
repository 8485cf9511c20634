"""The byte patterns of the tokenizer (WHATWG HTML, 13.2.5 Tokenization), compiled once.

All quantifiers that could give bytes back are possessive (`++`, `*+`): a pattern then takes linear time on any input.
A pattern for a whole construct only matches once its last byte is in the buffer; until then the scanner holds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from consentgate.walls.html.elements import LOADS, ONLY_BACKGROUND, ONLY_URLS, RAW_TEXT, SHAPES, SWITCHES

_SPACE = rb"[\t\n\f\r ]"
_NAME_END = rb"(?=[\t\n\f\r />])"

# 13.2.5.32 to 13.2.5.39: attribute names end at white space, `/`, `>` or `=`, but may begin with `=`; a value is
# quoted, unquoted or, for `src=>`, missing. The last branch refuses to end a name where a value still follows, so that
# an incomplete value makes the whole tag incomplete rather than a different one.
_ATTRIBUTES = (
    rb"(?:[\t\n\f\r /]++"
    rb"|[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rb"(?:" + _SPACE + rb"*+=" + _SPACE + rb"*+"
    rb"(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+|(?=>))"
    rb"|(?!" + _SPACE + rb"*+=)))*+"
)

# The same, but no value may hold what an absolute URL needs: a colon, a backslash, two slashes (browsers drop tabs and
# newlines between them) or a character reference that could be any of these.
_RELATIVE_ATTRIBUTES = (
    rb"(?:[\t\n\f\r /]++"
    rb"|[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rb"(?:" + _SPACE + rb"*+=" + _SPACE + rb"*+"
    rb"(?:\"(?:[^\":&\\/]++|/(?![\t\n\r]*+/))*+\""
    rb"|'(?:[^':&\\/]++|/(?![\t\n\r]*+/))*+'"
    rb"|[^\t\n\f\r >\"':&\\/][^\t\n\f\r >:&\\/]*+(?=[\t\n\f\r >])"
    rb"|(?=>))"
    rb"|(?!" + _SPACE + rb"*+=)))*+"
)

# How nearly all tags are written. Tried first only because it is faster than the full grammar.
_USUAL_ATTRIBUTE = rb"[A-Za-z:@_-][A-Za-z0-9_:@.-]*+(?:=\"[^\"]*+\")?+"
_USUAL_REST = rb"(?:" + _SPACE + _USUAL_ATTRIBUTE + rb")*+[\t\n\f\r /]*+>"

# 13.2.5.43 to 13.2.5.51: `<!-->` and `<!--->` are whole comments, and `--!>` ends one too.
_COMMENT = rb"<!--(?>-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+--!?>)"

# 13.2.5.41, 13.2.5.42 and 13.2.5.53: everything else after `<!`, `<?` or `</` plus a non-letter ends at the first `>`,
# doctypes too. `<![CDATA[` is left to the scanner, since it depends on the tree.
_BOGUS_COMMENT = rb"<(?:!(?!--|-\Z|\Z|\[CDATA\[)|\?)[^>]*+>|</(?:[^A-Za-z>][^>]*+)?>"
_LONE_LESS_THAN = rb"<(?=[^A-Za-z/!?])"


def _any_of(names: Collection[bytes]) -> bytes:
    """A pattern for these names, in any case, and the end of a name.

    They are grouped by their first letter, as a set of its two cases: so the engine sees at once which group to try.
    """
    rests: dict[bytes, list[bytes]] = {}
    for name in sorted(names):
        rests.setdefault(name[:1], []).append(name[1:])
    groups = (b"[" + first + first.upper() + b"](?i:" + b"|".join(rest) + b")" for first, rest in rests.items())
    return rb"(?:" + b"|".join(groups) + rb")" + _NAME_END


_ANY_NAME = rb"[A-Za-z][^\t\n\f\r />]*+"
_PLAIN_END_TAG = rb"</(?!" + _any_of({b"select"}) + rb")" + _ANY_NAME + rb"(?:>|" + _ATTRIBUTES + rb">)"
_PLAIN_TAG = (
    rb"<(?!" + _any_of({*LOADS, *SWITCHES}) + rb")" + _ANY_NAME + rb"(?:>|" + _USUAL_REST + rb"|" + _ATTRIBUTES + rb">)"
)
_RELATIVE_LOADER = rb"<" + _any_of(ONLY_URLS) + _RELATIVE_ATTRIBUTES + rb">"
_WITHOUT_BACKGROUND = (
    rb"<" + _any_of(ONLY_BACKGROUND) + rb"(?:" + _SPACE + rb"(?!(?i:background))" + _USUAL_ATTRIBUTE + rb")*+"
    rb"[\t\n\f\r /]*+>"
)
# An icon: an `svg` of shapes alone, closed.
_ICON = (
    rb"<" + _any_of({b"svg"}) + _ATTRIBUTES + rb"(?<!/)>"
    rb"(?:[^<]++|</?" + _any_of(SHAPES) + _ATTRIBUTES + rb">"
    rb"|<" + _any_of({b"use"}) + _RELATIVE_ATTRIBUTES + rb">|</(?i:use)>|" + _COMMENT + rb")*+"
    rb"</(?i:svg)" + _SPACE + rb"*+>"
)

_SKIPPED = (
    _PLAIN_END_TAG,
    _PLAIN_TAG,
    _RELATIVE_LOADER,
    _WITHOUT_BACKGROUND,
    _ICON,
    _COMMENT,
    _BOGUS_COMMENT,
    _LONE_LESS_THAN,
)
# Not IGNORECASE as a whole: that makes Python's engine leave its fast paths, also for sets of no letter.
SKIP = re.compile(rb"[^<]*+(?:(?:" + rb"|".join(_SKIPPED) + rb")[^<]*+)*+")
"""As much of a page as can be passed through unread: it ends before a tag worth reading or an incomplete construct."""

TAG = re.compile(rb"<(/?)(" + _ANY_NAME + rb")(" + _ATTRIBUTES + rb")>")
"""One whole tag: slash of an end tag, name, attributes (13.2.5.6 to 13.2.5.8)."""

NOT_A_TAG = re.compile(rb"([^<]++|" + _LONE_LESS_THAN + rb")|" + _COMMENT + rb"|" + _BOGUS_COMMENT)
"""Text (group 1), a whole comment or a whole bogus comment."""

ATTRIBUTE = re.compile(
    rb"[\t\n\f\r /]*+([^\t\n\f\r />][^\t\n\f\r />=]*+)"
    rb"(?:" + _SPACE + rb"*+=" + _SPACE + rb"*+"
    rb"(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f\r >\"'][^\t\n\f\r >]*+)|(?=\Z)))?+"
)
"""One attribute within the attributes of a whole tag: name, then its value double-quoted, single-quoted or unquoted."""

MAYBE_ABSOLUTE = re.compile(rb"[:&\\]|/[\t\n\r]*+/|srcdoc", re.IGNORECASE)
"""What attributes must contain to reach another host at all."""

CDATA_START = b"<![CDATA["
CDATA_END = b"]]>"
COMMENT_START = b"<!--"
COMMENT_END = re.compile(rb"--!?>")

END_TAG = {name: re.compile(rb"</" + name + _NAME_END, re.IGNORECASE) for name in RAW_TEXT}
"""The appropriate end tag of each raw text element (13.2.5.11 and the like)."""

SCRIPT_SIGN = re.compile(rb"<!--|-->|<(/?)script" + _NAME_END, re.IGNORECASE)
"""What moves between plain, escaped and double escaped script data (13.2.5.15 to 13.2.5.31)."""
