"""What a middleware that rewrites pages owes to HTTP and ASGI. Raw ASGI messages in, raw messages out."""

from __future__ import annotations

import asyncio
import codecs
import gzip
import logging
import threading
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable, Iterable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.parsers.expat import ParserCreate

import pytest
from starlette.applications import Starlette
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consentgate import ConsentGate, get_consent
from consentgate.banner.texts import texts
from consentgate.ledger import open_ledger
from consentgate.walls.encoding import LONGEST_PIECE
from consentgate.walls.html import HtmlWall
from consentgate.walls.html.limits import HELD_BYTES, HELD_SCRIPT_BYTES
from factories import KEY, make_policy
from gating import BROWSER, GERMANY, PAGE, shut_down, without_our_head

pytestmark = pytest.mark.anyio

HTML = (b"content-type", b"text/html; charset=utf-8")
TAG = b'<script src="https://static.hotjar.com/x.js"></script>'
DISARMED = b'data-cg-src="https://static.hotjar.com/x.js"'


def answers(*messages: Message) -> ASGIApp:
    """An app that sends just these messages."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        for message in messages:
            await send(dict(message))

    return app


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(content: bytes = b"", *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


Ask = Callable[..., Awaitable[list[Message]]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Send one request through a gate around an app, and return the messages that leave."""

    async def ask(
        app: ASGIApp,
        method: str = "GET",
        *,
        root: str = "",
        path: str = "",
        query: bytes = b"",
        extensions: Any = None,
        kind: str = "http",
        into: list[Message] | None = None,
        **headers: str,
    ) -> list[Message]:
        gate = ConsentGate(
            app, policy=make_policy(), secret_keys=[KEY], ledger=f"sqlite:///{tmp_path / 'consent.sqlite3'}"
        )
        sent: list[Message] = [] if into is None else into

        async def send(message: Message) -> None:
            sent.append(message)

        requests = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            return requests.pop() if requests else await asyncio.Future()

        given = {"user-agent": BROWSER, "accept": "text/html", "host": "careers.example.com", **headers}
        raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in given.items()]
        scope = {
            "type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(path) or f"{root}/jobs", "raw_path": path.encode() or f"{root}/jobs".encode(),
            "query_string": query, "root_path": root,
            "headers": raw, "client": (GERMANY, 1), "server": ("careers.example.com", 80), "extensions": extensions,
        }  # fmt: skip
        try:
            await gate(scope, receive, send)
        finally:
            await shut_down(gate)
        return sent

    return ask


def headers_of(messages: Iterable[Message]) -> dict[bytes, bytes]:
    first = next(message for message in messages if message["type"].endswith("start"))
    return dict(first["headers"])


def content_of(messages: Iterable[Message]) -> bytes:
    return b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")


async def test_a_page_in_one_piece_gets_its_new_length_and_one_only(ask: Ask) -> None:
    sent = await ask(answers(start(HTML, (b"Content-Length", b"9"), (b"content-length", b"9")), body(TAG)))
    lengths = [value for name, value in sent[0]["headers"] if name.lower() == b"content-length"]
    assert lengths == [str(len(content_of(sent))).encode()]
    assert DISARMED in content_of(sent)


async def test_a_streamed_page_keeps_its_cadence_and_loses_its_length(ask: Ask) -> None:
    pieces = [b"<html><body><p>one</p>", b"<p>two</p>" + TAG, b"<p>three</p>"]
    app = answers(start(HTML, (b"content-length", b"99")), *(body(piece, more=True) for piece in pieces), body())
    sent = await ask(app)
    assert b"content-length" not in headers_of(sent)
    assert b"one" in sent[1]["body"]
    assert b"three" in sent[3]["body"]
    assert sent[-1]["more_body"] is False
    assert DISARMED in content_of(sent)


async def test_a_tag_split_between_pieces_is_disarmed_all_the_same(ask: Ask) -> None:
    app = answers(start(HTML), *(body(TAG[at : at + 1], more=True) for at in range(len(TAG))), body())
    assert DISARMED in content_of(await ask(app))


@pytest.mark.parametrize("media", [b"text/event-stream", b"application/json", b"application/x-ndjson", b"image/png"])
async def test_what_is_no_page_passes_at_once_and_untouched(ask: Ask, media: bytes) -> None:
    headers = ((b"content-type", media), (b"content-length", b"%d" % len(TAG)), (b"etag", b'"a"'))
    sent = await ask(answers(start(*headers), body(TAG)))
    assert sent == [start(*headers), body(TAG)]


@pytest.mark.parametrize(
    "media",
    [
        [b"TEXT/HTML"],
        [b"text/html;charset=utf-8"],
        [b"text/plain", b"text/html"],
        [b"text/html, text/html"],
        [],
        [b""],
        [b"html"],
        [b"text/html,"],
        [b'text/html; x="a,b"'],
        [b"*/*"],
        [b"unknown/unknown"],
    ],
)
async def test_every_type_that_a_browser_may_take_for_html_is_read(ask: Ask, media: list[bytes]) -> None:
    headers = [(b"Content-Type", value) for value in media]
    assert DISARMED in content_of(await ask(answers(start(*headers), body(TAG))))


@pytest.mark.parametrize(
    "media", [b"application/xml", b"text/xml", b"image/svg+xml", b"text/xsl", b"application/rss+xml"]
)
async def test_xml_that_a_visitor_goes_to_leaves_as_it_is_under_a_policy_that_lets_nothing_load(
    ask: Ask, media: bytes
) -> None:
    sent = await ask(answers(start((b"content-type", media)), body(TAG)))
    assert content_of(sent) == TAG
    assert b"content-security-policy" in headers_of(sent)
    fetched = await ask(answers(start((b"content-type", media)), body(TAG)), accept="image/*")
    assert fetched == [start((b"content-type", media)), body(TAG)]


@pytest.mark.parametrize("media", [[], [(b"content-type", b"*/*")]])
@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_what_a_browser_guesses_to_be_xml_is_sealed_however_it_comes(
    ask: Ask, media: list[tuple[bytes, bytes]], size: int
) -> None:
    page = b'\n <?xml-stylesheet href=""?><html xmlns="http://www.w3.org/1999/xhtml"><title>' + TAG + b"</title></html>"
    pieces = [body(page[at : at + size], more=True) for at in range(0, len(page), size)]
    sent = await ask(answers(start(*media), *pieces, body()))
    assert content_of(sent) == page
    assert b"content-security-policy" in headers_of(sent)


async def test_a_page_of_no_type_is_held_no_longer_than_a_browser_looks_at_it(ask: Ask) -> None:
    sent = await ask(answers(start(), body(b" " * 1500, more=True), body(TAG)))
    assert sent[1]["body"] == b" " * 1500
    assert DISARMED in content_of(sent)


async def test_names_of_headers_may_come_in_any_case(ask: Ask) -> None:
    data = b'{"html": "<img src=https://static.hotjar.com/x.gif>"}'
    sent = await ask(answers(start((b"Content-Type", b"application/json")), body(data)))
    assert content_of(sent) == data
    page = await ask(
        answers(start((b"Content-Type", b"text/html"), (b"Content-Encoding", b"gzip")), body(gzip.compress(PAGE)))
    )
    assert b'id="consentgate"' in content_of(page)


@pytest.mark.parametrize(
    ("status", "headers"),
    [(300, [(b"location", b"/")]), (306, [(b"location", b"/")]), (302, [(b"location", b"")]), (302, [])],
)
async def test_a_redirect_that_no_browser_follows_is_read_as_the_page_that_it_shows(
    ask: Ask, status: int, headers: list[tuple[bytes, bytes]]
) -> None:
    assert DISARMED in content_of(await ask(answers(start(HTML, *headers, status=status), body(TAG))))


async def test_a_part_of_a_page_that_nobody_asked_for_goes_out_under_the_strict_policy(ask: Ask) -> None:
    sent = await ask(answers(start(HTML, (b"content-range", b"bytes 0-9/99"), status=206), body(TAG)))
    assert content_of(sent) == TAG
    assert b"content-security-policy" in headers_of(sent)
    asked_for = start(HTML, (b"content-range", b"bytes 0-9/99"), status=206)
    assert await ask(answers(asked_for, body(TAG)), accept="*/*") == [asked_for, body(TAG)]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_a_condition_on_a_change_reaches_the_app(ask: Ask, method: str) -> None:
    seen: list[dict[bytes, bytes]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(dict(scope["headers"]))
        await HTMLResponse(TAG)(scope, receive, send)

    assert DISARMED in content_of(await ask(app, method, If_None_Match="*"))
    assert seen[0][b"if-none-match"] == b"*"


@pytest.mark.parametrize(
    "types",
    [
        [b"text/html; charset=utf-8", b"text/html; charset=utf-16le"],
        [b"text/html; charset=utf-8, text/html; charset=utf-16le"],
        [b"text/html; xcharset=utf-8; charset=utf-16le"],
    ],
)
async def test_a_page_of_two_charsets_is_believed_in_neither(ask: Ask, types: list[bytes]) -> None:
    page = TAG.decode().encode("utf-16-le")
    sent = await ask(answers(start(*((b"content-type", value) for value in types)), body(page)))
    assert content_of(sent) == page
    assert b"content-security-policy" in headers_of(sent)


async def test_codings_and_directives_of_repeated_headers_count_too(ask: Ask) -> None:
    twice = start(HTML, (b"content-encoding", b"identity"), (b"content-encoding", b"gzip"))
    assert DISARMED in content_of(await ask(answers(twice, body(gzip.compress(TAG)))))
    kept = start(HTML, (b"cache-control", b"public"), (b"cache-control", b"no-transform"))
    assert content_of(await ask(answers(kept, body(TAG)))) == TAG


async def test_a_redirect_is_no_page_even_without_a_type(ask: Ask) -> None:
    headers = ((b"location", b"/jobs/"), (b"cache-control", b"max-age=60"))
    sent = await ask(answers(start(*headers, status=301), body()))
    assert sent[0]["headers"] == list(headers)


async def test_an_attachment_is_untouched(ask: Ask) -> None:
    sent = await ask(answers(start(HTML, (b"content-disposition", b"attachment; filename=a.html")), body(TAG)))
    assert content_of(sent) == TAG


async def test_an_answer_to_head_has_no_body_and_no_length_that_a_get_would_not_have(ask: Ask) -> None:
    sent = await ask(answers(start(HTML, (b"content-length", b"54")), body(TAG)), "HEAD")
    assert content_of(sent) == b""
    assert b"content-length" not in headers_of(sent)
    get = headers_of(await ask(answers(start(HTML, (b"content-length", b"54")), body(TAG))))
    assert {name for name in get if name != b"content-length"} == set(headers_of(sent))


@pytest.mark.parametrize("status", [204, 304])
async def test_answers_without_a_body_get_none_and_lose_the_vendors_cookies(ask: Ask, status: int) -> None:
    sent = await ask(answers(start(HTML, (b"set-cookie", b"_ga=1"), status=status), body()))
    assert content_of(sent) == b""
    assert b"content-length" not in headers_of(sent)
    assert b"set-cookie" not in headers_of(sent)


async def test_a_redirect_loses_the_vendors_cookies_and_keeps_the_sites_own(ask: Ask) -> None:
    cookies = [(b"set-cookie", b"_ga=1; Path=/"), (b"set-cookie", b"session=1"), (b"set-cookie", b"_fbp=; Max-Age=0")]
    sent = await ask(answers(start((b"location", b"/"), *cookies, status=302), body()))
    kept = [value for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert kept == [b"session=1", b"_fbp=; Max-Age=0"]


async def test_a_suppressed_cookie_is_logged_once_by_its_name(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    async def twice(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        await send(start((b"set-cookie", b"_ga=GA1.2.secret"), (b"set-cookie", b"_ga=GA1.2.secret; Domain=x")))
        await send(body())

    with caplog.at_level(logging.INFO, "consentgate"):
        await ask(twice)
    lines = [record.getMessage() for record in caplog.records if "_ga" in record.getMessage()]
    assert len(lines) == 1
    assert "secret" not in lines[0]


async def test_the_apps_own_header_list_is_not_changed(ask: Ask) -> None:
    shared = [HTML, (b"set-cookie", b"_ga=1"), (b"content-length", b"3")]
    before = list(shared)
    await ask(answers({"type": "http.response.start", "status": 200, "headers": shared}, body(TAG)))
    assert shared == before


async def test_headers_may_be_an_iterator_of_lists(ask: Ask) -> None:
    message = {"type": "http.response.start", "status": 200, "headers": iter([[b"Content-Type", b"text/html"]])}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        await send(message)
        await send(body(TAG))

    assert DISARMED in content_of(await ask(app))


async def test_a_page_is_private_and_varies_by_what_it_depends_on(ask: Ask) -> None:
    caching = (b"cache-control", b"public, max-age=600, s-maxage=900"), (b"CDN-Cache-Control", b"max-age=9")
    headers = headers_of(await ask(answers(start(HTML, *caching, (b"vary", b"Accept-Encoding, cookie")), body(TAG))))
    assert headers[b"cache-control"] == b"private, max-age=600"
    assert b"CDN-Cache-Control" not in headers
    varies_by = b"Sec-GPC, DNT, Accept-Language, Sec-Fetch-Dest, HX-Request, HX-Boosted, Turbo-Frame"
    assert headers[b"vary"] == b"Accept-Encoding, cookie, " + varies_by


async def test_a_quoted_list_of_fields_is_one_directive(ask: Ask) -> None:
    caching = (b"cache-control", b'private="a, b", max-age=5, no-cache="set-cookie, x"')
    headers = headers_of(await ask(answers(start(HTML, caching), body(TAG))))
    assert headers[b"cache-control"] == b'private, max-age=5, no-cache="set-cookie, x"'


async def test_no_store_and_vary_star_are_never_weakened(ask: Ask) -> None:
    headers = headers_of(await ask(answers(start(HTML, (b"cache-control", b"no-store"), (b"vary", b"*")), body(TAG))))
    assert b"no-store" in headers[b"cache-control"]
    assert headers[b"vary"] == b"*"


async def test_digests_and_ranges_of_the_apps_bytes_do_not_describe_ours(ask: Ask) -> None:
    gone = [b"content-md5", b"digest", b"repr-digest", b"accept-ranges", b"last-modified"]
    headers = headers_of(await ask(answers(start(HTML, *((name, b"x") for name in gone)), body(TAG))))
    assert not set(gone) & set(headers)


async def test_a_304_never_brings_back_a_page_of_another_state(ask: Ask, tmp_path: Path) -> None:
    """The tag of a page made for a German visitor is of no use to one with GPC, nor a static file's own tag."""
    file = tmp_path / "page.html"
    file.write_bytes(TAG)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        known = dict(scope["headers"]).get(b"if-none-match")
        if known == b'"v1"':
            await send(start((b"etag", b'"v1"'), (b"last-modified", b"x"), status=304))
            await send(body())
        else:
            await HTMLResponse(TAG, headers={"ETag": '"v1"'})(scope, receive, send)

    tag = headers_of(await ask(app))[b"etag"].decode()
    assert tag.startswith('W/"cg.')
    same = await ask(app, If_None_Match=tag)
    assert same[0]["status"] == 304
    assert headers_of(same)[b"etag"].decode() == tag
    assert b"last-modified" not in headers_of(same)
    for other in ({"If_None_Match": tag, "Sec_GPC": "1"}, {"If_None_Match": '"v1"'}, {"If_None_Match": "*"}):
        assert (await ask(app, **other))[0]["status"] == 200


@pytest.mark.parametrize("headers", [{}, {"HX_Boosted": "true"}])
async def test_what_htmx_asks_for_comes_readable_and_by_its_state(ask: Ask, headers: dict[str, str]) -> None:
    """No policy stops what a script fetches and puts into a page: unread it would go in alive."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked = dict(scope["headers"])
        assert b"accept-encoding" not in asked
        status = 304 if asked.get(b"if-none-match") == b'"v1"' else 200
        await Response(TAG, status, {"ETag": '"v1"'}, "text/html")(scope, receive, send)

    sent = {"accept": "*/*", "HX_Request": "true", "Accept_Encoding": "gzip, br, zstd", **headers}
    tag = headers_of(await ask(app, **sent))[b"etag"].decode()
    assert (await ask(app, If_None_Match=tag, **sent))[0]["status"] == 304
    assert (await ask(app, If_None_Match=tag, Sec_GPC="1", **sent))[0]["status"] == 200


async def test_a_304_for_what_is_no_page_passes_untouched(ask: Ask) -> None:
    headers = ((b"etag", b'"logo"'), (b"cache-control", b"public, max-age=60"))
    sent = await ask(answers(start(*headers, status=304), body()), accept="image/png", If_None_Match='"logo"')
    assert sent[0]["headers"] == list(headers)


async def test_ranges_and_dates_of_a_page_request_do_not_reach_the_app(ask: Ask) -> None:
    seen: list[set[bytes]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append({name for name, _ in scope["headers"]})
        await HTMLResponse(TAG)(scope, receive, send)

    asked = {"Range": "bytes=0-9", "If_Range": '"a"', "If_Modified_Since": "x", "Accept_Encoding": "gzip"}
    await ask(app, **asked)
    await ask(app, **asked, accept="image/png")
    assert not {b"range", b"if-range", b"if-modified-since", b"accept-encoding"} & seen[0]
    assert {b"range", b"if-range", b"if-modified-since", b"accept-encoding"} <= seen[1]


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"x-gzip"])
async def test_a_compressed_page_is_opened(ask: Ask, coding: bytes) -> None:
    packed = gzip.compress(TAG)
    app = answers(start(HTML, (b"content-encoding", coding)), body(packed[:20], more=True), body(packed[20:]))
    sent = await ask(app)
    assert DISARMED in content_of(sent)
    assert b"content-encoding" not in headers_of(sent)


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ([(b"content-encoding", b"br")], TAG),
        ([(b"content-encoding", b"gzip, br")], TAG),
        ([(b"cache-control", b"no-transform")], TAG),
        ([(b"content-type", b"text/html; charset=iso-2022-kr")], TAG),
        ([(b"content-type", b"text/html; charset=utf-16le")], TAG + b"odd"),
        ([(b"content-type", b'text/html; charset="ISO-2022-JP"')], TAG + b"\x1b(J"),
        ([(b"content-type", b"text/html")], TAG + b"\x1b$B<!--\x1b(B" + TAG),
        ([], TAG + b"<script>" + b"x" * (HELD_SCRIPT_BYTES + 1)),
        ([(b"content-type", b"application/xhtml+xml")], TAG + b"<p a>"),
        ([(b"content-type", b"application/xhtml+xml")], b"<!DOCTYPE html [<!ENTITY t '<p/>'>]>" + TAG),
    ],
)
async def test_a_page_that_cant_be_read_is_served_under_a_policy_that_lets_nothing_load(
    ask: Ask, headers: list[tuple[bytes, bytes]], content: bytes
) -> None:
    given = headers if any(name == b"content-type" for name, _ in headers) else [HTML, *headers]
    sent = await ask(answers(start(*given), body(content)))
    assert content_of(sent) == content
    assert headers_of(sent)[b"content-security-policy"].startswith(b"default-src 'self'")


async def test_a_compression_that_breaks_ends_the_page_and_lets_nothing_out_unread(ask: Ask) -> None:
    packer = zlib.compressobj(wbits=31)
    page = packer.compress(PAGE) + packer.flush(zlib.Z_SYNC_FLUSH)
    broken = b"\xff" * 20
    app = answers(
        start(HTML, (b"content-encoding", b"gzip")), body(page, more=True), body(broken, more=True), body(TAG)
    )
    sent = await ask(app)
    assert b"<h1>Jobs</h1>" in content_of(sent)
    assert b"hotjar" not in without_our_head(content_of(sent))
    assert sent[-1]["more_body"] is False


async def test_a_compression_that_never_was_one_leaves_as_it_came_under_the_strict_policy(ask: Ask) -> None:
    sent = await ask(answers(start(HTML, (b"content-encoding", b"gzip")), body(b"not ", more=True), body(b"gzip")))
    assert content_of(sent) == b"not gzip"
    assert b"content-security-policy" in headers_of(sent)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        (b"gzip", gzip.compress(b"<p>one</p>") + gzip.compress(TAG)),
        (b"gzip", gzip.compress(b"<p>one</p>" + TAG) + b"\0\0padding"),
        (b"deflate", zlib.compress(b"<p>one</p>" + TAG)),
        (b"deflate", zlib.compress(b"<p>one</p>" + TAG)[2:-4]),
    ],
    ids=["two members", "padding", "zlib", "raw"],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_every_compression_that_browsers_open_is_opened(
    ask: Ask, coding: bytes, packed: bytes, size: int
) -> None:
    pieces = [body(packed[at : at + size], more=True) for at in range(0, len(packed), size)]
    content = content_of(await ask(answers(start(HTML, (b"content-encoding", coding)), *pieces, body())))
    assert b"<p>one</p>" in content
    assert DISARMED in content


@pytest.mark.parametrize("coding", [b"identity", b"gzip"])
@pytest.mark.parametrize("cuts", [[0], [1], [0, 1], [40]])
async def test_a_utf_16_page_is_known_by_its_first_bytes_however_they_come(
    ask: Ask, coding: bytes, cuts: list[int]
) -> None:
    page = codecs.BOM_UTF16_LE + PAGE.decode().encode("utf-16-le")
    packed = gzip.compress(page) if coding == b"gzip" else page
    ends = [*cuts, len(packed)]
    pieces = [packed[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    app = answers(start(HTML, (b"content-encoding", coding)), *(body(piece, more=True) for piece in pieces), body())
    sent = await ask(app)
    content = content_of(sent)
    assert content.startswith(codecs.BOM_UTF16_LE)
    assert 'data-cg-src="https://www.googletagmanager.com' in content[2:].decode("utf-16-le")
    assert 'id="consentgate"' in content[2:].decode("utf-16-le")
    assert b"content-security-policy" not in headers_of(sent)


async def test_a_charset_that_only_the_page_names_is_declared_where_the_wall_depends_on_it(ask: Ask) -> None:
    page = b'<meta charset="iso-2022-jp">' + "<p>求人</p>".encode("iso2022_jp") + TAG
    sent = await ask(answers(start((b"content-type", b"text/html")), body(page)))
    assert headers_of(sent)[b"content-type"] == b"text/html; charset=iso-2022-jp"
    assert DISARMED in content_of(sent)
    untyped = await ask(answers(start(), body(page)))
    assert content_of(untyped) == page
    assert b"content-security-policy" in headers_of(untyped)
    ascii_like = await ask(answers(start((b"content-type", b"text/html")), body(b"<meta charset=gbk>" + TAG)))
    assert headers_of(ascii_like)[b"content-type"] == b"text/html"


@pytest.mark.parametrize("encoding", ["windows-1252", "shift_jis", "gb18030", "utf-16-le", "iso2022_jp", "utf-8"])
async def test_the_banner_reads_the_same_in_every_encoding(ask: Ask, encoding: str) -> None:
    label = {"iso2022_jp": "iso-2022-jp", "utf-16-le": "utf-16le"}.get(encoding, encoding)
    page = "<html lang='pl'><head></head><body><p>x</p></body></html>".encode(encoding)
    sent = await ask(answers(start((b"content-type", f"text/html; charset={label}".encode())), body(page)))
    text = content_of(sent).decode(encoding)
    assert unescape(text).count(texts("pl").banner.reject) == 1
    assert text.isascii()


class TestXhtml:
    """XHTML goes through a wall of its own."""

    TYPE = (b"content-type", b"application/xhtml+xml")
    PAGE = (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de"><head><title>x</title></head>'
        b"<body>" + TAG + b"</body></html>"
    )

    async def test_it_is_read_and_asks(self, ask: Ask) -> None:
        sent = await ask(answers(start(self.TYPE), body(self.PAGE)))
        content = content_of(sent)
        assert b'<script type="text/plain" data-cg="analytics" ' + DISARMED in content
        assert b'id="consentgate"' in content
        assert b"content-security-policy" not in headers_of(sent)
        assert headers_of(sent)[b"content-length"] == b"%d" % len(content)
        ParserCreate().Parse(content, True)

    async def test_it_is_well_formed_whatever_layer_one_shows(self, ask: Ask) -> None:
        for headers in ({"Sec_GPC": "1"}, {"Accept_Language": "ar"}, {"query": b"q=<b>&amp;\x01"}):
            ParserCreate().Parse(content_of(await ask(answers(start(self.TYPE), body(self.PAGE)), **headers)), True)

    async def test_a_part_of_one_is_sealed(self, ask: Ask) -> None:
        sent = await ask(answers(start(self.TYPE, status=206), body(self.PAGE)))
        assert content_of(sent) == self.PAGE
        assert b"content-security-policy" in headers_of(sent)


class TestMemory:
    """A page that is packed small is opened piece by piece, each sent before the next is opened."""

    async def test_a_gzip_bomb_takes_a_few_megabytes_at_most(self, ask: Ask) -> None:
        bomb = self.bomb(100)
        peak, sent = 0, 0

        async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
            await send(start(HTML, (b"content-encoding", b"gzip")))
            await send(body(bomb))

        class Counts(list[Message]):
            def append(self, message: Message) -> None:
                nonlocal sent
                sent += len(message.get("body", b""))
                assert len(message.get("body", b"")) <= LONGEST_PIECE + 100_000

        tracemalloc.start()
        try:
            await ask(app, into=Counts())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert sent > 100 * 2**20
        assert peak < 6 * 2**20

    async def test_a_page_is_taken_no_faster_than_its_visitor_takes_it(self, ask: Ask) -> None:
        """Each piece is awaited: when the server refuses one, no more are opened."""

        class Refuses(list[Message]):
            def append(self, message: Message) -> None:
                super().append(message)
                if len(self) == 4:
                    raise ConnectionError

        taken = Refuses()
        with pytest.raises(ConnectionError):
            await ask(answers(start(HTML, (b"content-encoding", b"gzip")), body(self.bomb(10))), into=taken)
        assert len(taken) == 4

    def bomb(self, megabytes: int) -> bytes:
        packer = zlib.compressobj(wbits=31)
        piece = b"<p>work with us</p>\n" * 50_000
        pieces = [packer.compress(piece[: 2**20].ljust(2**20)) for _ in range(megabytes)]
        return b"".join(pieces) + packer.compress(PAGE) + packer.flush()


class TestPagesThatCantBeRead:
    """Each is counted, with the reason: sealed where nothing had left yet, cut after that."""

    @pytest.mark.parametrize(
        ("headers", "content", "mark"),
        [
            ([HTML, (b"content-encoding", b"br")], TAG, ("page_sealed", "coding")),
            ([HTML, (b"content-encoding", b"gzip")], TAG, ("page_sealed", "damaged")),
            ([HTML, (b"cache-control", b"no-transform")], TAG, ("page_sealed", "no_transform")),
            ([(b"content-type", b"text/html; charset=iso-2022-kr")], TAG, ("page_sealed", "charset")),
            ([(b"content-type", b"text/html; charset=utf-16")], TAG + b"odd", ("page_sealed", "encoding")),
            ([(b"content-type", b"text/html")], TAG + b"\x1b$B", ("page_sealed", "undeclared_charset")),
            ([(b"content-type", b"image/svg+xml")], TAG, ("page_sealed", "xml")),
            ([HTML], b"<img alt='" + b"x" * (HELD_BYTES + 1), ("page_sealed", "held_tag")),
            ([(b"content-type", b"application/xhtml+xml")], TAG + b"<p>&", None),
            ([(b"content-type", b"application/xhtml+xml")], TAG + b"<p a>", ("page_sealed", "malformed")),
        ],
    )
    async def test_a_page_of_one_piece_is_sealed(
        self, ask: Ask, tmp_path: Path, headers: list[tuple[bytes, bytes]], content: bytes, mark: tuple[str, str] | None
    ) -> None:
        sent = await ask(answers(start(*headers), body(content)))
        assert (content_of(sent) == content) is (mark is not None)
        assert self.marks(tmp_path) == ({mark} if mark else set())

    async def test_a_page_that_goes_over_a_limit_later_is_cut(self, ask: Ask, tmp_path: Path) -> None:
        long = b"<img alt='" + b"x" * (HELD_BYTES + 1)
        sent = await ask(answers(start(HTML), body(b"<p>first</p>", more=True), body(long, more=True), body(TAG)))
        assert content_of(sent).endswith(b"<p>first</p>")
        assert b"hotjar" not in without_our_head(content_of(sent))
        assert sent[-1]["more_body"] is False
        assert b"content-security-policy" not in headers_of(sent)
        assert self.marks(tmp_path) == {("wall_limit", "held_tag")}

    async def test_a_packed_page_is_sealed_as_it_came(self, ask: Ask, tmp_path: Path) -> None:
        packed = gzip.compress(b"<p>first</p>" + TAG + b"\x1b$B")
        kind = (b"content-type", b"text/html")
        sent = await ask(answers(start(kind, (b"content-encoding", b"gzip")), body(packed)))
        assert content_of(sent) == packed
        assert headers_of(sent)[b"content-encoding"] == b"gzip"
        assert headers_of(sent)[b"content-length"] == b"%d" % len(packed)
        assert self.marks(tmp_path) == {("page_sealed", "undeclared_charset")}

    async def test_a_fault_of_ours_seals_the_page_and_is_logged(
        self, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fails(*_: object) -> bytes:
            raise RuntimeError("a fault")

        monkeypatch.setattr(HtmlWall, "feed", fails)
        sent = await ask(answers(start(HTML), body(TAG)))
        assert content_of(sent) == TAG
        assert b"content-security-policy" in headers_of(sent)
        assert self.marks(tmp_path) == {("page_sealed", "fault")}
        assert "a fault" in caplog.text

    def marks(self, folder: Path) -> set[tuple[str, str]]:
        store = open_ledger(f"sqlite:///{folder / 'consent.sqlite3'}")
        kinds = {"page_sealed", "wall_limit"}
        return {(mark.dimension, mark.key) for mark, _ in store.marks(0, 10**6) if mark.dimension in kinds}


async def test_a_file_cant_leave_past_the_walls_by_an_extension(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(TAG)
    extensions: dict[str, dict[str, str]] = {
        "http.response.pathsend": {},
        "http.response.zerocopysend": {},
        "http.response.debug": {},
    }
    app = Starlette(routes=[Route("/jobs", lambda _: FileResponse(file))])
    sent = await ask(app, extensions=extensions)
    assert DISARMED in content_of(sent)
    assert set(extensions) == {"http.response.pathsend", "http.response.zerocopysend", "http.response.debug"}


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({}, True),
        ({"Sec_Fetch_Dest": "document"}, True),
        ({"Sec_Fetch_Dest": "iframe"}, False),
        ({"Sec_Fetch_Dest": "empty"}, False),
        ({"HX_Request": "true"}, False),
        ({"HX_Request": "true", "HX_Boosted": "true"}, True),
        ({"HX_Request": "true", "HX_History_Restore_Request": "true"}, True),
        ({"Turbo_Frame": "main"}, False),
    ],
)
async def test_only_whole_pages_of_their_own_ask_but_every_piece_is_gated(
    ask: Ask, headers: dict[str, str], asked: bool
) -> None:
    content = content_of(await ask(answers(start(HTML), body(PAGE)), **headers))
    assert (b'id="consentgate"' in content) is asked
    assert b'data-cg-src="https://www.googletagmanager.com' in content


async def test_error_pages_are_gated_too(ask: Ask) -> None:
    sent = await ask(answers(start(HTML, status=500), body(PAGE)))
    assert sent[0]["status"] == 500
    assert b'data-cg-src="https://www.googletagmanager.com' in content_of(sent)


async def test_an_error_before_the_first_bytes_reaches_the_server_untouched(ask: Ask) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        await send(start(HTML))
        raise LookupError("from the app")

    with pytest.raises(LookupError, match="from the app"):
        await ask(app)


async def test_trailers_and_unknown_messages_pass(ask: Ask) -> None:
    trailers = {"type": "http.response.trailers", "headers": [], "more_trailers": False}
    hint = {"type": "http.response.early_hint", "links": []}
    sent = await ask(answers(hint, {**start(HTML), "trailers": True}, body(TAG), trailers))
    assert [message["type"] for message in sent] == [
        "http.response.early_hint", "http.response.start", "http.response.body", "http.response.trailers",
    ]  # fmt: skip
    assert sent[1]["trailers"] is True


async def test_a_websocket_knows_its_consent_and_loses_the_vendors_cookies(ask: Ask) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        assert get_consent(scope).regime == "opt_in"
        await send({"type": "websocket.accept", "headers": [(b"set-cookie", b"_ga=1"), (b"set-cookie", b"own=1")]})

    sent = await ask(app, kind="websocket")
    assert sent == [{"type": "websocket.accept", "headers": [(b"set-cookie", b"own=1")]}]


async def test_a_refused_websocket_gets_its_whole_answer(ask: Ask) -> None:
    refusal = {"type": "websocket.http.response.start", "status": 403, "headers": [HTML]}
    content = {"type": "websocket.http.response.body", "body": b"no", "more_body": False}
    assert await ask(answers(refusal, content), kind="websocket") == [refusal, content]


async def test_a_mounted_app_gets_urls_below_its_mount(ask: Ask) -> None:
    content = content_of(await ask(answers(start(HTML), body(PAGE)), root="/careers"))
    assert b'action="/careers/_consent/choice?lang=en"' in content
    assert b'name="back" value="/careers/jobs"' in content


async def test_behind_a_proxy_that_takes_the_root_off_the_way_back_has_it(ask: Ask) -> None:
    for root, path, back in (
        ("/careers", "/jobs/a%2Fb", b"/careers/jobs/a%2Fb"),
        ("/careers", "/careers", b"/careers"),
        ("/é x", "/%C3%A9%20x/jobs", b"/%C3%A9%20x/jobs"),
    ):
        content = content_of(await ask(answers(start(HTML), body(PAGE)), root=root, path=path))
        assert b'name="back" value="' + back + b'"' in content


async def test_a_path_of_any_length_and_text_makes_no_larger_a_banner(ask: Ask) -> None:
    plain = len(content_of(await ask(answers(start(HTML), body(PAGE)))))
    for query in (b"cg-way-back" * 5000, b"cg-way-back-in-url" * 200, b"<b>" * 5000):
        content = content_of(await ask(answers(start(HTML), body(PAGE)), query=query))
        assert len(content) <= plain
    content = content_of(await ask(answers(start(HTML), body(PAGE)), query=b"q=cg-way-back-in-url"))
    assert b'name="back" value="/jobs?q=cg-way-back-in-url"' in content
    assert b"&amp;back=/jobs%3Fq%3Dcg-way-back-in-url" in content


async def test_a_gate_around_a_gate_asks_once(ask: Ask, tmp_path: Path) -> None:
    inner = ConsentGate(
        answers(start(HTML), body(PAGE)),
        policy=make_policy(),
        secret_keys=[KEY],
        ledger=f"sqlite:///{tmp_path}/b.sqlite3",
    )
    assert content_of(await ask(inner)).count(b'id="consentgate"') == 1


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], b'<style data-cg="">'),
        ([b"script-src 'self'"], b'<style data-cg="">'),
        ([b"default-src 'self'; style-src 'self' 'unsafe-inline'"], b'<style data-cg="">'),
        ([b"style-src 'nonce-abc123'"], b'<style data-cg="" nonce="abc123">'),
        ([b"style-src 'nonce-abc123'", b"default-src 'self' 'nonce-abc123'"], b'<style data-cg="" nonce="abc123">'),
        ([b"style-src 'self'"], b'<link rel="stylesheet" data-cg="" href="/_consent/assets/banner.'),
        ([b"default-src 'self'"], b'<link rel="stylesheet" data-cg=""'),
        ([b"style-src\t'self'"], b'<link rel="stylesheet" data-cg=""'),
        ([b"\tdefault-src  'self';\tstyle-src\t'Nonce-abc123'"], b'<style data-cg="" nonce="abc123">'),
        ([b"style-src 'nonce-a'", b"style-src 'nonce-b'"], b'<link rel="stylesheet" data-cg=""'),
        ([b"style-src 'unsafe-inline' 'sha256-abc='"], b'<link rel="stylesheet" data-cg=""'),
        ([b"style-src 'unsafe-inline', style-src 'self'"], b'<link rel="stylesheet" data-cg=""'),
    ],
)
async def test_the_style_comes_as_the_pages_own_policy_allows(ask: Ask, policies: list[bytes], expected: bytes) -> None:
    headers = [(b"content-security-policy", policy) for policy in policies]
    sent = await ask(answers(start(HTML, *headers), body(PAGE)))
    assert expected in content_of(sent)
    kept = [value for name, value in sent[0]["headers"] if name == b"content-security-policy"]
    assert kept == policies


@pytest.mark.parametrize(
    ("policies", "reloads"),
    [
        ([], False),
        ([b"script-src 'self'"], False),
        ([b"require-trusted-types-for 'script'"], True),
        ([b"img-src *", b"script-src 'self', require-trusted-types-for 'script'; trusted-types own"], True),
    ],
)
async def test_a_page_under_trusted_types_is_loaded_anew_after_a_choice(
    ask: Ask, policies: list[bytes], reloads: bool
) -> None:
    headers = [(b"content-security-policy", policy) for policy in policies]
    content = content_of(await ask(answers(start(HTML, *headers), body(PAGE))))
    assert b"data-choice=" in content
    assert (b"data-reload=" in content) is reloads


@pytest.mark.parametrize(
    ("policies", "kept_out"),
    [
        ([], False),
        ([b"img-src 'none'"], False),
        ([b"script-src 'self'"], False),
        ([b"script-src https://careers.example.com/_consent/"], False),
        ([b"default-src *.example.com"], False),
        ([b"script-src 'nonce-a' 'strict-dynamic'"], False),
        ([b"script-src 'none'"], False),
        ([b"script-src 'sha256-abc=' 'strict-dynamic' 'self'"], True),
        ([b"script-src https://cdn.example.net 'unsafe-inline'"], True),
        ([b"script-src 'self', script-src cdn.example.net"], True),
        ([b"script-src 'nonce-a'", b"script-src 'nonce-b'"], True),
    ],
)
async def test_a_policy_that_keeps_our_scripts_out_is_told_of(
    ask: Ask, policies: list[bytes], kept_out: bool, caplog: pytest.LogCaptureFixture
) -> None:
    headers = [(b"content-security-policy", policy) for policy in policies]
    await ask(answers(start(HTML, *headers), body(PAGE)))
    assert ("keeps our own scripts out" in caplog.text) is kept_out


async def test_the_style_sheet_is_served_for_ever_under_its_hash(ask: Ask) -> None:
    content = content_of(await ask(answers(start(HTML, (b"content-security-policy", b"style-src 'self'")), body(PAGE))))
    href = content.partition(b'data-cg="" href="')[2].partition(b'"')[0].decode()
    assert href.startswith("/_consent/assets/banner.")


class TestLifespan:
    """The ledger opens and closes with the app, whether the app knows of lifespans or not."""

    async def test_an_app_without_lifespan_is_served_with_one(self, tmp_path: Path) -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
            assert scope["type"] == "http"

        assert await self.lifespan(app, tmp_path) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert (tmp_path / "consent.sqlite3").exists()

    async def test_an_app_with_lifespan_answers_for_itself(self, tmp_path: Path) -> None:
        assert await self.lifespan(Starlette(), tmp_path) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert (tmp_path / "consent.sqlite3").exists()

    async def test_an_app_that_returns_from_its_lifespan_is_served_with_one(self, tmp_path: Path) -> None:
        async def app(*_: object) -> None:
            return None

        assert await self.lifespan(app, tmp_path) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

    async def test_an_app_that_starts_and_returns_leaves_no_ledger_open(self, tmp_path: Path) -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
            await receive()
            await send({"type": "lifespan.startup.complete"})

        before = threading.active_count()
        assert await self.lifespan(app, tmp_path) == ["lifespan.startup.complete"]
        assert threading.active_count() == before

    async def test_an_app_that_raises_while_it_starts_is_not_reported_as_started(self, tmp_path: Path) -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
            await receive()
            raise RuntimeError("no database")

        with pytest.raises(RuntimeError, match="no database"):
            await self.lifespan(app, tmp_path)

    async def test_an_app_that_fails_to_start_says_so(self, tmp_path: Path) -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
            await receive()
            await send({"type": "lifespan.startup.failed", "message": "no database"})

        assert await self.lifespan(app, tmp_path) == ["lifespan.startup.failed"]

    async def lifespan(self, app: ASGIApp, folder: Path) -> list[str]:
        gate = ConsentGate(
            app, policy=make_policy(), secret_keys=[KEY], ledger=f"sqlite:///{folder / 'consent.sqlite3'}"
        )
        sent: list[str] = []
        messages = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive() -> Message:
            return {"type": next(messages)}

        async def send(message: Message) -> None:
            sent.append(message["type"])

        await gate({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
        return sent
