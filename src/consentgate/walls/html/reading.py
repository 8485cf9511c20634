"""The state of one reading of a page, and how another one splits off from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import NamedTuple

from consentgate.walls.html.limits import HELD_BYTES, HELD_SCRIPT_BYTES, LimitReachedError
from consentgate.walls.html.placement import Placement
from consentgate.walls.html.tree import Tree

_CHEAP = 2048
"""Bytes that may be matched anew at every feed. Whether `<!-` or `<` begins a tag at all is found out long before."""


class Mode(IntEnum):
    """What the next byte belongs to. Numbers, since other enums are hashed by code in Python, at every step."""

    DATA = auto()
    COMMENT = auto()
    BOGUS_COMMENT = auto()
    RAW_TEXT = auto()
    EITHER = auto()
    SCRIPT = auto()
    STYLE = auto()
    PLAINTEXT = auto()


class Escape(IntEnum):
    """The states of script data: `<!--` escapes, `<script` within that escapes doubly and hides one end tag."""

    NONE = auto()
    ONCE = auto()
    TWICE = auto()


class Doubt(NamedTuple):
    """A stretch of the page that was read as text, or as a CDATA section, and may be markup as well.

    `literal` where the other reading takes every CDATA section for a bogus comment.
    """

    start: int
    end: int
    literal: bool = False


@dataclass(slots=True)
class Patience:
    """When to look again at a tag whose end has not come, so that slow or hostile senders cost linear time.

    It keeps how much of an incomplete tag was tried in vain, how much was looked through since, `seen`, and whether a
    `>` came.
    """

    seen: int = 0
    _tried: int = 0
    _due: bool = False

    def pays(self, data: bytearray, start: int, end: bytes = b">") -> bool:
        """Whether to try again: it was short, or an `end` came and it has grown by half since the last try."""
        length = len(data) - start
        self._due = self._due or data.find(end, start + self.seen) >= 0
        self.seen = length
        return self._tried <= _CHEAP or (self._due and 2 * length >= 3 * self._tried)

    def disappointed(self, length: int) -> None:
        """A try found the first `length` bytes incomplete."""
        self._tried = self.seen = length
        self._due = False


@dataclass(slots=True)
class Reading:
    """Offsets count from the start of the window's data.

    `at` is where the reading stands. `held` is where the inline script or the ambiguous text begins whose end is
    awaited: nothing from there on may be sent. `text` names the raw text element that is being read. `literal` takes
    CDATA sections for the bogus comments they are outside of foreign content. `junctions` are the places where a
    reading without a tree would be back in data state. `doubt` is what the last step leaves to be read as markup too.
    `text_end` is where the text that was read last had its end tag. Only the first reading carries a `placement`.
    """

    placement: Placement | None = None
    at: int = 0
    mode: Mode = Mode.DATA
    tree: Tree = field(default_factory=Tree)
    text: bytes = b""
    escape: Escape = Escape.NONE
    held: int | None = None
    literal: bool = False
    junctions: tuple[int, ...] = ()
    doubt: Doubt | None = None
    patience: Patience | None = None
    text_end: int | None = None

    @property
    def hold(self) -> int:
        """The lowest offset at which this reading may still insert something."""
        return self.at if self.held is None else min(self.at, self.held)

    @property
    def state(self) -> tuple[object, ...]:
        """What the rest of the reading depends on: two readings of equal state will never differ again."""
        text = (self.text, self.escape, self.held, self.text_end == self.at)
        return (self.at, self.mode, self.tree, text, self.literal, self.junctions)

    def moved(self, count: int) -> None:
        """The first `count` bytes of the window's data are gone."""
        self.at -= count
        self.held = None if self.held is None else self.held - count
        self.text_end = None if self.text_end is None else self.text_end - count
        self.junctions = tuple(junction - count for junction in self.junctions)

    def check_limits(self, stop: int) -> None:
        """Raises LimitReachedError where too much is held before `stop`, the end of what has come so far."""
        if self.mode in {Mode.SCRIPT, Mode.STYLE} and stop - self.hold > HELD_SCRIPT_BYTES:
            raise LimitReachedError("held_script")
        if self.mode is Mode.DATA and stop - self.hold > HELD_BYTES:
            raise LimitReachedError("held_tag")

    def joins(self, other: Reading, at: int) -> bool:
        """Whether this reading has become the other one, which is in data state at `at`."""
        return self.at == at and self.mode is Mode.DATA and self.tree == other.tree and not self.junctions

    def expect_junction(self, at: int) -> None:
        """A reading without a tree would be back in data state at `at`."""
        self.junctions = tuple(sorted({*self.junctions, at}))

    def pass_junctions(self) -> list[Reading]:
        """Forget the junctions that are behind; where this reading was not in data state, one without a tree forks."""
        behind = [at for at in self.junctions if at <= self.at]
        self.junctions = self.junctions[len(behind) :]
        missed = [at for at in behind if at < self.at or self.mode is not Mode.DATA]
        return [self.fork(at, tree=self.tree.reaching(None)) for at in missed]

    def give_up_junctions(self) -> list[Reading]:
        """At the end of the page: where this reading waits in vain for an end, one without a tree forks beyond it."""
        ahead, self.junctions = self.junctions, ()
        return [self.fork(at, tree=self.tree.reaching(None)) for at in ahead]

    def fork(self, at: int, *, tree: Tree | None = None, literal: bool = False) -> Reading:
        """Another reading, which is in data state at `at`."""
        return Reading(at=at, tree=self.tree if tree is None else tree, literal=literal or self.literal)

    def place_start_tag(self, name: bytes, start: int, end: int) -> None:
        """A start tag may be where an injection goes."""
        if self.placement:
            self.placement.start_tag(name, start, end)
            self._forget_placement()

    def place_end_tag(self, name: bytes, start: int) -> None:
        """An end tag may be where an injection goes."""
        if self.placement:
            self.placement.end_tag(name, start)
            self._forget_placement()

    def place_text(self, data: bytearray, start: int, end: int) -> None:
        """Text may be where an injection goes."""
        if self.placement:
            self.placement.text(data, start, end)
            self._forget_placement()

    def _forget_placement(self) -> None:
        """Once both places are found the scanner may skip."""
        if self.placement and self.placement.done:
            self.placement = None

    def enter_text(self, name: bytes, inline_script: int | None = None) -> None:
        """The start tag of an element that holds text was read; `inline_script` is where it began if it may run."""
        doubtful = self.tree.doubts_text_of(name)
        if name == b"plaintext":
            self.mode = Mode.DATA if doubtful else Mode.PLAINTEXT
        elif doubtful or name == b"noscript":
            self.mode, self.text, self.held = Mode.EITHER, name, self.at
        elif name == b"script":
            self.mode, self.escape, self.held = Mode.SCRIPT, Escape.NONE, inline_script
        else:
            self.mode, self.text = Mode.STYLE if name == b"style" else Mode.RAW_TEXT, name

    def leave_text(self, end: int) -> None:
        """The text has ended at `end`, where its end tag begins."""
        self.mode, self.text, self.escape, self.held = Mode.DATA, b"", Escape.NONE, None
        self.at = self.text_end = end
