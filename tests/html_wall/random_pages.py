"""Random pages: a grammar of fragments thrown together, with one canary somewhere among them."""

from __future__ import annotations

import random

from html_wall.corpus import CANARIES
from html_wall.grammar import PARTS, PLACES

_TAGS = (
    "svg math title desc foreignObject g mi mo annotation-xml mglyph style script textarea xmp iframe noembed noframes"
    " noscript select option table tr td caption template frameset head body html p b a div font form button h1 li"
    " plaintext"
).split()
_OTHERS = (
    "x",
    " ",
    "<",
    ">",
    "'",
    '"',
    "=",
    "/",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "-",
    "<![CDATA[",
    "]]>",
    "<!",
    "<?",
    "</",
    "<a b='",
    '<a b="',
    "<a b=",
    "<p ",
    "<br>",
    "<svg/>",
    "<title/>",
    "<style/>",
    "<script/>",
    "<input>",
    "<img>",
    "<font color=x>",
    "<font x=color>",
    "<annotation-xml encoding=text/html>",
    "<script type=data>",
    "<script src=/a>",
    "<!doctype html>",
    "&lt;",
    "\0",
    "é",
    "\n",
    "<svg><path d='x'/></svg>",
)
FRAGMENTS = (*(f"<{tag}>" for tag in _TAGS), *(f"</{tag}>" for tag in _TAGS), *_OTHERS, *PLACES, *PARTS)
MOST_FRAGMENTS = 12


def random_page(choice: random.Random) -> str:
    """Fragments, and a canary between two of them or within one."""
    fragments = choice.choices(FRAGMENTS, k=choice.randrange(1, MOST_FRAGMENTS))
    place = choice.randrange(len(fragments) + 1)
    before, after = "".join(fragments[:place]), "".join(fragments[place:])
    inside = choice.randrange(5) if choice.random() < 0.25 else 0
    return choice.choice(CANARIES).spliced(before + after, max(0, len(before) - inside))
