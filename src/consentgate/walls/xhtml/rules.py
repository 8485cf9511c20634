"""What to insert into one element: the HTML wall is asked, and its answers are put together.

They have to be well-formed where they land: values in quotes, no attribute twice, no prefix that nothing declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consentgate.model import Vendor
from consentgate.walls.html import HtmlWall, Injection, TagJudge
from consentgate.walls.html.disarm import PREFIX
from consentgate.walls.html.edits import Insertion
from consentgate.walls.html.limits import LimitReachedError
from consentgate.walls.xhtml.question import Edit, Question, Run
from consentgate.walls.xhtml.tags import StartTag

_WRITTEN = re.compile(rb"([a-z-]+)=(\S+)")


class Rules:
    """Asks the HTML wall about elements, one at a time."""

    def __init__(self, judge: TagJudge, injection: Injection) -> None:
        """Of the `injection` only what goes into tags counts."""
        self._judge = judge
        self._injection = injection

    def of_tag(self, tag: StartTag) -> list[Edit]:
        """What to insert into a tag for what it loads. Raises LimitReachedError."""
        if not tag.attributes:
            return []
        return _merged(tag, [answer for layer in tag.layers() for answer in self._ask(Question(tag, layer, ()))])

    def of_element(self, tag: StartTag, text: list[Run]) -> list[Edit]:
        """What to insert into a script or a style sheet with this text. Raises LimitReachedError.

        A script of SVG has its source in `href`: there a `src` does not keep the text from running.
        """
        variants = [tag, tag.without(b"src")] if tag.value(b"src") is not None else [tag]
        answers = [
            answer for one in variants for layer in one.layers() for answer in self._ask(Question(one, layer, text))
        ]
        return _merged(tag, answers)

    def _ask(self, question: Question) -> Iterator[Edit]:
        wall = _Listener(self._judge, self._injection)
        wall.feed(bytes(question.html))
        wall.close()
        if wall.failed_closed is not None:
            raise LimitReachedError(wall.failed_closed)
        for insertion in wall.heard:
            yield from question.carried_back(insertion)


class _Listener(HtmlWall):
    """A wall of which only the insertions matter."""

    def __init__(self, judge: TagJudge, injection: Injection) -> None:
        super().__init__(judge, injection)
        self.heard: list[Insertion] = []
        self._passed = 0

    def _splice(self, data: bytearray, insertions: list[Insertion]) -> bytes:
        self.heard += [Insertion(self._passed + one.at, one.text, one.vendors) for one in insertions]
        self._passed += len(data)
        return b""


def _merged(tag: StartTag, answers: list[Edit]) -> list[Edit]:
    """One mark for all answers, and no attribute of a name that is there already."""
    if not answers:
        return []
    marks: dict[bytes, list[bytes]] = {}
    vendors: list[Vendor] = []
    for answer in answers:
        vendors += answer.vendors
        if answer.at == tag.name_end:
            for name, value in _WRITTEN.findall(answer.text):
                marks.setdefault(name, []).extend(value.split(b","))
    written = b"".join(b' %b="%b"' % (name, _one_value(name, values)) for name, values in marks.items())
    elsewhere = dict.fromkeys(answer._replace(vendors=()) for answer in answers if answer.at != tag.name_end)
    names = {one.local: one.name for one in tag.attributes}
    moved = {one.local for one in tag.attributes if one.name in marks}
    kept = [edit for edit in elsewhere if edit.at not in names]
    renamed = sorted(moved | {edit.at for edit in elsewhere if edit.at in names})
    return [
        Edit(tag.name_end, written, tuple(dict.fromkeys(vendors))),
        *(Edit(at, _unused_prefix(names[at], set(names.values()))) for at in renamed),
        *kept,
    ]


def _one_value(name: bytes, values: list[bytes]) -> bytes:
    """What all answers say of an attribute, each word once; of a placeholder's URL the words are behind its address."""
    address = values[0][: values[0].rfind(b"/") + 1] if name == b"src" else b""
    return address + b",".join(dict.fromkeys(value.removeprefix(address) for value in values))


def _unused_prefix(name: bytes, taken: set[bytes]) -> bytes:
    """What makes another attribute of `name`, its namespace prefix left as it is."""
    before, colon, local = name.rpartition(b":")
    prefix = PREFIX
    while before + colon + prefix + local in taken:
        prefix += PREFIX
    return prefix
