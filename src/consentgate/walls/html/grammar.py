"""Fragments of the tokenizer's grammar (WHATWG HTML, 13.2.5 Tokenization), of which the patterns are made.

All quantifiers that could give bytes back are possessive (`++`, `*+`): a pattern then takes linear time on any input.
A pattern for a whole construct only matches once its last byte is in the buffer; until then the scanner holds it.
"""

from __future__ import annotations

from collections.abc import Collection

from consentgate.walls.html.elements import ANYWHERE, BY_THE_VISITOR, HANDLER

SPACE = rb"[\t\n\f\r ]"
NAME_END = rb"(?=[\t\n\f\r />])"


def any_of(names: Collection[bytes]) -> bytes:
    """A pattern for these names, in any case.

    They are grouped by their first letter, as a set of its two cases: so the engine sees at once which group to try.
    """
    rests: dict[bytes, list[bytes]] = {}
    for name in sorted(names):
        rests.setdefault(name[:1], []).append(name[1:])
    groups = (b"[" + first + first.upper() + b"](?i:" + b"|".join(rest) + b")" for first, rest in rests.items())
    return rb"(?:" + b"|".join(groups) + rb")"


def tag_name(names: Collection[bytes]) -> bytes:
    return any_of(names) + NAME_END


_ATTRIBUTE_NAME_END = rb"(?=[\t\n\f\r />=])"
LOADING_NAME = any_of(ANYWHERE) + _ATTRIBUTE_NAME_END
"""The name of an attribute that may load on any element, with what its value says."""

_VISITORS_EVENT = rb"(?i:" + b"|".join(BY_THE_VISITOR) + rb")"
_HANDLER_NAME = rb"(?i:" + HANDLER + rb")(?!" + _VISITORS_EVENT + rb")[^\t\n\f\r />=]++"
LOADING_OR_HANDLER = rb"(?:" + LOADING_NAME + rb"|" + _HANDLER_NAME + _ATTRIBUTE_NAME_END + rb")"
"""The same, or the name of an event handler whose event comes by itself."""

# 13.2.5.32 to 13.2.5.39: attribute names end at white space, `/`, `>` or `=`, but may begin with `=`; a value is
# quoted, unquoted or, for `src=>`, missing. The last branch refuses to end a name where a value still follows, so that
# an incomplete value makes the whole tag incomplete rather than a different one.
ATTRIBUTES = (
    rb"(?:[\t\n\f\r /]++"
    rb"|[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rb"(?:" + SPACE + rb"*+=" + SPACE + rb"*+"
    rb"(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+|(?=>))"
    rb"|(?!" + SPACE + rb"*+=)))*+"
)

# The same, but no value may hold what an absolute URL needs: a colon, a backslash, two slashes (browsers drop tabs and
# newlines between them) or a character reference that could be any of these; and none may be a handler.
RELATIVE_ATTRIBUTES = (
    rb"(?:[\t\n\f\r /]++"
    rb"|(?!" + _HANDLER_NAME + rb")[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rb"(?:" + SPACE + rb"*+=" + SPACE + rb"*+"
    rb"(?:\"(?:[^\":&\\/]++|/(?![\t\n\r]*+/))*+\""
    rb"|'(?:[^':&\\/]++|/(?![\t\n\r]*+/))*+'"
    rb"|[^\t\n\f\r >\"':&\\/][^\t\n\f\r >:&\\/]*+(?=[\t\n\f\r >])"
    rb"|(?=>))"
    rb"|(?!" + SPACE + rb"*+=)))*+"
)

# The same without attributes that may load.
QUIET_ATTRIBUTES = ATTRIBUTES.replace(rb"|[^", rb"|(?!" + LOADING_OR_HANDLER + rb")[^", 1)

# 13.2.5.43 to 13.2.5.51: `<!-->` and `<!--->` are whole comments, and `--!>` ends one too.
COMMENT = rb"<!--(?>-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+--!?>)"

# 13.2.5.41, 13.2.5.42 and 13.2.5.53: everything else after `<!`, `<?` or `</` plus a non-letter ends at the first `>`,
# doctypes too. `<![CDATA[` is left to the scanner, since it depends on the tree.
BOGUS_COMMENT = rb"<(?:!(?!--|-\Z|\Z|\[CDATA\[)|\?)[^>]*+>|</(?:[^A-Za-z>][^>]*+)?>"
LONE_LESS_THAN = rb"<(?=[^A-Za-z/!?])"
ANY_NAME = rb"[A-Za-z][^\t\n\f\r />]*+"
CDATA = rb"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+\]\]>"
