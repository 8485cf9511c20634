"""The XHTML wall: bytes in, bytes out, with a vendor's tags disarmed and the page's own additions in place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from consentgate.model import Vendor
from consentgate.walls.html import Injection, TagJudge
from consentgate.walls.html.buffered import BufferedWall
from consentgate.walls.html.edits import Insertion
from consentgate.walls.html.limits import FOREIGN_DEPTH, HELD_BYTES, HELD_SCRIPT_BYTES, LimitReachedError
from consentgate.walls.html.reading import Patience
from consentgate.walls.html.skip import SKIP
from consentgate.walls.xhtml import tokens
from consentgate.walls.xhtml.placement import Placement
from consentgate.walls.xhtml.question import Edit, Run
from consentgate.walls.xhtml.rules import Rules
from consentgate.walls.xhtml.stylesheet import disarm_instruction
from consentgate.walls.xhtml.tags import StartTag, read_start_tag

MALFORMED = "malformed"
"""The limit that is reached where a browser would stop reading as well."""

_CODE = frozenset({b"script", b"style"})
_NOTED = _CODE | {b"html", b"head", b"body"}
_NOTHING = Injection()


@dataclass(slots=True)
class _Code:
    """A script or a style sheet whose end is awaited: where it begins, within how many elements, its own text."""

    tag: StartTag
    start: int
    depth: int
    text: list[Run] = field(default_factory=list)


class XhtmlWall(BufferedWall):
    """Disarms the tags of one XHTML page as it streams by, and injects what belongs into it.

    Like the HTML wall it only inserts, and fails closed at a limit. It holds everything before the root element, which
    may show that the page can't be read, an incomplete tag, and scripts and style sheets until their end.
    """

    def __init__(self, judge: TagJudge, injection: Injection = _NOTHING) -> None:
        super().__init__()
        self._rules = Rules(judge, Injection(placeholders=injection.placeholders, nonce=injection.nonce))
        self._placement = Placement(injection)
        self._at = 0
        self._depth = 0
        self._in_prolog = True
        self._inside: bytes = b""
        self._code: list[_Code] = []
        self._patience: Patience | None = None
        self._blocked: Counter[Vendor] = Counter()

    @property
    def blocked(self) -> Mapping[str, int]:
        """Vendor id -> number of tags disarmed so far."""
        return {vendor.id: count for vendor, count in self._blocked.items()}

    def _scan(self, *, final: bool) -> None:
        while self._at < len(self._buffer) and self._read_token(final=final):
            pass
        if final and (self._at < len(self._buffer) or self._inside or self._code):
            raise LimitReachedError(MALFORMED)
        held = len(self._buffer) - self._hold
        if held > (HELD_SCRIPT_BYTES if self._code else HELD_BYTES):
            raise LimitReachedError("held_script" if self._code else "held_tag")

    @property
    def _hold(self) -> int:
        if self._in_prolog:
            return 0
        return self._code[0].start if self._code else self._at

    def _count(self, insertions: list[Insertion]) -> None:
        self._blocked.update(vendor for insertion in insertions for vendor in insertion.vendors)

    def _moved(self, count: int) -> None:
        self._at -= count
        for code in self._code:
            code.start -= count

    # Tokens. Each reader moves on behind what it read, or returns False where the end is missing.

    def _read_token(self, *, final: bool) -> bool:
        if self._inside:
            return self._read_on(tokens.ENDS[self._inside])
        if self._buffer[self._at] != ord("<"):
            return self._read_text()
        if self._patience and not final and not self._patience.pays(self._buffer, self._at):
            return False
        if self._read_markup():
            self._patience = None
            return True
        self._patience = self._patience or Patience()
        self._patience.disappointed(len(self._buffer) - self._at)
        return False

    def _read_text(self) -> bool:
        end = self._buffer.find(b"<", self._at)
        end = len(self._buffer) if end < 0 else end
        self._note_text(self._at, end)
        self._at = end
        return True

    def _read_on(self, end_sign: bytes) -> bool:
        """Within a comment, a CDATA section or a processing instruction, which may be endless."""
        found = self._buffer.find(end_sign, self._at)
        end = found if found >= 0 else max(self._at, len(self._buffer) - len(end_sign) + 1)
        if self._inside == tokens.CDATA:
            self._note_text(self._at, end)
        self._at = end if found < 0 else end + len(end_sign)
        self._inside = self._inside if found < 0 else b""
        return found >= 0

    def _read_markup(self) -> bool:
        found = tokens.START_TAG.match(self._buffer, self._at)
        if found is not None:
            if not self._passed_unread(found):
                self._start(read_start_tag(found), found.start())
            self._in_prolog, self._at = False, found.end()
            self._depth += not found[3]
            return True
        found = tokens.END_TAG.match(self._buffer, self._at)
        if found is not None:
            self._end(found.end())
            return True
        return self._read_no_tag()

    def _read_no_tag(self) -> bool:
        for sign in (tokens.COMMENT, tokens.CDATA):
            if self._buffer.startswith(sign, self._at):
                self._inside, self._at = sign, self._at + len(sign)
                return True
        if self._buffer.startswith(tokens.PROCESSING, self._at):
            return self._read_instruction()
        if self._buffer.startswith(tokens.DECLARATION, self._at):
            return self._read_doctype()
        return self._wait()

    def _read_instruction(self) -> bool:
        """One that links a style sheet counts only before the root, where everything is held."""
        if not self._in_prolog:
            self._inside, self._at = tokens.PROCESSING, self._at + len(tokens.PROCESSING)
            return True
        found = tokens.INSTRUCTION.match(self._buffer, self._at)
        if found is not None:
            self._insert(self._at, disarm_instruction(found, self._rules))
        end = self._buffer.find(tokens.ENDS[tokens.PROCESSING], self._at)
        self._at = self._at if end < 0 else end + len(tokens.ENDS[tokens.PROCESSING])
        return end >= 0

    def _read_doctype(self) -> bool:
        if tokens.INTERNAL_SUBSET.match(self._buffer, self._at):
            raise LimitReachedError("internal_subset")
        found = tokens.DOCTYPE.match(self._buffer, self._at)
        if found is None:
            return self._wait()
        if not self._in_prolog:
            raise LimitReachedError(MALFORMED)
        self._at = found.end()
        return True

    def _wait(self) -> bool:
        """For the end of a tag. No tag has a `<` in it, so where one follows the end will never come."""
        if self._buffer.find(b"<", self._at + 1) >= 0:
            raise LimitReachedError(MALFORMED)
        return False

    # Elements

    def _passed_unread(self, found: re.Match[bytes]) -> bool:
        """Most tags: what the HTML wall would pass over unread as it stands here. It does not know of prefixes,
        nor of names that begin with no letter of ASCII.
        """
        name, attributes = found[1], found[2]
        if name in _NOTED or b":" in name or not name[:1].isalpha():
            return False
        passed = SKIP.match(self._buffer, found.start(), found.end()) if attributes else found
        return passed is not None and passed.end() == found.end()

    def _start(self, tag: StartTag, start: int) -> None:
        if tag.name in _CODE and not tag.empty:
            self._open_code(tag, start)
        else:
            self._insert(start, self._rules.of_tag(tag))
        addition = self._placement.after(tag, self._depth)
        if addition:
            self._edits.insert(start + tag.length, addition)

    def _open_code(self, tag: StartTag, start: int) -> None:
        if len(self._code) == FOREIGN_DEPTH:
            raise LimitReachedError("foreign_depth")
        self._code.append(_Code(tag, start, self._depth))

    def _end(self, end: int) -> None:
        self._depth -= 1
        if self._code and self._code[-1].depth == self._depth:
            code = self._code.pop()
            self._insert(code.start, self._rules.of_element(code.tag, code.text))
        self._at = end

    def _note_text(self, start: int, end: int) -> None:
        """Text is a script's own only where no other element is around it."""
        if self._code and self._code[-1].depth == self._depth - 1 and start < end:
            code = self._code[-1]
            code.text.append(Run(start - code.start, bytes(self._buffer[start:end]), bool(self._inside)))

    def _insert(self, start: int, edits: list[Edit]) -> None:
        for edit in edits:
            self._edits.insert(start + edit.at, edit.text, edit.vendors)
