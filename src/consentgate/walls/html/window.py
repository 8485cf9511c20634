"""The bytes in hand during one feed, and what all readings of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from consentgate.model import Vendor
from consentgate.walls.html.edits import Edits
from consentgate.walls.html.limits import UNCLOSED, LimitReachedError
from consentgate.walls.html.placement import Injection
from consentgate.walls.html.reading import Reading
from consentgate.walls.html.tokens import END_TAG


class TagJudge(Protocol):
    """Decides which tags stay out, since the scanner knows neither vendors nor permissions: a `walls.judge.Judge`."""

    def url(self, url: str) -> Vendor | None:
        """The vendor behind this URL whose tag must stay out. The URL may be relative, malformed or of any scheme."""
        ...

    def host(self, name: str) -> Vendor | None:
        """A vendor that has this host or a part of it, and which must stay out."""
        ...

    def inline(self, script: bytes) -> Vendor | None:
        """The vendor whose inline snippet this is and which must stay out."""
        ...


@dataclass(slots=True)
class Window:
    """The buffer, whether the page ends with it, who judges, and where edits are left.

    `readings` are all that are still followed; one that splits off is appended. `document` names the
    vendors to keep out of a whole document, such as the value of a `srcdoc`. `injection` is what goes into the page.
    """

    data: bytearray
    final: bool
    edits: Edits
    judge: TagJudge
    readings: list[Reading]
    document: Callable[[str], list[Vendor]]
    injection: Injection
    _unclosed: int = 0
    _end_tags: dict[bytes, tuple[int, int | None]] = field(default_factory=dict)

    def is_harmless(self, host: bytes) -> bool:
        """Whether nothing at this host, which is in lower case and ASCII, has to stay out."""
        return self.judge.host(host.decode("ascii").rstrip(".")) is None

    def count_unclosed(self) -> None:
        """Another element whose text goes to the end of the page. Raises LimitReachedError: each has to be read."""
        self._unclosed += 1
        if self._unclosed > UNCLOSED:
            raise LimitReachedError("unclosed")

    def ends_at(self, stop: int) -> bool:
        """Whether nothing will ever follow what ends at `stop`."""
        return self.final and stop == len(self.data)

    def end_tag(self, name: bytes, start: int, stop: int) -> int | None:
        """Where the first end tag of a raw text element begins, if it does before `stop` with the byte after its name.

        The last answer is kept: an element opened a thousand times and closed once would be searched a thousand times.
        """
        since, found = self._end_tags.get(name, (len(self.data) + 1, None))
        if start < since or (found is not None and found < start):
            match = END_TAG[name].search(self.data, start)
            found = match.start() if match else None
            self._end_tags[name] = start, found
        if found is None or found + len(b"</") + len(name) >= stop:
            return None
        return found
