"""The corpus of the splice test: documents that hold no vendor's tag, and canaries to put anywhere into them.

A *canary* is a tag that must not come through. Spliced into a document it is *live* if a browser would load or run it
there; it may as well become text, part of a comment or another tag's attribute. A *track* is one canary at every
offset (every `step`-th one, where its kind says so) of every document.
"""

from __future__ import annotations

import json
import os
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from html_wall.grammar import own_documents
from html_wall.pages import SNIPPET, T

SEED = "CONSENTGATE_TEST_SEED"
DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Canary:
    """A tag to splice in at every `step`-th offset."""

    markup: str
    step: int = 1

    def spliced(self, document: str, offset: int) -> str:
        return document[:offset] + self.markup + document[offset:]

    def offsets(self, document: str) -> range:
        """Offsets count characters."""
        return range(0, len(document) + 1, self.step)


# The quotes differ, since each kind ends another kind of attribute value that it is spliced into. The later ones tell
# little more than the first two of how bytes are read, so fewer of them do; `q` may stand anywhere and ends nothing.
CANARIES = (
    Canary(f'<img src="{T}i">'),
    Canary(f"<script src='{T}s'></script>"),
    Canary(f"<script>{SNIPPET.decode()}1)</script>", step=3),
    Canary(f"<iframe src={T}f></iframe>", step=5),
    Canary(f"<style>p{{background:url({T}c)}}</style>", step=5),
    Canary(f"<style>p{{background:url({T}u)}}", step=7),
    Canary(f'<q style="background:url({T}a)">', step=5),
)


def documents() -> list[str]:
    """Our own documents and those of html5lib's tests, in an order that stays."""
    lines = (DATA / "html5lib_documents.txt").read_text("ascii").split("\n")
    return list(dict.fromkeys([*own_documents(), *(json.loads(line) for line in lines if line)]))


@dataclass(frozen=True, slots=True)
class Case:
    """One canary in one document."""

    document: str
    canary: Canary
    offset: int

    @property
    def page(self) -> str:
        return self.canary.spliced(self.document, self.offset)


def cases(corpus: list[str]) -> Iterator[Case]:
    """All cases, in the order in which verdicts are kept."""
    for document in corpus:
        for canary in CANARIES:
            for offset in canary.offsets(document):
                yield Case(document, canary, offset)


def fingerprint(corpus: list[str]) -> int:
    """Changes when any document or canary does: verdicts then have to be renewed."""
    return zlib.crc32(json.dumps([corpus, [[canary.markup, canary.step] for canary in CANARIES]]).encode())


def new_seed() -> int:
    """A seed for what differs in every run; set it in the environment as CONSENTGATE_TEST_SEED to repeat a run."""
    return int(os.environ.get(SEED) or random.SystemRandom().randrange(10**9))
