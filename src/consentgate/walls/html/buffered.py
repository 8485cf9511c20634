"""What the HTML and the XHTML wall do alike: hold what may still change, send the rest with its insertions made."""

from __future__ import annotations

from abc import ABC, abstractmethod

from consentgate.walls.html.edits import Edits, Insertion, splice
from consentgate.walls.html.limits import LimitReachedError


class BufferedWall(ABC):
    """A wall that reads a page in a buffer and fails closed at a limit: the rest of the page is then never sent."""

    def __init__(self) -> None:
        self._edits = Edits()
        self._buffer = bytearray()
        self._failed_closed: str | None = None

    @property
    def failed_closed(self) -> str | None:
        """Which limit was reached, if any. From then on `feed` and `close` return nothing."""
        return self._failed_closed

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the page; return what may be sent."""
        return self._read(data, final=False)

    def close(self) -> bytes:
        """The page has ended; return what was held. Call once, last."""
        return self._read(b"", final=True)

    def _read(self, data: bytes, *, final: bool) -> bytes:
        if self._failed_closed is not None:
            return b""
        self._buffer += data
        if not self._may_begin(final=final):
            return b""
        try:
            self._scan(final=final)
        except LimitReachedError as reached:
            self._failed_closed = reached.limit
            final = False
        sent = self._send(len(self._buffer) if final else self._hold, final=final)
        if self._failed_closed is not None:
            self._buffer.clear()
        return sent

    def _send(self, end: int, *, final: bool) -> bytes:
        """Cut the first `end` bytes off the buffer, with their insertions made."""
        insertions = self._edits.take(end, final=final) if self._edits else []
        self._count(insertions)
        sent = self._splice(self._buffer[:end], insertions)
        del self._buffer[:end]
        self._moved(end)
        return sent

    def _splice(self, data: bytearray, insertions: list[Insertion]) -> bytes:
        """A seam: whoever has to know where insertions go overrides it, such as the memory of pages."""
        return splice(data, insertions)

    def _may_begin(self, *, final: bool) -> bool:  # noqa: ARG002
        """Whether enough has come to read at all."""
        return True

    @property
    @abstractmethod
    def _hold(self) -> int:
        """Where what may still change begins."""

    @abstractmethod
    def _scan(self, *, final: bool) -> None:
        """Read on in the buffer and note edits. Raises LimitReachedError."""

    @abstractmethod
    def _count(self, insertions: list[Insertion]) -> None:
        """Count the tags that these insertions disarm."""

    @abstractmethod
    def _moved(self, count: int) -> None:
        """The first `count` bytes of the buffer are gone."""
