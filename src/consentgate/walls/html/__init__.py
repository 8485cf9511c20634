"""The HTML wall: keeps the tags of ungranted categories out of a page, sans I/O.

A map. `rewriter` drives: it takes bytes, lets each reading go as far as it gets, and sends what can no longer change;
`buffered` is what it has in common with the XHTML wall; `memory` spares it pages it has seen. `scanner` reads, with
`comments`, `raw_text` and `foreign` for what is not plain markup, `grammar`, `tokens` and `skip` for the patterns,
`attributes` for a tag, and `tree` for as much of the document as changes how bytes are read. `elements` is the table of
what loads. `disarm` keeps a tag out; `frames` tells what stands in for an iframe; `loads` finds the URLs in an
attribute, `css` and `preload` those in a style sheet, `imports` those that a script imports, `nested` what a URL itself
carries, and `vendors` asks the judge about them. `placement` finds where the page's own additions go; it and `disarm`
only note `edits`. `limits` says when to give up.

A *reading* is one way to understand the page: a place, a mode, a tree. A *fork* is a reading that splits off where a
browser might understand the page otherwise; readings that have become equal are merged. A *junction* is a place where a
reading without a tree would be back among tags; if this one is not, that one forks. The *window* is the bytes in hand
during one feed, and what all readings share.
"""

from consentgate.walls.html.memory import Memory, RememberingWall
from consentgate.walls.html.placement import Injection, Placeholders
from consentgate.walls.html.rewriter import HtmlWall
from consentgate.walls.html.window import TagJudge

__all__ = ["HtmlWall", "Injection", "Memory", "Placeholders", "RememberingWall", "TagJudge"]
