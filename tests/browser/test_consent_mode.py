"""Consent mode in a real browser, with the vendors' snippets as they are published.

Each vendor's library is played by a few lines that take over its queue as the real one does, and note in `seen` what
they are told, in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import demo_app
import pytest
from playwright.sync_api import Browser, Page, Route

from consentgate.banner.assets import asset, assets
from consentgate.banner.embed import script_tag
from consentgate.model import NECESSARY
from consentgate.walls.consent_mode import GOOGLE, consent_mode_data, passing_tags
from consentgate.walls.html import HtmlWall, Injection
from consentgate.walls.judge import Judge
from factories import make_policy

pytestmark = pytest.mark.browser

SITE = "https://careers.example"
DEMO = Path(demo_app.__file__).parent / "templates" / "vendors"
VENDORS = [
    *GOOGLE, "microsoft-advertising", "microsoft-clarity", "meta", "matomo", "adobe-experience-cloud",
]  # fmt: skip
GRANTED_ALL = frozenset({"analytics", "marketing"})

# As Microsoft, Matomo and Adobe publish them, with the identifiers of nobody.
UET = """<script>(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[],f=function(){var o={ti:"1",enableAutoSpaTracking:true};
o.q=w[u],w[u]=new UET(o),w[u].push("pageLoad")},n=d.createElement(t),n.src=r,n.async=1,n.onload=n.onreadystatechange=
function(){var s=this.readyState;s&&s!=="loaded"&&s!=="complete"||(f(),n.onload=n.onreadystatechange=null)},
i=d.getElementsByTagName(t)[0],i.parentNode.insertBefore(n,i)})(window,document,"script","//bat.bing.com/bat.js","uetq");
</script>"""
CLARITY = """<script type="text/javascript">(function(c,l,a,r,i,t,y){c[a]=c[a]||function(){(c[a].q=c[a].q||[]).push(
arguments)};t=l.createElement(r);t.async=1;t.src="https://www.clarity.ms/tag/"+i;y=l.getElementsByTagName(r)[0];
y.parentNode.insertBefore(t,y);})(window, document, "clarity", "script", "abcdefghij");</script>"""
MATOMO = """<script>
  var _paq = window._paq = window._paq || [];
  _paq.push(['trackPageView']);
  _paq.push(['enableLinkTracking']);
  (function() {
    var u="https://example.matomo.cloud/";
    _paq.push(['setTrackerUrl', u+'matomo.php']);
    _paq.push(['setSiteId', '1']);
    var d=document, g=d.createElement('script'), s=d.getElementsByTagName('script')[0];
    g.async=true; g.src='https://cdn.matomo.cloud/example.matomo.cloud/matomo.js'; s.parentNode.insertBefore(g,s);
  })();
</script>"""
ALLOY_BASE = """<script>!function(n,o){o.forEach(function(o){n[o]||((n.__alloyNS=n.__alloyNS||[]).push(o),n[o]=
function(){var u=arguments;return new Promise(function(i,l){n[o].q.push([i,l,u])})},n[o].q=[])})}(window,["alloy"]);
</script>"""
ALLOY = """<script src="https://assets.adobedtm.com/alloy.min.js" async></script>
<script>alloy("configure", {defaultConsent: "pending", datastreamId: "1", orgId: "1@AdobeOrg"});
alloy("sendEvent", {});</script>"""

LIBRARIES: Mapping[str, str] = {
    "https://www.googletagmanager.com/": "",
    "https://bat.bing.com/bat.js": """
        window.UET = function ({q}) { this.push = (...words) => seen.push(...words); this.push(...q) }""",
    "https://www.clarity.ms/tag/": """
        { const {q} = clarity; window.clarity = (...words) => seen.push(words); q.forEach((it) => clarity(...it)) }""",
    "https://connect.facebook.net/": """
        fbq.callMethod = (...words) => seen.push(words); fbq.queue.splice(0).forEach((words) => fbq(...words))""",
    "https://cdn.matomo.cloud/": """
        { const q = _paq; window._paq = {push: (...commands) => seen.push(...commands)}; _paq.push(...q) }""",
    "https://assets.adobedtm.com/": """
        for (const name of __alloyNS) { const {q} = window[name];
        q.push = ([resolve, , words]) => resolve(seen.push([...words])); q.splice(0).forEach((one) => q.push(one)) }""",
}
REVIVE = """() => document.querySelectorAll("script[type='text/plain'][data-cg]").forEach((held) => {
    const script = document.createElement("script");
    for (const {name, value} of held.attributes)
      if (name.startsWith("data-cg-")) script.setAttribute(name.slice(8), value);
    script.text = held.text;
    held.replaceWith(script);
})"""
GRANT = """(granted) => document.dispatchEvent(new CustomEvent("consentgate", {detail: {granted}}))"""
WORDS = "() => (window.dataLayer || []).map((words) => words.length ? [...words] : words)"


def google(analytics: str, ads: str, when: str = "default") -> list[object]:
    signals = {
        "ad_storage": ads, "ad_user_data": ads, "ad_personalization": ads, "analytics_storage": analytics,
        "functionality_storage": analytics, "personalization_storage": analytics, "security_storage": "granted",
    }  # fmt: skip
    return ["consent", when, signals]


def published(name: str) -> str:
    """A snippet that the demo site carries, without the template's own comment."""
    text = (DEMO / f"{name}.html").read_text(encoding="utf-8")
    return text.partition("#}")[2] or text


class Open(Protocol):
    """Opens a page with these snippets behind the HTML wall, our script first in its head."""

    def __call__(
        self, *snippets: str, granted: frozenset[str] = frozenset(), csp: str = "", mode: str = "basic"
    ) -> Page: ...


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """What opens pages; at the end none of them may have had an error."""
    context = browser.new_context()
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))

    def new(*snippets: str, granted: frozenset[str] = frozenset(), csp: str = "", mode: str = "basic") -> Page:
        policy = make_policy(vendors=VENDORS, walls={"consent_mode": mode})
        data = consent_mode_data(policy, granted)
        tag = script_tag(asset("consent_mode.js"), "/assets/", [csp] if csp else [], inline=True, data=data)
        judge = Judge(policy.catalog, granted | {NECESSARY}, passing=passing_tags(policy))
        wall = HtmlWall(judge, Injection(head=tag))
        nonced = "".join(snippets).replace("<script", '<script nonce="n1"')
        document = f"<!doctype html><html><head><script nonce=n1>seen = []</script>{nonced}</head><body>"
        content = wall.feed(document.encode()) + wall.close()
        page = context.new_page()
        page.route("**/*", lambda route: answer(route, content, csp))
        page.goto(f"{SITE}/")
        return page

    yield new
    context.close()
    assert errors == []


def answer(route: Route, content: bytes, csp: str) -> None:
    url = route.request.url
    if url == f"{SITE}/":
        headers = {"Content-Type": "text/html", **({"Content-Security-Policy": csp} if csp else {})}
        route.fulfill(body=content, headers=headers)
    elif url.startswith(f"{SITE}/assets/"):
        route.fulfill(body=assets()[url.rpartition("/")[2]].content, content_type="text/javascript")
    else:
        library = next((text for start, text in LIBRARIES.items() if url.startswith(start)), None)
        route.fulfill(body=library or "", content_type="text/javascript") if library is not None else route.abort()


def seen(page: Page, count: int) -> list[Any]:
    """What the vendor was told, once it is this much."""
    page.wait_for_function("(count) => seen.length >= count", arg=count)
    told: list[Any] = page.evaluate("seen")
    assert len(told) == count
    return told


def choose(page: Page, *granted: str) -> None:
    """What banner.js does after a choice on the page: the event, and then what was held."""
    page.evaluate(GRANT, list(granted))
    page.evaluate(REVIVE)


# Google


@pytest.mark.parametrize(
    ("granted", "analytics", "ads"),
    [
        (frozenset(), "denied", "denied"),
        (frozenset({"analytics"}), "granted", "denied"),
        (frozenset({"marketing"}), "denied", "granted"),
        (GRANTED_ALL, "granted", "granted"),
    ],
)
def test_google_is_told_all_seven_signals_before_any_tag(
    opened: Open, granted: frozenset[str], analytics: str, ads: str
) -> None:
    page = opened(published("google_tag_manager"), published("google_analytics"), granted=granted)
    words = page.evaluate(WORDS)
    assert words[:3] == [google(analytics, ads), ["set", "ads_data_redaction", True], ["set", "url_passthrough", False]]
    after = [word.get("event") if isinstance(word, dict) else word[0] for word in words[3:]]
    assert after == (["gtm.js", "js", "config"] if "analytics" in granted else [])


def test_what_google_is_told_are_its_own_commands_and_no_arrays(opened: Open) -> None:
    """Google's libraries take a command only where it is an Arguments object."""
    kinds = opened(granted=GRANTED_ALL).evaluate("dataLayer.map((words) => Object.prototype.toString.call(words))")
    assert kinds == ["[object Arguments]"] * 3


def test_a_choice_on_the_page_updates_google_before_its_tag_is_revived_and_only_once(opened: Open) -> None:
    page = opened(published("google_analytics"))
    assert len(page.evaluate(WORDS)) == 3
    choose(page, "analytics")
    page.evaluate(GRANT, ["analytics"])
    words = page.evaluate(WORDS)[3:]
    assert words[0] == google("granted", "denied", "update")
    assert [word[0] for word in words] == ["consent", "js", "config"]


def test_a_withdrawal_on_the_page_is_told_too(opened: Open) -> None:
    page = opened(published("google_analytics"), granted=GRANTED_ALL)
    page.evaluate(GRANT, [])
    assert page.evaluate(WORDS)[-1] == google("denied", "denied", "update")


def test_a_script_that_comes_once_more_within_the_page_updates_and_listens_but_once(opened: Open) -> None:
    """As Turbo does with a page that says something else in its head."""
    page = opened(published("google_analytics"), granted=frozenset({"analytics"}))
    page.evaluate(
        """() => { const [mine] = document.head.children, again = document.createElement("script");
        Object.assign(again.dataset, mine.dataset, {granted: "analytics marketing"}); again.text = mine.text;
        document.head.append(again) }"""
    )
    page.evaluate(GRANT, [])
    updates = [word for word in page.evaluate(WORDS) if word[0] == "consent"]
    assert updates == [
        google("granted", "denied"), google("granted", "granted", "update"), google("denied", "denied", "update"),
    ]  # fmt: skip


def test_in_advanced_mode_googles_tag_runs_after_it_was_told_that_it_is_denied(opened: Open) -> None:
    page = opened(published("google_analytics"), mode="advanced")
    words = page.evaluate(WORDS)
    assert [word[0] for word in words] == ["consent", "set", "set", "js", "config"]
    assert words[0] == google("denied", "denied")


@pytest.mark.parametrize("csp", ["script-src 'nonce-n1'", "script-src 'self' 'nonce-n1' https:", "script-src 'self'"])
def test_the_default_comes_first_whether_the_script_is_inline_with_a_nonce_or_linked(opened: Open, csp: str) -> None:
    page = opened(published("google_analytics"), granted=GRANTED_ALL, csp=csp)
    words = page.evaluate(WORDS)
    assert words[0] == google("granted", "granted")
    assert ("config" in [word[0] for word in words]) is ("nonce" in csp)


# The others


def test_uet_reads_its_default_before_its_first_event_and_is_updated(opened: Open) -> None:
    page = opened(UET, granted=frozenset({"marketing"}))
    assert seen(page, 4) == ["consent", "default", {"ad_storage": "granted"}, "pageLoad"]
    page.evaluate(GRANT, [])
    assert seen(page, 7)[4:] == ["consent", "update", {"ad_storage": "denied"}]


def test_uet_that_is_granted_on_the_page_reads_both(opened: Open) -> None:
    page = opened(UET)
    choose(page, "marketing")
    denied, granted = {"ad_storage": "denied"}, {"ad_storage": "granted"}
    assert seen(page, 7) == ["consent", "default", denied, "consent", "update", granted, "pageLoad"]


def test_clarity_is_told_in_its_second_version(opened: Open) -> None:
    page = opened(CLARITY, granted=frozenset({"analytics"}))
    assert seen(page, 1) == [["consentv2", {"ad_Storage": "denied", "analytics_Storage": "granted"}]]
    page.evaluate(GRANT, ["analytics", "marketing"])
    assert seen(page, 2)[1] == ["consentv2", {"ad_Storage": "granted", "analytics_Storage": "granted"}]


def test_metas_snippet_runs_as_published_and_is_told_of_a_withdrawal_and_of_a_new_grant(opened: Open) -> None:
    page = opened(published("meta_pixel"), granted=frozenset({"marketing"}))
    assert [words[:2] for words in seen(page, 2)] == [["init", "100000000000000"], ["track", "PageView"]]
    page.evaluate(GRANT, [])
    page.evaluate(GRANT, ["marketing"])
    assert seen(page, 4)[2:] == [["consent", "revoke"], ["consent", "grant"]]


def test_metas_snippet_still_loads_its_library_when_it_is_granted_on_the_page(opened: Open) -> None:
    page = opened(published("meta_pixel"))
    assert page.evaluate("typeof fbq") == "undefined"
    choose(page, "marketing")
    assert [words[0] for words in seen(page, 2)] == ["init", "track"]


def test_matomo_requires_consent_before_it_tracks_and_is_given_it(opened: Open) -> None:
    page = opened(MATOMO, granted=frozenset({"analytics"}))
    commands = [command[0] for command in seen(page, 6)]
    assert commands[:3] == ["requireConsent", "setConsentGiven", "trackPageView"]
    page.evaluate(GRANT, [])
    assert seen(page, 7)[6] == ["forgetConsentGiven"]


def test_what_was_queued_for_matomo_before_a_grant_is_not_sent_after_it(opened: Open) -> None:
    page = opened(MATOMO)
    page.evaluate("_paq.push(['trackEvent', 'before', 'a yes'], ['setUserId', '1'])")
    choose(page, "analytics")
    commands = [command[0] for command in seen(page, 7)]
    assert commands[:4] == ["requireConsent", "setUserId", "setConsentGiven", "trackPageView"]


@pytest.mark.parametrize("base", [ALLOY_BASE, ""], ids=["with its base code", "without"])
def test_adobe_is_told_once_it_is_configured_and_before_its_first_event(opened: Open, base: str) -> None:
    page = opened(base, ALLOY, granted=frozenset({"analytics"}))
    words = seen(page, 3)
    assert [word[0] for word in words] == ["configure", "setConsent", "sendEvent"]
    assert words[1][1] == {"consent": [{"standard": "Adobe", "version": "1.0", "value": {"general": "in"}}]}
    page.evaluate(GRANT, [])
    assert seen(page, 4)[3][1]["consent"][0]["value"] == {"general": "out"}


def test_adobe_that_is_granted_on_the_page_is_told_so_in_the_same_order(opened: Open) -> None:
    page = opened(ALLOY_BASE, ALLOY)
    choose(page, "analytics")
    assert [word[0] for word in seen(page, 3)] == ["configure", "setConsent", "sendEvent"]


def test_all_of_them_run_side_by_side_and_nobody_who_is_not_granted_is_asked(opened: Open) -> None:
    snippets = [*map(published, ("google_analytics", "meta_pixel")), UET, CLARITY, MATOMO, ALLOY_BASE, ALLOY]
    page = opened(*snippets)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("seen") == []
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [url for url in asked if not url.startswith(SITE)] == []
    choose(page, "analytics", "marketing")
    page.wait_for_function("seen.some((words) => words[0] === 'sendEvent')")
