"""The walls one at a time, before a site that asks nobody: what each keeps out where nothing is granted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consentgate.banner.assets import asset
from consentgate.banner.embed import script_tag
from consentgate.headers import Header
from consentgate.model import NECESSARY
from consentgate.walls.guard import guard_rules
from consentgate.walls.headers import filter_headers
from consentgate.walls.html import HtmlWall, Injection
from consentgate.walls.judge import Judge
from consentgate.walls.set_cookie import filter_set_cookies
from consentgate.walls.unscannable import STRICT_CSP
from vendor_snippets.forms import Form, Hits, expected, hit, sets_cookies
from vendor_snippets.lab import Lab
from vendor_snippets.site import site_policy
from vendor_snippets.snippet import CATALOG

NOTHING_GRANTED = Judge(CATALOG, frozenset({NECESSARY}))
_POLICY = site_policy()

Wall = Callable[[ASGIApp], ASGIApp]
"""Puts itself in front of an app."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An app whose responses leave with other headers, and its pages with other content."""

    app: ASGIApp
    headers: Callable[[list[Header]], list[Header]] = field(default=lambda headers: headers)
    page: Callable[[bytes], bytes] = field(default=lambda content: content)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        held: list[Message] = []

        async def changed(message: Message) -> None:
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                for each in self._whole(held):
                    await send(each)

        await self.app(scope, receive, changed if scope["type"] == "http" else send)

    def _whole(self, held: list[Message]) -> list[Message]:
        start, *bodies = held
        raw = [(bytes(name), bytes(value)) for name, value in start["headers"]]
        content = b"".join(body.get("body", b"") for body in bodies)
        if dict(raw).get(b"content-type", b"").startswith(b"text/html"):
            content = self.page(content)
        kept = [header for header in self.headers(raw) if header[0] != b"content-length"]
        length = (b"content-length", b"%d" % len(content))
        return [{**start, "headers": [*kept, length]}, {"type": "http.response.body", "body": content}]


def html(app: ASGIApp) -> ASGIApp:
    """The HTML wall alone."""
    return Changed(app, page=_disarmed)


def headers(app: ASGIApp) -> ASGIApp:
    """The walls in the response's headers alone."""
    return Changed(app, headers=_without_denied)


def csp(app: ASGIApp) -> ASGIApp:
    """An enforced Content-Security-Policy alone, with nothing granted: the site's own host and inline code."""
    return Changed(app, headers=lambda raw: [*raw, (b"content-security-policy", STRICT_CSP)])


def first_in_head(markup: bytes) -> Wall:
    """Nothing but this markup, such as the guard's tag, first in the head of each page."""
    return lambda app: Changed(app, page=lambda content: content.replace(b"<head>", b"<head>" + markup, 1))


def guard(app: ASGIApp) -> ASGIApp:
    """The guard within the page alone, with nothing granted."""
    rules = guard_rules(CATALOG, _POLICY.vendors, NOTHING_GRANTED.tag_of)
    return first_in_head(script_tag(asset("guard.js"), "", [], inline=True, data={"rules": rules}))(app)


def none(app: ASGIApp) -> ASGIApp:
    """No wall at all."""
    return app


WALLS: Mapping[str, Wall] = {"none": none, "html": html, "headers": headers, "guard": guard, "csp": csp}
"""By the first label of the host that a lab shows them on."""


def _disarmed(content: bytes) -> bytes:
    wall = HtmlWall(NOTHING_GRANTED, Injection())
    return wall.feed(content) + wall.close()


def _without_denied(raw: list[Header]) -> list[Header]:
    kept, _ = filter_headers(raw, NOTHING_GRANTED)
    return filter_set_cookies(kept, NOTHING_GRANTED, _POLICY.walls, datetime.now(UTC))[0]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a wall kept out of a form's page: vendors of which nothing came, of all that take part."""

    out: frozenset[str]
    of: frozenset[str]

    def __str__(self) -> str:
        return f"{len(self.out)} of {len(self.of)}"


def kept_out(lab: Lab, wall: str, form: Form) -> Kept:
    """Show a new visitor the form's page behind one wall. Neither a request nor a cookie of a vendor may come."""
    visitor = lab.visitor(scripting=form.scripting)
    visitor.look_at(wall, form, expected(form).hits if wall == "none" else Hits())
    asked = {hit(one.host, one.path)[0] for one in lab.sink.hits}
    with_cookies = {
        one.vendor for one in form.takes_part if sets_cookies(form, one) and visitor.cookies & set(one.cookies)
    }
    lab.leave()
    everyone = frozenset(one.vendor for one in form.takes_part)
    return Kept(everyone - asked - with_cookies, everyone)
