"""Pages whose bytes are not like ASCII, on their way through a wall that reads UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from types import MappingProxyType

from consentgate.walls.charset import Charset
from consentgate.walls.labels import ISO_2022_JP, UTF_16BE, UTF_16LE
from consentgate.walls.wall import Wall

CODECS: Mapping[str, str] = MappingProxyType({UTF_16LE: "utf-16-le", UTF_16BE: "utf-16-be", ISO_2022_JP: "iso2022_jp"})
"""Encoding -> Python's codec for it. None of these knows an escape that browsers don't."""

INEXACT = "encoding"
"""The limit that is reached where a page would not come out of its encoding and back as it was."""

GUESSED = "undeclared_charset"
"""The limit that is reached where only a browser's guess decides how a page is read."""

_MOST_UNPROVEN = 16
"""Bytes that may stand for no character yet: an escape, and the beginning of a character."""

_ISO_2022_ESCAPE = re.compile(rb"\x1b[$(]")


def reading(wall: Wall, charset: Charset) -> Wall:
    """The wall, made to read a page of this charset."""
    if charset.encoding in CODECS:
        return TranscodingWall(wall, charset.encoding)
    return wall if charset.sure else UndeclaredWall(wall)


class TranscodingWall:
    """Decodes a page, sends it through `wall` as UTF-8, and encodes it again.

    Nothing leaves before it is proven that encoding what was decoded gives the very bytes that came: with a stateful
    encoding the state counts too. Where it does not, the wall fails closed. What is inserted and not in the encoding
    becomes a character reference.
    """

    def __init__(self, wall: Wall, encoding: str) -> None:
        """`encoding` is a key of CODECS."""
        codec = CODECS[encoding]
        self._wall = wall
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._prover = codecs.getincrementalencoder(codec)()
        self._encoder = codecs.getincrementalencoder(codec)("xmlcharrefreplace")
        self._utf_8 = codecs.getincrementaldecoder("utf-8")()
        self._unproven = b""
        self._inexact = False

    @property
    def blocked(self) -> Mapping[str, int]:
        return self._wall.blocked

    @property
    def failed_closed(self) -> str | None:
        return INEXACT if self._inexact else self._wall.failed_closed

    def feed(self, data: bytes) -> bytes:
        return self._carry(data, final=False)

    def close(self) -> bytes:
        return self._carry(b"", final=True)

    def _carry(self, data: bytes, *, final: bool) -> bytes:
        if self.failed_closed is not None:
            return b""
        text = self._proven_text(data, final=final)
        if text is None:
            self._inexact = True
            return b""
        out = self._wall.feed(text.encode())
        if final:
            out += self._wall.close()
        return self._encoder.encode(self._utf_8.decode(out), final)

    def _proven_text(self, data: bytes, *, final: bool) -> str | None:
        """The next characters; None where they are not what the bytes are."""
        self._unproven += data
        try:
            text = self._decoder.decode(data, final)
            again = self._prover.encode(text, final)
        except UnicodeError:
            return None
        if not self._unproven.startswith(again):
            return None
        self._unproven = self._unproven[len(again) :]
        return text if len(self._unproven) <= (0 if final else _MOST_UNPROVEN) else None


class UndeclaredWall:
    """Watches over a page that goes through `wall` as ASCII but that a browser may guess to be ISO-2022-JP.

    Without an escape both read the same. With one, what is text to the one may be markup to the other: the wall fails
    closed.
    """

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._held = b""
        self._guessed = False

    @property
    def blocked(self) -> Mapping[str, int]:
        return self._wall.blocked

    @property
    def failed_closed(self) -> str | None:
        return GUESSED if self._guessed else self._wall.failed_closed

    def feed(self, data: bytes) -> bytes:
        if self._guessed:
            return b""
        data = self._held + data
        self._held = b"\x1b" if data.endswith(b"\x1b") else b""
        if _ISO_2022_ESCAPE.search(data):
            self._guessed = True
            return b""
        return self._wall.feed(data.removesuffix(b"\x1b"))

    def close(self) -> bytes:
        return b"" if self._guessed else self._wall.feed(self._held) + self._wall.close()
