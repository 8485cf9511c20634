"""What our answers have in common: their headers, and which form of answer whoever asks can read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

OWN_PAGE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_FORM_OF_JSON = "application/json"


def own_page(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page for one visitor: kept by nobody, and without anything that runs."""
    return HTMLResponse(html, status, headers={**OWN_PAGE, **(headers or {})})


def media_type_of(request: Request) -> str:
    """The media type of the request's body in lower case, without parameters; empty when it names none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def reads_pages(request: Request) -> bool:
    """Whether whoever asks wants a page: a browser that follows a link or sends a form does."""
    return "text/html" in request.headers.get("accept", "") and media_type_of(request) != _FORM_OF_JSON


def reads_json(request: Request) -> bool:
    """Whether a choice is to be answered with JSON: it was sent as such, or nothing else is asked for."""
    if media_type_of(request) == _FORM_OF_JSON:
        return True
    return _FORM_OF_JSON in request.headers.get("accept", "") and not reads_pages(request)


def kept_by_caches(body: bytes, request: Request, headers: Mapping[str, str]) -> Response:
    """An answer that is the same for everybody, with an entity tag of its content; 304 to who has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    tagged = {"ETag": tag, "X-Content-Type-Options": "nosniff", **headers}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(
            status_code=304, headers={name: text for name, text in tagged.items() if name != "Content-Type"}
        )
    return Response(body, headers=tagged)
