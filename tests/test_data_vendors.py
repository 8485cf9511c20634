"""What vendors.tsv and vendors.toml promise, read here without the loader: the files are the contract.

The same expectations are then put to the real loader and the judge of the walls.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from consentgate.model import NECESSARY
from consentgate.policy.shipped import shipped_catalog
from consentgate.walls.judge import Judge
from consentgate.walls.url import host_and_path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src" / "consentgate" / "data"
CATEGORIES = {"necessary", "functional", "analytics", "marketing"}
FIELDS = {"id", "name", "category", "hosts", "inline", "cookies", "purpose", "country", "privacy", "exempt"}
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
RULE = re.compile(HOST.pattern + r"(/[!-~]+)?")
COOKIE = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]+\*?")  # RFC 6265 section 4.1.1: a token; here the star is the prefix's

APPLICANT_TRACKING_SYSTEMS = {
    "greenhouse", "lever", "breezy-hr", "workable", "smartrecruiters", "ashby", "teamtailor", "personio", "recruitee",
    "bamboohr", "icims", "workday", "jobvite", "taleo", "jazzhr", "phenom", "talentbrew", "smashfly", "paradox",
    "beamery",
}  # fmt: skip

SITE_COOKIES = (
    "sessionid", "csrftoken", "messages", "session", "session_id", "sessid", "sid", "XSRF-TOKEN", "connect.sid",
    "PHPSESSID", "JSESSIONID", "ASP.NET_SessionId", ".AspNetCore.Session", ".AspNetCore.Antiforgery.x", "ARRAffinity",
    "laravel_session", "_session_id", "_csrf", "_csrf_token", "csrf_token", "rack.session", "_myapp_session",
    "remember_token", "__Host-session", "__Host-next-auth.csrf-token", "next-auth.session-token", "NEXT_LOCALE",
    "__Secure-next-auth.session-token", "__session", "sb-access-token", "auth_token", "access_token", "refresh_token",
    "token", "jwt", "id_token", "user_id", "user", "visitor_id", "visitorId", "client_id", "device_id", "locale",
    "lang", "language", "i18n", "django_language", "theme", "currency", "timezone", "captcha", "consent",
    "__Host-consent", "__Secure-consent", "cookie_consent", "cookies_accepted", "wordpress_logged_in_x",
    "wp-settings-1", "AWSALB", "AWSALBCORS", "SERVERID", "test", "debug", "flash", "cart", "preferences", "is_unique",
)  # fmt: skip
"""Cookies that frameworks, proxies and sites set for themselves."""

INNOCENT = (
    "https://www.google.com/search?q=jobs", "https://accounts.google.com/gsi/client",
    "https://apis.google.com/js/platform.js", "https://www.gstatic.com/charts/loader.js",
    "https://ajax.googleapis.com/ajax/libs/jquery/3/jquery.js", "https://www.facebook.com/acme",
    "https://www.linkedin.com/jobs/view/1", "https://www.linkedin.com/company/acme",
    "https://www.linkedin.com/oauth/v2/authorization", "https://login.microsoftonline.com/common/oauth2",
    "https://login.microsoft.com/", "https://res.cdn.office.net/x.js", "https://www.bing.com/search",
    "https://www.indeed.com/viewjob?jk=1", "https://www.indeed.com/cmp/acme",
    "https://www.glassdoor.com/Overview/acme.htm", "https://www.ziprecruiter.com/jobs/1",
    "https://www.talent.com/view?id=1", "https://www.adzuna.com/details/1", "https://www.xing.com/pages/acme",
    "https://www.kununu.com/de/acme", "https://www.simplyhired.com/job/1", "https://cdn.jsdelivr.net/npm/x",
    "https://unpkg.com/react", "https://cdnjs.cloudflare.com/ajax/libs/x.js", "https://www.apple.com/",
    "https://developer.apple.com/", "https://appleid.cdn-apple.com/appleauth/static/jsapi/x.js",
    "https://appleid.apple.com/auth/authorize", "https://login.yahoo.com/", "https://s.yimg.com/pv/x.png",
    "https://login.salesforce.com/", "https://acme.force.com/", "https://acme.okta.com/login",
    "https://vjs.zencdn.net/8.0.0/video.js", "https://acme.net.pl/", "https://acme.de.com/",
    "https://acme.a.bigcontent.io/v1/static/x", "https://t1.daumcdn.net/mapjsapi/bundle/postcode/v2.js",
    "https://notgoogle-analytics.com/x.js", "https://google-analytics.com.acme.example/x.js",
    "https://example.com/google-analytics.com/ga.js", "https://www.example.co.uk/",
)  # fmt: skip


INNOCENT_ON_SHARED_HOSTS = (
    "https://www.google.com/", "https://google.com/search?q=careers", "https://www.google.com/about/careers/",
    "https://www.google.com/intl/de/policies/privacy/", "https://www.google.com/calendar/render?action=TEMPLATE",
    "https://www.google.com/jsapi", "https://www.google.com/images/branding/logo.png", "https://maps.google.com.example/x",
    "https://accounts.google.com/o/oauth2/v2/auth", "https://drive.google.com/file/d/1/view", "https://meet.google.com/abc",
    "https://docs.google.com/document/d/1/edit", "https://play.google.com/store/apps/details?id=1",
    "https://www.gstatic.com/images/x.png", "https://ssl.gstatic.com/ui/v1/x.png",
    "https://www.facebook.com/", "https://facebook.com/acme.careers", "https://www.facebook.com/groups/1",
    "https://www.facebook.com/login.php", "https://www.facebook.com/events/1",
    "https://m.facebook.com/acme", "https://www.facebook.com/sharer/sharer.php?u=1", "https://www.facebook.com/dialog/share",
    "https://www.linkedin.com/", "https://www.linkedin.com/in/someone", "https://www.linkedin.com/company/acme/jobs",
    "https://www.linkedin.com/oauth/v2/accessToken", "https://de.linkedin.com/company/acme", "https://linkedin.com/jobs/view/1",
    "https://www.linkedin.com/sharing/share-offsite/?url=1", "https://api.linkedin.com/v2/me",
    "https://www.microsoft.com/", "https://www.microsoft.com/de-de/microsoft-teams/join", "https://microsoft.com/privacy",
    "https://login.live.com/oauth20_authorize.srf", "https://teams.microsoft.com/l/meetup-join/1",
    "https://docs.microsoft.com/en-us/", "https://learn.microsoft.com/", "https://graph.microsoft.com/v1.0/me",
    "https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "https://outlook.office.com/calendar",
    "https://forms.office.com/r/1", "https://go.microsoft.com/fwlink/?linkid=1", "https://support.microsoft.com/help/1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A vendor of either file."""

    id: str
    name: str
    category: str
    hosts: tuple[str, ...]
    inline: tuple[str, ...] = ()
    cookies: tuple[tuple[str, int], ...] = ()
    purpose: str = ""
    country: str = ""
    privacy: str = ""
    exempt: str = ""


def read_toml() -> tuple[tuple[Entry, ...], frozenset[str]]:
    written = tomllib.loads((DATA / "vendors.toml").read_text("utf-8"))
    assert set(written) == {"release", "vendor"}
    assert all(set(vendor) <= FIELDS for vendor in written["vendor"])
    entries = (
        Entry(**{**one, "hosts": tuple(one["hosts"]), "cookies": tuple(one.get("cookies", {}).items())})
        for one in written["vendor"]
    )
    return tuple(entries), frozenset(written["release"])


def read_tsv(path: Path) -> list[list[str]]:
    lines = path.read_text("utf-8").splitlines()
    return list(csv.reader((line for line in lines if line[0] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE))


CURATED, RELEASED = read_toml()
WIDE = tuple(
    Entry(vendor, name, category, tuple(hosts.split(",")))
    for vendor, name, category, hosts in read_tsv(DATA / "vendors.tsv")
)
EXPECTED = [
    (vendor, category, address)
    for vendor, category, addresses in read_tsv(Path(__file__).parent / "data" / "vendors.tsv")
    for address in addresses.split()
]


def build_rules() -> dict[str, dict[str, Entry]]:
    """Host -> path prefix -> vendor, with vendors.toml in the place of vendors.tsv wherever it speaks of a host."""
    rules: dict[str, dict[str, Entry]] = {host: {} for host in RELEASED}
    for entry in CURATED:
        for host, slash, path in (rule.partition("/") for rule in entry.hosts):
            rules.setdefault(host, {})[slash + path] = entry
    settled = frozenset(rules)
    for entry in WIDE:
        rules.update({host: {"": entry} for host in entry.hosts if host not in settled})
    return rules


RULES = build_rules()


def suffixes(host: str) -> Iterator[str]:
    """The host and each of its parents, the longest first."""
    while host:
        yield host
        host = host.partition(".")[2]


def match(address: str) -> Entry | None:
    """The vendor behind an address: the longest host decides, and there the longest path."""
    host, slash, path = address.removeprefix("https://").partition("/")
    known = next((RULES[suffix] for suffix in suffixes(host) if suffix in RULES), {})
    fitting = [prefix for prefix in known if (slash + path).startswith(prefix)]
    return known[max(fitting, key=len)] if fitting else None


@pytest.mark.parametrize(("vendor", "category", "address"), EXPECTED)
def test_what_a_careers_site_loads_is_in_the_category_it_expects(vendor: str, category: str, address: str) -> None:
    found = match(address)
    assert found is not None, f"{vendor} is not matched"
    assert found.category == category
    assert found in CURATED, "what careers sites load is described by hand"


def test_the_expectations_cover_all_vendors_of_the_test_list() -> None:
    assert len({vendor for vendor, _, _ in EXPECTED}) == 106


@pytest.mark.parametrize("address", INNOCENT)
def test_what_people_link_to_sign_in_at_or_build_on_is_not_blocked(address: str) -> None:
    found = match(address)
    assert found is None or found.category == "necessary"


SHIPPED = shipped_catalog()
UNDECIDED = Judge(SHIPPED, frozenset({NECESSARY}))


@pytest.mark.parametrize(("vendor", "category", "address"), EXPECTED)
def test_the_judge_keeps_it_out_until_its_category_is_granted(vendor: str, category: str, address: str) -> None:
    place = host_and_path(address)
    assert place is not None
    found = SHIPPED.match(*place)
    assert found is not None, f"{vendor} is not in the catalogue"
    assert found.category == category
    passes = category == NECESSARY or bool(found.exempt)
    assert (UNDECIDED.url(address) is None) == passes
    assert Judge(SHIPPED, frozenset({NECESSARY, category})).url(address) is None


@pytest.mark.parametrize("address", [*INNOCENT, *INNOCENT_ON_SHARED_HOSTS])
def test_the_judge_lets_pass_what_is_no_tag_with_nothing_granted(address: str) -> None:
    assert UNDECIDED.url(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://www.google.com/pagead/1p-user-list/1/", "https://www.google.com/ccm/collect",
        "https://www.google.com/maps/embed?pb=1", "https://www.facebook.com/tr?id=1", "https://www.facebook.com/tr/?id=1",
        "https://www.facebook.com/plugins/like.php", "https://www.linkedin.com/px/li_sync",
        "https://px.ads.linkedin.com/collect", "https://c.bing.com/c.gif", "https://bat.bing.com/bat.js",
        "https://www.google.com/x/../pagead/1p-user-list/1/", "https://www.facebook.com/%74r?id=1",
    ],
)  # fmt: skip
def test_the_judge_keeps_out_the_tracking_paths_of_shared_hosts(address: str) -> None:
    assert UNDECIDED.url(address) is not None


@pytest.mark.parametrize("cookie", SITE_COOKIES)
def test_the_judge_leaves_every_cookie_of_the_sites_own_alone(cookie: str) -> None:
    assert UNDECIDED.cookie(cookie) is None


@pytest.mark.parametrize(
    ("address", "vendor"),
    [
        ("https://www.googletagmanager.com/gtag/js?id=G-1", "google-analytics"),
        ("https://www.googletagmanager.com/gtag/js?id=AW-1", "google-ads"),
        ("https://www.googletagmanager.com/gtm.js?id=GTM-1", "google-tag-manager"),
        ("https://www.googletagmanager.com/unheard-of", "google-tag-manager"),
        ("https://stats.g.doubleclick.net/j/collect", "google-analytics"),
        ("https://googleads.g.doubleclick.net/pagead/id", "google-ads"),
        ("https://service.force.com/embeddedservice/5.0/esw.min.js", "salesforce"),
        ("https://c.bing.com/c.gif", "microsoft-advertising"),
        ("https://az416426.vo.msecnd.net/scripts/b/ai.2.min.js", "application-insights"),
        ("https://sp.analytics.yahoo.com/sp.pl", "yahoo-ads"),
        ("https://px.ads.linkedin.com/collect", "linkedin-insight"),
        ("https://media.licdn.com/x.png", "linkedin-plugins"),
    ],
)
def test_the_longest_host_and_there_the_longest_path_decide_on_shared_hosts(address: str, vendor: str) -> None:
    found = match(address)
    assert found is not None
    assert found.id == vendor


@pytest.mark.parametrize("entries", [CURATED, WIDE], ids=["vendors.toml", "vendors.tsv"])
def test_ids_are_unique_slugs_and_categories_are_known(entries: tuple[Entry, ...]) -> None:
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(ID.fullmatch(entry.id) and entry.name.strip() == entry.name != "" for entry in entries)
    assert {entry.category for entry in entries} <= CATEGORIES


@pytest.mark.parametrize("entries", [CURATED, WIDE], ids=["vendors.toml", "vendors.tsv"])
def test_each_rule_is_a_lower_case_host_without_scheme_or_wildcard_and_stands_once(entries: tuple[Entry, ...]) -> None:
    rules = [rule for entry in entries for rule in entry.hosts]
    assert [rule for rule in rules if not RULE.fullmatch(rule) or "*" in rule] == []
    assert sorted(rules) == sorted(set(rules))


def test_the_wide_catalogue_has_whole_hosts_only_is_sorted_and_complete() -> None:
    assert all(HOST.fullmatch(host) for entry in WIDE for host in entry.hosts)
    assert [entry.id for entry in WIDE] == sorted(entry.id for entry in WIDE)
    assert len(WIDE) > 1_300
    assert {entry.category for entry in WIDE} == {"functional", "analytics", "marketing"}


def test_an_id_in_both_files_is_one_vendor_whose_hosts_are_all_described_by_hand() -> None:
    by_hand = {entry.id for entry in CURATED}
    settled = {rule.partition("/")[0] for entry in CURATED for rule in entry.hosts} | RELEASED
    left = [host for entry in WIDE if entry.id in by_hand for host in entry.hosts if settled.isdisjoint(suffixes(host))]
    assert left == []


def test_each_released_host_is_one_that_the_wide_catalogue_would_block() -> None:
    assert RELEASED - {host for entry in WIDE for host in entry.hosts} == set()


def test_no_release_and_no_path_rule_opens_a_hole_in_a_host_that_is_claimed_as_a_whole() -> None:
    whole = {rule for entry in CURATED for rule in entry.hosts if "/" not in rule}
    partial = {rule.partition("/")[0] for entry in CURATED for rule in entry.hosts if "/" in rule} - whole
    assert [host for host in partial | RELEASED if not whole.isdisjoint(suffixes(host))] == []


def test_each_rule_adds_something_to_the_wider_rules_of_its_vendor() -> None:
    repeats = [
        rule
        for entry in CURATED
        for rule in entry.hosts
        if not set(entry.hosts).isdisjoint(list(suffixes(rule.partition("/")[0]))[0 if "/" in rule else 1 :])
    ]
    assert repeats == []


def test_marks_are_long_plain_and_belong_to_one_vendor() -> None:
    marks = [mark for entry in CURATED for mark in entry.inline]
    assert [mark for mark in marks if len(mark) < 6 or not mark.isascii() or not mark.isprintable()] == []
    assert sorted(marks) == sorted(set(marks))


@pytest.mark.parametrize(
    "snippet",
    [
        "document.documentElement.className = 'js'",
        "if (window.gtag) { gtag('event', 'apply') }",
        "window.dataLayer = window.dataLayer || []; dataLayer.push({'page': 'job'})",
        "gtag('consent', 'default', {ad_storage: 'denied'})",
        "form.addEventListener('submit', () => window.fbq && fbq('track', 'Lead'))",
        "var player = new YT.Player('film')",
        "document.title = 'Careers at Hotjar, Segment, HubSpot, Facebook, LinkedIn, Sentry and Google Analytics'",
        "const heap = new Heap(); heap.push(1); const session = amplitude * 2; matomo = plausible = true",
        '{"@context": "https://schema.org", "@type": "JobPosting", "sameAs": "https://www.linkedin.com/company/acme"}',
        "const links = ['https://www.youtube.com/watch?v=1', 'https://www.facebook.com/acme', 'https://x.com/acme']",
        "var map = new google.maps.Map(element)",
        "var widget = grecaptcha.render('captcha')",
        "window.App = {routes: {apply: '/apply', track: '/track'}, csrf: 'abc'}",
    ],
)
def test_no_mark_is_found_in_a_sites_own_code(snippet: str) -> None:
    assert [mark for entry in CURATED for mark in entry.inline if mark in snippet] == []


@pytest.mark.parametrize(
    ("snippet", "vendor"),
    [
        ("w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'})", "google-tag-manager"),
        ("gtag('js', new Date()); gtag('config', 'G-1');", "google-analytics"),
        ("gtag('js', new Date()); gtag('config', 'AW-1');", "google-ads"),
        ("'https://connect.facebook.net/en_US/fbevents.js'); fbq('init', '1'); fbq('track', 'PageView');", "meta"),
        ('_linkedin_partner_id = "1"; window._linkedin_data_partner_ids = [];', "linkedin-insight"),
        ('w[u]=new UET(o)})(window,document,"script","//bat.bing.com/bat.js","uetq");', "microsoft-advertising"),
        ('(function(c,l,a,r,i,t,y){t.src="https://www.clarity.ms/tag/"+i;})', "microsoft-clarity"),
        ("h._hjSettings={hjid:1,hjsv:6};})(window,document,'https://static.hotjar.com/c/hotjar-');", "hotjar"),
        ("w.TiktokAnalyticsObject=t;ttq.load('1');ttq.page();", "tiktok"),
        ("a.src='https://static.ads-twitter.com/uwt.js'; twq('config','1');", "x"),
        ("var _paq = window._paq = window._paq || []; _paq.push(['trackPageView']);", "matomo"),
        ("var indeed_conversion_id = '1'; var indeed_conversion_label = '';", "indeed"),
        ("window.intercomSettings = {app_id: '1'};", "intercom"),
    ],
)  # fmt: skip
def test_the_usual_snippets_carry_a_mark_of_their_vendor(snippet: str, vendor: str) -> None:
    assert vendor in {entry.id for entry in CURATED for mark in entry.inline if mark in snippet}


@pytest.mark.parametrize("cookie", SITE_COOKIES)
def test_no_cookie_that_a_site_sets_for_itself_would_be_expired(cookie: str) -> None:
    named = [name for entry in CURATED for name, _ in entry.cookies if covers(name, cookie)]
    assert named == []


def covers(rule: str, cookie: str) -> bool:
    return cookie.startswith(rule[:-1]) if rule.endswith("*") else cookie == rule


@pytest.mark.parametrize("cookie", ["OptanonConsent", "CookieConsent", "_GRECAPTCHA", "cf_clearance"])
def test_cookies_of_security_and_consent_are_necessary(cookie: str) -> None:
    found = {entry.category for entry in CURATED for name, _ in entry.cookies if covers(name, cookie)}
    assert found == {"necessary"}


def test_cookie_names_are_tokens_with_distinctive_prefixes_and_sane_lifetimes() -> None:
    cookies = [(name, days) for entry in CURATED for name, days in entry.cookies]
    assert [name for name, _ in cookies if not COOKIE.fullmatch(name)] == []
    assert [name for name, _ in cookies if name.endswith("*") and len(name) < 5] == []
    assert [(name, days) for name, days in cookies if not -1 <= days <= 3650] == []


def test_no_cookie_belongs_to_two_vendors() -> None:
    owned = [(name, entry.id) for entry in CURATED for name, _ in entry.cookies]
    twice = [(a, b) for a, x in owned for b, y in owned if x != y and covers(a, b.removesuffix("*"))]
    assert twice == []


def test_every_applicant_tracking_system_and_nothing_else_is_exempt() -> None:
    assert {entry.id for entry in CURATED if entry.exempt} == APPLICANT_TRACKING_SYSTEMS
    assert {entry.category for entry in CURATED if entry.exempt} == {"functional"}


def test_each_curated_vendor_says_what_it_is_for_and_where_it_sits_if_known() -> None:
    assert [entry.id for entry in CURATED if not entry.purpose] == []
    assert [entry.id for entry in CURATED if not re.fullmatch("([A-Z]{2})?", entry.country)] == []
    assert [entry.id for entry in CURATED if entry.privacy and not entry.privacy.startswith("https://")] == []


def test_the_licence_of_the_wide_catalogue_is_shipped_and_named_in_it() -> None:
    assert "MIT License" in (DATA / "licences" / "LICENSE-third-party-web.txt").read_text("utf-8")
    assert "LICENSE-third-party-web.txt" in (DATA / "vendors.tsv").read_text("utf-8")[:500]


def test_the_build_script_keeps_what_needs_consent_and_settles_repeats(tmp_path: Path) -> None:
    package, data = tmp_path / "package", tmp_path / "data"
    (package / "dist").mkdir(parents=True)
    (data / "licences").mkdir(parents=True)
    (package / "package.json").write_text('{"version": "9.9.9"}', "utf-8")
    (package / "LICENSE").write_text("The MIT License", "utf-8")
    records = [
        {"name": "Zed Ads", "category": "ad", "domains": ["*.Zed.example", "zed.example", "shared.example"]},
        {"name": "A Metric", "category": "analytics", "domains": ["shared.example", "*.metric.example"]},
        {"name": "StrÃ¶er [Chat]", "category": "customer-success", "domains": ["chat.example"]},
        {"name": "A CDN", "category": "cdn", "domains": ["cdn.example"]},
        {"name": "Nothing left", "category": "analytics", "domains": []},
    ]
    (package / "dist" / "entities-nostats.json").write_text(json.dumps(records), "utf-8")
    script = [sys.executable, str(ROOT / "scripts" / "build_vendors.py"), str(package), "--data", str(data)]
    subprocess.run(script, check=True, capture_output=True)
    assert "third-party-web 9.9.9" in (data / "vendors.tsv").read_text("utf-8")
    assert read_tsv(data / "vendors.tsv") == [
        ["a-metric", "A Metric", "analytics", "metric.example"],
        ["stroer-chat", "Ströer [Chat]", "functional", "chat.example"],
        ["zed-ads", "Zed Ads", "marketing", "shared.example,zed.example"],
    ]
    assert (data / "licences" / "LICENSE-third-party-web.txt").read_text("utf-8") == "The MIT License"
