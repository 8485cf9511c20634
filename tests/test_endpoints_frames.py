"""The placeholder as it is served: which pages get one, what is on it, and where its form leads."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from consentgate.banner.assets import asset
from consentgate.banner.texts import languages, texts
from consentgate.choice.fields import MediaType, fields_of
from gating import careers, choose, gated

pytestmark = pytest.mark.anyio

VIDEO = '<!doctype html><html lang="de"><body><iframe width="560" height="315" src="https://www.youtube.com/embed/x">'
PLACEHOLDER = " src=/_consent/frame/marketing "
WITH_VIDEO: dict[str, Any] = {"vendors": ["youtube"]}
FRAME = "/_consent/frame/marketing"


def video(request: Request) -> Response:
    policy = request.headers.get("x-csp")
    return HTMLResponse(VIDEO, headers={"ETag": '"v1"'} | ({"Content-Security-Policy": policy} if policy else {}))


def fields(page: str) -> list[tuple[str, str]]:
    """What the form on the page sends when its button is pressed."""
    inputs = re.findall(r'<(?:input type="hidden"|button) name="([^"]*)" value="([^"]*)"', page)
    return [(name, unescape(value)) for name, value in inputs]


async def frame(folder: Path, path: str = FRAME, root: str = "", **headers: str) -> httpx.Response:
    async with gated(folder, **WITH_VIDEO) as site:
        visitor = site.visitor(**headers)
        if root:
            visitor._transport = httpx.ASGITransport(site.gate, client=("127.0.0.1", 51234), root_path=root)
        return await visitor.get(path)


# In the page


async def test_a_video_that_is_kept_out_shows_the_placeholder_and_a_grant_brings_it_back(tmp_path: Path) -> None:
    async with gated(tmp_path, careers(video=video), **WITH_VIDEO) as site:
        visitor = site.visitor()
        first = [(await visitor.get("/video")).text for _ in range(3)]
        await choose(visitor, "choice=save&grant=marketing")
        granted = (await visitor.get("/video")).text
    assert [PLACEHOLDER in page for page in first] == [True] * 3
    assert "/frame/" not in granted
    assert 'src="https://www.youtube.com/embed/x"' in granted


async def test_it_stands_where_the_app_is_mounted(tmp_path: Path) -> None:
    async with gated(tmp_path, careers(video=video), **WITH_VIDEO) as site:
        for root in ("", "/jobs", "/caf\u00e9"):
            transport = httpx.ASGITransport(site.gate, client=("127.0.0.1", 51234), root_path=root)
            async with httpx.AsyncClient(transport=transport, base_url="http://careers.example.com") as visitor:
                page = (await visitor.get(f"{root}/video")).text
            quoted = root.replace("\u00e9", "%C3%A9")
            assert f" src={quoted}/_consent/frame/marketing " in page


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        ("default-src 'self'", True),
        ("frame-src 'self' https://www.youtube.com", True),
        ("img-src 'none'", True),
        ("frame-src *", True),
        ("frame-src https:", True),
        ("frame-src https://www.youtube.com", False),
        ("frame-src https://www.youtube.com; default-src 'self'", False),
        ("child-src https://www.youtube.com; default-src 'self'", False),
        ("default-src 'self', frame-src 'none'", False),
    ],
)
async def test_no_placeholder_goes_where_the_pages_own_policy_would_refuse_it(
    tmp_path: Path, policy: str, shown: bool
) -> None:
    async with gated(tmp_path, careers(video=video), **WITH_VIDEO) as site:
        page = (await site.visitor().get("/video", headers={"X-CSP": policy})).text
    assert (PLACEHOLDER in page) is shown
    assert "data-cg=marketing" in page


async def test_none_goes_into_a_page_that_is_framed_itself_and_each_of_the_two_has_a_tag_of_its_own(
    tmp_path: Path,
) -> None:
    async with gated(tmp_path, careers(video=video), **WITH_VIDEO) as site:
        visitor = site.visitor()
        framed = await visitor.get("/video", headers={"Sec-Fetch-Dest": "iframe"})
        whole = await visitor.get("/video", headers={"Sec-Fetch-Dest": "document"})
        swapped_in = await visitor.get("/video", headers={"Sec-Fetch-Dest": "empty", "HX-Request": "true"})
    assert [PLACEHOLDER in answer.text for answer in (framed, whole, swapped_in)] == [False, True, True]
    assert len({answer.headers["etag"] for answer in (framed, whole, swapped_in)}) == 3


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, True),
        ({"vendors": ["hotjar"]}, False),
        ({"vendors": ["hotjar"], "walls": {"undeclared": "allow"}}, True),
        ({"vendors": ["hotjar"], "walls": {"undeclared": "allow"}, "categories": {"analytics": {}}}, False),
    ],
)
async def test_what_no_grant_lets_in_is_not_asked_for(tmp_path: Path, changes: dict[str, Any], shown: bool) -> None:
    async with gated(tmp_path, careers(video=video), **{**WITH_VIDEO, **changes}) as site:
        page = (await site.visitor().get("/video")).text
    assert (PLACEHOLDER in page) is shown
    assert re.search("<iframe data-cg=(marketing|not-declared) ", page)


# The placeholder itself


async def test_its_form_allows_the_category_for_the_whole_page_and_leads_back_to_it(tmp_path: Path) -> None:
    answer = await frame(tmp_path, Referer="http://careers.example.com/jobs/1?from=a&to=%22b")
    assert '<form method="post" action="/_consent/choice?lang=en" target="_top">' in answer.text
    assert fields(answer.text) == [
        ("lang", "en"), ("back", "/jobs/1?from=a&to=%22b"), ("grant", "marketing"), ("choice", "allow"),
    ]  # fmt: skip
    assert 'href="/_consent/?lang=en&amp;back=/jobs/1%3Ffrom%3Da%26to%3D%2522b" target="_top"' in answer.text


@pytest.mark.parametrize("between", [",", "+", "%2C", "%2B"])
async def test_several_categories_are_allowed_at_once(tmp_path: Path, between: str) -> None:
    answer = await frame(tmp_path, f"/_consent/frame/marketing{between}analytics{between}marketing")
    sent = fields_of(urlencode(fields(answer.text)).encode(), MediaType.FORM)
    assert list(sent["grant"]) == ["marketing", "analytics"]
    assert "Allow: Marketing, Analytics" in answer.text


@pytest.mark.parametrize(
    "name", ["", "necessary", "functional", "Marketing", "marketing,", "marketing,evil", "marketing/", "%3Cb%3E"]
)
async def test_another_category_is_not_found(tmp_path: Path, name: str) -> None:
    answer = await frame(tmp_path, f"/_consent/frame/{name}")
    assert answer.status_code == 404
    assert "<b>" not in answer.text


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/jobs",
        "https://careers.example.com.evil.example/",
        "https://careers.example.com@evil.example/jobs",
        "https://careers.example.com//evil.example/",
        "https://careers.example.com/\\evil.example",
        "https://[careers.example.com/jobs",
        "https://careers.example.com/" + "a" * 3000,
        "about:srcdoc",
    ],
)
async def test_a_referer_that_names_no_page_of_this_host_leads_to_the_front_page(tmp_path: Path, referer: str) -> None:
    answer = await frame(tmp_path, **({"Referer": referer} if referer else {}))
    assert ("back", "/") in fields(answer.text)


async def test_below_a_root_all_its_addresses_are(tmp_path: Path) -> None:
    answer = await frame(tmp_path, "/jobs/_consent/frame/marketing", "/jobs")
    assert 'action="/jobs/_consent/choice?lang=en"' in answer.text
    assert f'href="/jobs/_consent/assets/{asset("frame.css").name}"' in answer.text
    assert ("back", "/jobs/") in fields(answer.text)


@pytest.mark.parametrize("language", sorted(languages()))
async def test_it_is_in_the_visitors_language(tmp_path: Path, language: str) -> None:
    page = unescape((await frame(tmp_path, Accept_Language=language)).text)
    words = texts(language)
    name = words.category("marketing").name
    assert f'<html lang="{language}" dir="ltr">' in page
    assert words.frame.text.format(categories=name) in page
    assert f">{words.frame.allow.format(categories=name)}</button>" in page
    assert ("lang", language) in fields(page)


async def test_only_the_sites_own_pages_may_frame_it_nothing_runs_on_it_and_nobody_keeps_it(tmp_path: Path) -> None:
    headers = (await frame(tmp_path)).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    assert (headers["cache-control"], headers["x-robots-tag"]) == ("no-store", "noindex")
    assert headers["cross-origin-embedder-policy"] == "require-corp"


async def test_it_is_the_same_for_whoever_has_granted_it_already_or_sends_do_not_track(tmp_path: Path) -> None:
    async with gated(tmp_path, **WITH_VIDEO) as site:
        visitor = site.visitor()
        before = await visitor.get(FRAME)
        await choose(visitor)
        after = await visitor.get(FRAME)
        with_signal = await site.visitor(DNT="1").get(FRAME)
    assert before.content == after.content == with_signal.content
    assert "set-cookie" not in after.headers


async def test_it_is_only_read(tmp_path: Path) -> None:
    async with gated(tmp_path, **WITH_VIDEO) as site:
        visitor = site.visitor()
        assert (await visitor.post(FRAME)).status_code == 405
        assert (await visitor.head(FRAME)).status_code == 200
