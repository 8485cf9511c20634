"""What a gated page's headers say to caches and to conditional requests. Pure functions over header lists.

A gated page is one visitor's: nobody else may be given it from a cache (RFC 9111 section 5.2.2.7), and a 304 may not
bring back what was written under other permissions. So each entity tag carries the state it was made in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from consentgate.headers import Header, values, with_one, without

VARIES_BY = ("Cookie", "Sec-GPC", "DNT", "Accept-Language", "Sec-Fetch-Dest", "HX-Request", "HX-Boosted", "Turbo-Frame")
_SHARED_CACHES = frozenset({b"cdn-cache-control", b"surrogate-control", b"cloudflare-cdn-cache-control"})
_BODY_OF_THE_APP = frozenset(
    {
        b"content-length",
        b"content-md5",
        b"digest",
        b"content-digest",
        b"repr-digest",
        b"accept-ranges",
        b"last-modified",
    }
)
"""What describes the bytes that the app sent, not those that leave here."""
_NOT_FOR_THE_APP = frozenset({b"if-modified-since", b"if-none-match", b"range", b"if-range", b"accept-encoding"})
_DIRECTIVE = re.compile(rb'(?:"(?:[^"\\]|\\.)*+"|[^",])++')
_ENTITY_TAG = re.compile(rb'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def headers_of_a_gated_page(headers: Iterable[Header], state: bytes) -> list[Header]:
    """The headers of a page that the walls went over. `state` names the permissions and look it was made with."""
    return _vary(_private(_tagged(without(headers, _BODY_OF_THE_APP | _SHARED_CACHES), state)))


def headers_of_a_304(headers: Iterable[Header], state: bytes) -> list[Header]:
    """The same validators and caching words as the page that it stands for."""
    return _vary(_private(_tagged(without(headers, {b"last-modified"}), state)))


def conditional_headers_for_the_app(headers: Iterable[Header], state: bytes) -> list[Header]:
    """A page request's headers as the app may see them.

    If-None-Match keeps only tags made in the same state, and those as the app gave them. If-Modified-Since and ranges
    go: neither knows the state. Accept-Encoding goes too, so that the page comes readable; compress outside the gate.
    """
    headers = list(headers)
    asked = b",".join(values(headers, b"if-none-match"))
    tags = [tag for tag in (_untagged(tag, state) for tag in _ENTITY_TAG.findall(asked)) if tag]
    kept = without(headers, _NOT_FOR_THE_APP)
    return [*kept, (b"if-none-match", b", ".join(tags))] if tags else kept


def _tagged(headers: list[Header], state: bytes) -> list[Header]:
    return [(name, _tag(value, state) if name.lower() == b"etag" else value) for name, value in headers]


def _tag(value: bytes, state: bytes) -> bytes:
    """`"abc"` -> `W/"cg.<state>.sabc"`; a tag that was weak already has a `w` there instead of the `s`."""
    strength = b"w" if value.startswith(b"W/") else b"s"
    return b'W/"cg.' + state + b"." + strength + value.removeprefix(b"W/").strip(b'"') + b'"'


def _untagged(tag: bytes, state: bytes) -> bytes | None:
    """A tag of ours as the app gave it; None for one of another state, or of somebody else."""
    prefix = b"cg." + state + b"."
    opaque = tag.removeprefix(b"W/").strip(b'"')
    if not opaque.startswith(prefix):
        return None
    strength, original = opaque[len(prefix) :][:1], opaque[len(prefix) + 1 :]
    return (b"W/" if strength == b"w" else b"") + b'"' + original + b'"'


def _private(headers: list[Header]) -> list[Header]:
    """Cache-Control with `private` in it, never weaker than it was: `no-store` stays, `public` and `s-maxage` go."""
    given = (part.strip() for value in values(headers, b"cache-control") for part in _DIRECTIVE.findall(value))
    shared = {b"public", b"private", b"s-maxage"}
    kept = [directive for directive in given if directive and directive.lower().partition(b"=")[0] not in shared]
    return with_one(headers, b"cache-control", b", ".join([b"private", *kept]))


def _vary(headers: list[Header]) -> list[Header]:
    """Vary with all that a gated page depends on; `*` stays alone."""
    given = [field.strip() for value in values(headers, b"vary") for field in value.decode("latin-1").split(",")]
    if "*" in given:
        return with_one(headers, b"vary", b"*")
    known = {field.lower() for field in given}
    merged = [field for field in given if field] + [field for field in VARIES_BY if field.lower() not in known]
    return with_one(headers, b"vary", ", ".join(merged).encode("latin-1"))
