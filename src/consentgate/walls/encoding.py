"""A page that comes compressed is opened, so that the walls can see it (RFC 9110 section 8.4)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

Decode = Callable[[bytes], Iterator[bytes]]
"""Turns the next encoded bytes of a page into plain ones, in pieces. Raises UnreadableEncodingError."""

LONGEST_PIECE = 256 * 1024
"""Bytes that are opened at once, however small they were packed: a megabyte of gzip may hold a gigabyte."""

_GZIP = b"\x1f\x8b"
_ANY_HEADER = zlib.MAX_WBITS + 32
_NO_HEADER = -zlib.MAX_WBITS


class UnreadableEncodingError(Exception):
    """The page's compression is damaged."""


def decoder_for(content_encoding: Iterable[str]) -> Decode | None:
    """What opens these codings, made for one page; None for what can't be opened (br, zstd, two at once)."""
    codings = [coding.strip().lower() for value in content_encoding for coding in value.split(",")]
    codings = [coding for coding in codings if coding not in {"", "identity"}]
    if not codings:
        return _as_it_is
    return _Zlib().decode if codings in (["gzip"], ["x-gzip"], ["deflate"]) else None


def _as_it_is(data: bytes) -> Iterator[bytes]:
    yield data


class _Zlib:
    """gzip of one or several members (RFC 1952 section 2.2), and deflate with or without the header it should have."""

    def __init__(self) -> None:
        self._first = b""
        self._zlib: zlib._Decompress | None = None
        self._over = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._over:
            return
        if self._zlib is None:
            self._first += data
            if len(self._first) < len(_GZIP):
                return
            self._zlib, data = zlib.decompressobj(wbits=_window(self._first)), self._first
        yield from _inflate(self._zlib, data)
        # What follows a member is the next one; anything else after the end is ignored, as browsers do.
        while self._zlib.eof and (rest := self._after_the_end(self._zlib.unused_data)):
            self._zlib = zlib.decompressobj(wbits=_ANY_HEADER)
            yield from _inflate(self._zlib, rest)

    def _after_the_end(self, rest: bytes) -> bytes:
        """The next member, as far as it has come. Nothing where there is none: what is kept must not grow."""
        if _GZIP.startswith(rest) and len(rest) < len(_GZIP):
            return b""
        if not rest.startswith(_GZIP):
            self._over = True
            return b""
        return rest


def _inflate(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What `data` holds, in pieces. A whole piece may be followed by more even where all of `data` was taken."""
    piece = None
    while piece is None or data or len(piece) == LONGEST_PIECE:
        try:
            piece = inflater.decompress(data, LONGEST_PIECE)
        except zlib.error as error:
            raise UnreadableEncodingError from error
        data = inflater.unconsumed_tail
        if piece:
            yield piece


def _window(first: bytes) -> int:
    """What header to expect, by the first two bytes (RFC 1950 section 2.2 for zlib's own)."""
    is_zlib = first[0] & 0x0F == zlib.DEFLATED and int.from_bytes(first[:2]) % 31 == 0
    return _ANY_HEADER if is_zlib or first.startswith(_GZIP) else _NO_HEADER
