"""Which cookies of a request are ours, and whether it came by HTTPS."""

from __future__ import annotations

from pathlib import Path

import pytest

from gating import GERMANY, gated

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("space", ["\xa0", "\x85", "\x1c"])
async def test_a_name_with_other_white_space_before_it_does_not_pass_for_one_with_a_prefix(
    tmp_path: Path, space: str
) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, scheme="https")
        chosen = await visitor.post(
            "/_consent/choice",
            content="choice=accept",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://careers.example.com"},
        )
        cookie = chosen.headers["set-cookie"].partition(";")[0]
        planted = site.visitor(GERMANY, scheme="https")
        page = await planted.get("/", headers={b"Cookie": f"{space}{cookie}".encode("latin-1")})
        honest = await planted.get("/", headers={"Cookie": cookie})
    assert 'id="consentgate"' in page.text
    assert 'id="consentgate"' not in honest.text


@pytest.mark.parametrize(("proto", "prefixed"), [("https", True), ("http, https", True), ("https, http", False)])
async def test_the_scheme_that_a_trusted_proxy_tells_makes_the_cookie_a_secure_one(
    tmp_path: Path, proto: str, prefixed: bool
) -> None:
    async with gated(tmp_path) as site:
        answer = await site.visitor(GERMANY, X_Forwarded_Proto=proto).post(
            "/_consent/choice",
            content="choice=reject",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
        )
    assert answer.headers["set-cookie"].startswith("__Host-consent=") is prefixed
    assert ("; Secure" in answer.headers["set-cookie"]) is prefixed
