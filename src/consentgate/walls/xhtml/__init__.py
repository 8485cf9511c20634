"""The XHTML wall: the same rules for a page that browsers read as XML (`application/xhtml+xml`), sans I/O.

A map. `rewriter` drives, and knows what is text, comment, tag or end. `tokens` is the grammar of XML 1.0. `tags` takes
a start tag apart, `stylesheet` the instruction that links a style sheet. A `question` is one element written down as
HTML; `rules` asks the HTML wall what it would insert there, and carries the answer back, well-formed: so there is one
table of what loads, in `walls.html`. `placement` finds where the page's own additions go, and checks that they are XML.

What XML leaves no room for is doubt: there is one reading, and no raw text. Where markup is malformed a browser stops,
and so does this wall.
"""

from consentgate.walls.xhtml.rewriter import XhtmlWall

__all__ = ["XhtmlWall"]
