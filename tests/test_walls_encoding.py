"""Encodings: how a page's bytes become ones that a wall can read, and how it is known that nothing got lost."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.walls.charset import Charset, charset_of
from consentgate.walls.encoding import LONGEST_PIECE, UnreadableEncodingError, decoder_for
from consentgate.walls.html import Injection
from consentgate.walls.labels import ENCODINGS, ISO_2022_JP, LIKE_ASCII, UTF_16BE, UTF_16LE
from consentgate.walls.transcode import CODECS, GUESSED, INEXACT, TranscodingWall, UndeclaredWall
from html_wall.pages import RecordingWall, T

LIVE = f'<img src="{T}a">'
DISARMED = f'<img data-cg=marketing data-cg-src="{T}a">'
KANJI = "求人情報"
GUESS = Charset(LIKE_ASCII, sure=False)


def declared(encoding: str) -> Charset:
    return Charset(encoding, declare=encoding)


@pytest.mark.parametrize(
    ("content_type", "start", "expected"),
    [
        ("text/html; charset=utf-8", b"", Charset(LIKE_ASCII)),
        ("text/html; charset=Shift_JIS", b"", Charset(LIKE_ASCII)),
        ("text/html; charset=x-sjis", b"", Charset(LIKE_ASCII)),
        ("text/html; charset=iso-8859-8-i", b"", Charset(LIKE_ASCII)),
        ("text/html; charset=gb18030", b"", Charset(LIKE_ASCII)),
        ("text/html; charset=x-user-defined", b"", Charset(LIKE_ASCII)),
        ("text/html; charset=UTF-16", b"", Charset(UTF_16LE)),
        ("text/html; charset='utf-16be'", b"", Charset(UTF_16BE)),
        ("text/html; charset=csunicode", b"", Charset(UTF_16LE)),
        ("text/html; charset=ISO-2022-JP", b"", Charset(ISO_2022_JP)),
        # A byte order mark beats all else.
        ("text/html; charset=utf-8", b"\xff\xfe<\x00", Charset(UTF_16LE)),
        ("text/html; charset=utf-16le", b"\xfe\xff\x00<", Charset(UTF_16BE)),
        ("text/html; charset=utf-16le", b"\xef\xbb\xbf<p>", Charset(LIKE_ASCII)),
        ("text/html; charset=iso-2022-kr", b"\xef\xbb\xbf<p>", Charset(LIKE_ASCII)),
        # Browsers replace the whole page, or differ on which charset they believe.
        ("text/html; charset=iso-2022-kr", b"", None),
        ("text/html; charset=hz-gb-2312", b"", None),
        ("text/html; xcharset=utf-8; charset=utf-16le", b"", None),
        ("text/html; charset=utf-8, text/html; charset=utf-16le", b"", None),
        ("text/html; charset=no-such-one; charset=utf-16le", b"", None),
        # Browsers ignore what they don't know.
        ("text/html; charset=utf-7", b"", GUESS),
        ("text/html; charset=utf-32", b"", GUESS),
        ("text/html; charset=cp037", b"", GUESS),
        ("text/html; charset=no-such-charset; charset=utf-8", b"", GUESS),
        # What the page says of itself counts only then.
        ("text/html", b"<html>", GUESS),
        ("text/html", b"<meta charset=utf-8>", GUESS),
        ("text/html", b"<meta charset=utf-16>", GUESS),
        ("text/html", b"<meta charset=iso-2022-kr>", GUESS),
        ("text/html", b'<meta charset="iso-2022-jp">', declared(ISO_2022_JP)),
        ("text/html", b"<META name=x CHARSET = csISO2022JP >", declared(ISO_2022_JP)),
        (
            "text/html",
            b'<meta http-equiv=Content-Type content="text/html; charset=iso-2022-jp">',
            declared(ISO_2022_JP),
        ),
        ("text/html", b"<!-- <meta charset=iso-2022-jp> -->", GUESS),
        ("text/html", b"<p>" * 342 + b"<meta charset=iso-2022-jp>", GUESS),
        ("text/html; charset=utf-8", b"<meta charset=iso-2022-jp>", Charset(LIKE_ASCII)),
        ("application/xhtml+xml", b'<?xml version="1.0" encoding="ISO-2022-JP"?>', declared(ISO_2022_JP)),
        ("application/xhtml+xml", b'<?xml version="1.0" encoding="UTF-16"?>', GUESS),
        ("text/html", '<?xml version="1.0"?>'.encode("utf-16-le"), declared(UTF_16LE)),
        ("text/html", '<?xml version="1.0"?>'.encode("utf-16-be"), declared(UTF_16BE)),
        ("text/html; charset=utf-8", '<?xml version="1.0"?>'.encode("utf-16-be"), Charset(LIKE_ASCII)),
    ],
)
def test_a_page_is_read_in_the_encoding_that_browsers_read_it_in(
    content_type: str, start: bytes, expected: Charset | None
) -> None:
    assert charset_of([content_type], start) == expected


@given(st.lists(st.text(max_size=40)), st.binary(max_size=60))
def test_no_header_and_no_page_raises(content_types: list[str], start: bytes) -> None:
    charset_of(content_types, start)


def test_labels_that_are_like_ascii_are_so_in_python_too() -> None:
    ascii_bytes = bytes(range(0x20, 0x7F))
    for label, encoding in ENCODINGS.items():
        try:
            codec = codecs.lookup(label)
        except LookupError:
            continue
        like_ascii = codec.decode(ascii_bytes)[0] == ascii_bytes.decode() if encoding == LIKE_ASCII else True
        assert like_ascii, label


def carried(page: bytes, encoding: str, cuts: Iterable[int] = (), injection: Injection | None = None) -> bytes:
    """A page after a transcoding wall, fed in pieces cut at these offsets."""
    wall = TranscodingWall(RecordingWall(injection or Injection()), encoding)
    edges = [0, *cuts, len(page)]
    out = b"".join(wall.feed(page[start:end]) for start, end in pairwise(edges))
    out += wall.close()
    assert wall.failed_closed is None
    return out


@pytest.mark.parametrize("encoding", CODECS)
def test_a_page_is_disarmed_in_its_own_encoding_however_it_is_cut(encoding: str) -> None:
    page = f"<p>{KANJI}</p>{LIVE}<p>{KANJI}</p>"
    raw, expected = page.encode(CODECS[encoding]), page.replace(LIVE, DISARMED).encode(CODECS[encoding])
    assert carried(raw, encoding) == expected
    assert carried(raw, encoding, range(1, len(raw))) == expected
    for cut in range(len(raw)):
        assert carried(raw, encoding, [cut]) == expected


@given(st.text(), st.sampled_from(sorted(CODECS)))
def test_text_that_has_no_tag_leaves_as_it_came(text: str, encoding: str) -> None:
    page = text.replace("<", "").encode(CODECS[encoding], "ignore")
    wall = TranscodingWall(RecordingWall(), encoding)
    out = wall.feed(page) + wall.close()
    assert out == page or (wall.failed_closed == INEXACT and page.startswith(out))


def test_markup_that_only_another_reading_sees_is_none() -> None:
    hidden = b"\x1b$B" + b"<img src='" + b"\x1b(B"
    assert TranscodingWall(RecordingWall(), ISO_2022_JP).feed(hidden) == b""
    comment_in_kanji = "<p>" + KANJI + "</p>"
    assert carried(comment_in_kanji.encode("iso2022_jp"), ISO_2022_JP) == comment_in_kanji.encode("iso2022_jp")


def test_what_the_encoding_lacks_is_inserted_as_a_character_reference() -> None:
    out = carried(
        f"<p>{KANJI}".encode("iso2022_jp"), ISO_2022_JP, injection=Injection(body=lambda _: "<b>ł日</b>".encode())
    )
    assert out == "<b>&#322;日</b><p>".encode("iso2022_jp") + KANJI.encode("iso2022_jp")


@pytest.mark.parametrize(
    ("encoding", "page"),
    [
        (UTF_16LE, "<p>x</p>".encode("utf-16-le") + b"\x00"),
        (UTF_16LE, b"\x00\xd8<\x00p\x00>\x00"),
        (UTF_16BE, b"\x00<\xdc\x00\x00>"),
        (ISO_2022_JP, b"<p>\x1b(B\x1b(B</p>"),
        (ISO_2022_JP, b"<p>\x1b(Jabc\x1b(B</p>"),
        (ISO_2022_JP, b"<p>\x1b$@\x467C\x1b(B</p>"),
        (ISO_2022_JP, b"<p>\x1b(I123\x1b(B</p>"),
        (ISO_2022_JP, b"<p>\x1b$(D00\x1b(B</p>"),
        (ISO_2022_JP, b"<p>\xe6\x97\xa5</p>"),
        (ISO_2022_JP, b"<p>\x1b$B\x467C"),
        (ISO_2022_JP, b"<p>" + b"\x1b(B" * 9),
    ],
    ids=repr,
)
@pytest.mark.parametrize("size", [1, 1000])
def test_a_page_that_would_not_come_back_as_it_was_ends_before_that(encoding: str, page: bytes, size: int) -> None:
    wall = TranscodingWall(RecordingWall(), encoding)
    live = LIVE.encode(CODECS[encoding])
    out = b"".join(wall.feed((page + live)[at : at + size]) for at in range(0, len(page + live), size)) + wall.close()
    assert wall.failed_closed == INEXACT
    assert (page + live).startswith(out)
    assert LIVE not in out.decode(CODECS[encoding], "replace")
    assert wall.feed(live) == b""


def test_a_limit_of_the_wall_within_is_one_of_the_whole() -> None:
    wall = TranscodingWall(RecordingWall(), UTF_16LE)
    wall.feed(("<img alt='" + "x" * 600_000).encode("utf-16-le"))
    assert wall.failed_closed == "held_tag"
    assert wall.blocked == {}


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_an_escape_on_a_page_of_no_charset_ends_it(size: int) -> None:
    page = b"<p>x</p>\x1b$B<!--\x1b(B" + LIVE.encode()
    wall = UndeclaredWall(RecordingWall())
    out = b"".join(wall.feed(page[at : at + size]) for at in range(0, len(page), size)) + wall.close()
    assert b"<p>x</p>".startswith(out)
    assert wall.failed_closed == GUESSED


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_any_other_escape_is_none(size: int) -> None:
    page = b"<pre>\x1b[31mred\x1b" + b"</pre>" + LIVE.encode() + b"\x1b"
    wall = UndeclaredWall(RecordingWall())
    out = b"".join(wall.feed(page[at : at + size]) for at in range(0, len(page), size)) + wall.close()
    assert out == page.replace(LIVE.encode(), DISARMED.encode())
    assert wall.failed_closed is None


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("size", [1, 100, 10**6])
def test_compressed_bytes_are_opened_in_bounded_pieces(coding: str, size: int) -> None:
    plain = b"careers " * 200_000
    packed = gzip.compress(plain) if coding == "gzip" else zlib.compress(plain)
    decode = decoder_for([coding])
    assert decode is not None
    pieces = [piece for at in range(0, len(packed), size) for piece in decode(packed[at : at + size])]
    assert b"".join(pieces) == plain
    assert max(map(len, pieces)) <= LONGEST_PIECE


@given(st.binary(max_size=300_000), st.integers(0, 9))
def test_whatever_was_packed_comes_out_again(plain: bytes, level: int) -> None:
    decode = decoder_for(["gzip"])
    assert decode is not None
    assert b"".join(decode(gzip.compress(plain * 3, level))) == plain * 3


def test_damage_is_known() -> None:
    decode = decoder_for(["gzip"])
    assert decode is not None
    with pytest.raises(UnreadableEncodingError):
        list(decode(b"no gzip at all"))
