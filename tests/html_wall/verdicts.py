"""What browsers make of every case of the corpus, as `make verdicts` found it and `make test` uses it."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from html_wall.corpus import DATA, Case, cases, fingerprint

FILE = DATA / "html_verdicts.json"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One character per case, in the order of `html_wall.corpus.cases`: `1` for yes, `0` for no.

    `live`: Chromium's tree has the canary, with scripting or without. `tags`: who reads tokens alone, without a tree,
    takes the canary for a tag. Preload scanners read so and request what the tree then leaves out (Chromium's do for
    `<frameset><img>` and images in the `title` of an `svg`), and scripts bring the content of templates to life; so
    disarming such a canary is counted apart from false alarms.
    """

    browser: str
    corpus: int
    live: str
    tags: str

    def write(self) -> None:
        """Keep them for `read`."""
        fields = {
            "about": "The splice test's verdicts by `make verdicts`: bits, deflated, as base64.",
            "browser": self.browser,
            "corpus": self.corpus,
            "cases": len(self.live),
            "live": _packed(self.live),
            "tags": _packed(self.tags),
        }
        FILE.write_text(json.dumps(fields, indent=1) + "\n", "ascii", newline="\n")


def read_verdicts(corpus: list[str]) -> Verdicts:
    """The stored verdicts. Raises ValueError when they are about another corpus."""
    fields = json.loads(FILE.read_text("ascii"))
    if fields["corpus"] != fingerprint(corpus):
        raise ValueError("The corpus has changed since its verdicts were stored: run `make verdicts`.")
    count = fields["cases"]
    return Verdicts(
        fields["browser"], fields["corpus"], _unpacked(fields["live"], count), _unpacked(fields["tags"], count)
    )


def _packed(bits: str) -> str:
    return b64encode(zlib.compress(int(f"1{bits}", 2).to_bytes(len(bits) // 8 + 1), 9)).decode()


def _unpacked(packed: str, count: int) -> str:
    bits = f"{int.from_bytes(zlib.decompress(b64decode(packed))):b}"[1:]
    if len(bits) != count:
        raise ValueError(f"{len(bits)} verdicts where {count} were expected")
    return bits


@dataclass(slots=True)
class Score:
    """How a wall did against the verdicts."""

    live: int = 0
    dead: int = 0
    misses: list[Case] = field(default_factory=list)
    false_alarms: list[Case] = field(default_factory=list)
    disarmed_tags: list[Case] = field(default_factory=list)

    def count(self, case: Case, live: str, tag: str, *, disarmed: bool) -> None:
        """Add one case. `disarmed_tags` are those that are dead in Chromium's tree and tags to others."""
        self.live += live == "1"
        self.dead += live == "0"
        if live == "1" and not disarmed:
            self.misses.append(case)
        if live == "0" and disarmed:
            (self.disarmed_tags if tag == "1" else self.false_alarms).append(case)


def judged(corpus: list[str], verdicts: Verdicts) -> Iterator[tuple[Case, str, str]]:
    """Every case with its verdicts, `live` and `tag`."""
    return zip(cases(corpus), verdicts.live, verdicts.tags, strict=True)


def score(judged_cases: Iterable[tuple[Case, str, str]], disarms: Callable[[str], bool]) -> Score:
    """Ask of every case whether the wall `disarms` anything in its page."""
    result = Score()
    for case, live, tag in judged_cases:
        result.count(case, live, tag, disarmed=disarms(case.page))
    return result
