"""What the gate costs a request, beside Starlette's SessionMiddleware in the same run.

Requests are ASGI calls in this process, without server or network. Compare figures of one run only.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from statistics import median

from itsdangerous import TimestampSigner
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

sys.path.insert(0, str(Path(__file__).parents[1]))

from consentgate import ConsentGate
from consentgate.choice import ChoiceCookie
from consentgate.gate import utc_now
from factories import KEY, make_choice, make_policy
from gating import BROWSER, PAGE, shut_down

CALLS = 2_000
ROUNDS = 9


def answering(media_type: bytes, content: bytes) -> ASGIApp:
    """An app that always answers the same."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return app


def scope_with(cookie: str, accept: str) -> Scope:
    """A request as a browser sends it."""
    headers = {
        "host": "careers.example.com", "user-agent": BROWSER, "accept": accept, "accept-language": "de-DE,de;q=0.9",
        "accept-encoding": "gzip, deflate, br", "cookie": cookie, "sec-fetch-site": "same-origin",
    }  # fmt: skip
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "method": "GET", "path": "/jobs", "root_path": "", "query_string": b"", "scheme": "http",
        "headers": raw, "client": ("91.0.0.1", 1), "extensions": {},
    }  # fmt: skip


async def microseconds(app: ASGIApp, scope: Scope) -> float:
    """The time of one request, as the mean of many."""

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_: Message) -> None:
        return None

    begun = time.perf_counter()
    for _ in range(CALLS):
        await app(dict(scope), receive, send)
    return (time.perf_counter() - begun) / CALLS * 1e6


async def compare(title: str, apps: dict[str, tuple[ASGIApp, Scope]]) -> None:
    """Time the apps in turn, so that they meet the same weather; print medians and what each adds to the first."""
    times: dict[str, list[float]] = {name: [] for name in apps}
    for _ in range(ROUNDS):
        for name, (app, scope) in apps.items():
            times[name].append(await microseconds(app, scope))
    medians = {name: median(measured) for name, measured in times.items()}
    bare, *_ = medians.values()
    print(title)
    for name, value in medians.items():
        print(f"  {name:34} {value:8.1f} us   adds {value - bare:8.1f} us")


async def main() -> None:
    """Print both comparisons."""
    policy = make_policy()
    make_choice_now: Callable[[str, str], str] = lambda granted, refused: ChoiceCookie(policy, [KEY]).write(  # noqa: E731
        make_choice(policy, granted, refused, made_at=utc_now())
    )
    session_cookie = TimestampSigner(KEY).sign(b64encode(json.dumps({"user": 1}).encode())).decode()
    decided = f"consent={make_choice_now('analytics', 'marketing')}; session={session_cookie}"
    with tempfile.TemporaryDirectory() as folder:
        gates: list[ASGIApp] = []

        def gate(app: ASGIApp) -> ASGIApp:
            ledger = f"sqlite:///{folder}/consent.sqlite3"
            gates.append(ConsentGate(app, policy=policy, secret_keys=[KEY], ledger=ledger))
            return gates[-1]

        api = answering(b"application/json", b"{}")
        session = SessionMiddleware(api, secret_key=KEY)
        signed = {"type": "http", **scope_with(decided, "*/*")}
        await compare(
            "A response that is no page, visitor decided",
            {"bare": (api, signed), "SessionMiddleware": (session, signed), "ConsentGate": (gate(api), signed)},
        )
        page = answering(b"text/html; charset=utf-8", PAGE)
        await compare(
            f"A page of {len(PAGE)} bytes",
            {
                "bare": (page, scope_with("", "text/html")),
                "ConsentGate, undecided, with banner": (gate(page), scope_with("", "text/html")),
                "ConsentGate, decided": (gate(page), scope_with(decided, "text/html")),
            },
        )
        for one in gates:
            await shut_down(one)


if __name__ == "__main__":
    asyncio.run(main())
