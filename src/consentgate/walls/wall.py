"""What every wall that a page goes through has in common, sans I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Wall(Protocol):
    """Takes the bytes of one page as they come and gives those that may leave."""

    @property
    def blocked(self) -> Mapping[str, int]:
        """Vendor id -> number of tags disarmed so far."""
        ...

    @property
    def failed_closed(self) -> str | None:
        """Which limit was reached, if any. From then on `feed` and `close` return nothing."""
        ...

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the page; return what may be sent."""
        ...

    def close(self) -> bytes:
        """The page has ended; return what was held. Call once, last."""
        ...
