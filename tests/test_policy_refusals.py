"""Every refusal of the policy's loader: what is written, and what whoever wrote it is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import consentgate
from consentgate import ConfigurationError, Policy
from factories import NOW, notice_table, policy_table

ADVICE = {
    "policy-consent-mode-advanced",
    "policy-csp-hosts-none",
    "policy-csp-undeclared",
    "policy-csp-vendors-none",
    "policy-dnt-coming",
    "policy-dnt-germany",
    "policy-framework-cookie-of-vendor",
    "policy-framework-cookies",
    "policy-notice-unannounced",
    "policy-regime-loosened",
    "policy-vendors-none",
}
"""What is told of a sound policy, and refuses nothing."""


def necessary(**changes: Any) -> dict[str, Any]:
    """A vendor of the site's own that is said to be necessary."""
    return {"id": "own", "name": "Own", "category": "necessary", **changes}


def text(file: str | None, sha256: str | None = "0" * 64) -> dict[str, Any]:
    """A version whose text lies in a file."""
    entry = {"version": "2026-11", "updated": date(2026, 11, 1), "file": file, "sha256": sha256}
    return {key: value for key, value in entry.items() if value is not None}


REFUSALS: list[tuple[dict[str, Any], str]] = [
    # --- Sites, and the cookie that keeps their choices ---
    (
        {"site": None},
        (
            "policy-missing at site: Without a site nothing tells whose choices these are, and one could be "
            "taken for another's. Write site, or a list of sites."
        ),
    ),
    (
        {"sites": ["careers.example.com"]},
        (
            "policy-site-and-sites at sites: There is a site and a list of sites, so it is not clear which of"
            " them choices are made for. Keep one of the two."
        ),
    ),
    (
        {"site": None, "sites": ["a.example", "a.example/"]},
        (
            "policy-site-twice at sites: 'a.example' stands there 2 times, although each site has choices of "
            "its own. Keep it once."
        ),
    ),
    (
        {"site": "https://careers.example.com"},
        (
            "policy-string-pattern-mismatch at site: String should match pattern "
            "'^[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9/._~-]*)?$': written like that it would match nothing that it "
            "is meant for. Write it in that form; docs/policy.md has an example of each."
        ),
    ),
    (
        {"choice": {"cookie_domain": "example.org"}},
        (
            "policy-cookie-domain-foreign at choice.cookie_domain: careers.example.com is not in example.org,"
            " so browsers would refuse the cookie and no choice there would be kept. Name a domain that all "
            "sites are in."
        ),
    ),
    (
        {"site": "www.example.com/careers", "choice": {"cookie_domain": "example.com"}},
        (
            "policy-cookie-domain-path at choice.cookie_domain: The choice for www.example.com/careers alone "
            "would be sent to every host under example.com. Remove it, or name the site without a path."
        ),
    ),
    # --- How long choices and their record are kept ---
    (
        {"choice": {"refusal_days": 30}},
        (
            "policy-refusal-shorter at choice.refusal_days: A refusal would hold 30 days and a grant 180, so "
            "who refuses would be asked more often. Set it to 180 or more."
        ),
    ),
    (
        {"choice": {"regions": {"DE": {"grant_days": 180, "refusal_days": 90}}}},
        (
            "policy-refusal-shorter at choice.regions.DE.refusal_days: A refusal would hold 90 days and a "
            "grant 180, so who refuses would be asked more often. Set it to 180 or more."
        ),
    ),
    (
        {"choice": {"regions": {"FR": {"grant_days": 365, "refusal_days": 365}}}},
        (
            "policy-lifetime-limit at choice.regions.FR.grant_days: 365 days would break what the authority "
            "there wants (CNIL, recommendation 2020-092: the choice is kept six months, a refusal as long as "
            "a consent). Write 184 days at most."
        ),
    ),
    (
        {"choice": {"regions": {"IE": {"grant_days": 365, "refusal_days": 365}}}},
        (
            "policy-lifetime-limit at choice.regions.IE.grant_days: 365 days would break what the authority "
            "there wants (DPC, guidance on cookies of April 2020: consent lapses after six months). Write 184"
            " days at most."
        ),
    ),
    (
        {"choice": {"regions": {"IT": {"grant_days": 90, "refusal_days": 184}}}},
        (
            "policy-lifetime-limit at choice.regions.IT.grant_days: 90 days would break what the authority "
            "there wants (Garante, guidelines on cookies of 10 June 2021: nobody is asked again before six "
            "months are over). Write 184 days at least."
        ),
    ),
    (
        {"choice": {"regions": {"US-CA": {"grant_days": 180, "refusal_days": 180}}}},
        (
            "policy-lifetime-limit at choice.regions.US-CA.refusal_days: 180 days would break what the "
            "authority there wants (Cal. Code Regs. title 11, section 7026(k): no question for 12 months "
            "after an opt-out, and it does not lapse). Write 400 days at least."
        ),
    ),
    (
        {"choice": {"regions": {"ES": {"grant_days": 731, "refusal_days": 730}}}},
        (
            "policy-less-than-equal at choice.regions.ES.grant_days: Input should be less than or equal to "
            "730: what is meant is not guessed, so the policy is not used. Use a smaller number.\npolicy-"
            "refusal-shorter at choice.regions.ES.refusal_days: A refusal would hold 730 days and a grant "
            "731, so who refuses would be asked more often. Set it to 731 or more.\npolicy-lifetime-limit at "
            "choice.regions.ES.grant_days: 731 days would break what the authority there wants (AEPD, guide "
            "on cookies, section 3.2.8: a choice holds 24 months at most). Write 730 days at most."
        ),
    ),
    (
        {"ledger": {"retention_days": 365}},
        (
            "policy-retention-short at ledger.retention_days: After 365 days it could not be shown any more "
            "how an opt-out was dealt with. California wants the record for 24 months: write 731 or more."
        ),
    ),
    # --- The notice ---
    (
        {"notice": notice_table({"version": "2026-10", "updated": date(2026, 11, 1)})},
        (
            "policy-notice-twice at notice.versions: Version '2026-10' stands there 2 times, so a choice "
            "could not be shown to stand under one text. Give each version its own name."
        ),
    ),
    (
        {"notice": notice_table({"version": "old", "updated": date(2025, 1, 1)})},
        (
            "policy-notice-order at notice.versions: The versions are not in the order of `updated`, so an "
            "old one would be taken for the one in force. Put the oldest first."
        ),
    ),
    (
        {"notice": notice_table({"version": "2", "updated": date(2026, 11, 1), "effective_at": date(2026, 1, 1)})},
        (
            "policy-notice-order at notice.versions: The versions are not in the order of `effective_at`, so "
            "an old one would be taken for the one in force. Put the oldest first."
        ),
    ),
    (
        {"notice": notice_table({"version": "2", "updated": date(2026, 11, 1), "announced_at": date(2026, 11, 2)})},
        (
            "policy-notice-announced-late at notice.versions[1].effective_at: It would take effect before it "
            "is announced: nobody could learn of the change in time. Set effective_at to announced_at or "
            "later."
        ),
    ),
    (
        {"notice": notice_table(text("gone.html"))},
        (
            "policy-notice-file-missing at notice.versions[1].file: gone.html can't be read (No such file or "
            "directory): the archive would lack what visitors agreed to. Put the file back, beside the policy"
            " file."
        ),
    ),
    (
        {"notice": notice_table(text("kept.html", sha256="0" * 64))},
        (
            "policy-notice-changed at notice.versions[1].sha256: kept.html has changed since this version was"
            " published: choices would stand under a text nobody was shown. Put the old text back, and make a"
            " new version of the new one (its sha256 is "
            "5d2e98a1a49c88012b679279a08e04184da953c72d786fb633c0c9a022b9325e)."
        ),
    ),
    (
        {"notice": notice_table(text("kept.html", sha256=None))},
        (
            "policy-notice-sha256-missing at notice.versions[1].sha256: Without its sha256, kept.html could "
            "change unnoticed after visitors agreed to it. Write sha256 = "
            '"5d2e98a1a49c88012b679279a08e04184da953c72d786fb633c0c9a022b9325e".'
        ),
    ),
    (
        {"notice": notice_table(text(None, sha256="0" * 64))},
        (
            "policy-notice-file-unnamed at notice.versions[1].sha256: There is a sha256 and no file, so "
            "nothing is kept of what this version said. Name the file, or remove the sha256."
        ),
    ),
    (
        {"notice": notice_table(text("not-utf-8.txt"))},
        (
            "policy-notice-file-missing at notice.versions[1].file: not-utf-8.txt can't be read (it is not "
            "UTF-8): the archive would lack what visitors agreed to. Put the file back, beside the policy "
            "file."
        ),
    ),
    (
        {"notice": notice_table(text("../kept.html"))},
        (
            "policy-string-pattern-mismatch at notice.versions[1].file: String should match pattern "
            "'^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\\.(html|txt|md)$': written like that"
            " it would match nothing that it is meant for. Write it in that form; docs/policy.md has an "
            "example of each."
        ),
    ),
    (
        {
            "notice": notice_table(
                {"version": "2", "updated": date(2026, 11, 1), "announced_at": datetime(2026, 10, 20)}
            )
        },
        (
            "policy-value-error at notice.versions[1].announced_at: Value error, A time needs its zone, such "
            "as 2026-10-12T09:00:00Z: what is meant is not guessed, so the policy is not used. See "
            "docs/policy.md for the form of this value."
        ),
    ),
    # --- What is said about Do Not Track, and what is done ---
    (
        {"notice": notice_table(dnt=None)},
        (
            "policy-dnt-statement-missing at notice.dnt: Without a statement about Do Not Track the notice "
            "breaks California's law (CalOPPA, section 22575(b)(5)). Write what the notice says, or name \"US-"
            'CA" in regimes.not_served if the site is not meant for it.'
        ),
    ),
    (
        {"signals": {"dnt": "objection"}},
        (
            "policy-dnt-contradiction at signals.dnt: The notice says that Do Not Track is received and not "
            "acted on, but it is treated as an objection: visitors are misled. Change [signals], or publish a"
            " version of the notice that says what is done."
        ),
    ),
    (
        {"signals": {"regions": {"DE": "objection"}}},
        (
            "policy-dnt-contradiction at signals.dnt: The notice says that Do Not Track is received and not "
            "acted on, but it is treated as an objection in some regions and not acted on in others: visitors"
            " are misled. Change [signals], or publish a version of the notice that says what is done."
        ),
    ),
    (
        {"notice": notice_table(dnt="We treat Do Not Track as an objection.")},
        (
            "policy-dnt-contradiction at signals.dnt: The notice says that Do Not Track is treated as an "
            "objection, but it is received and not acted on: visitors are misled. Change [signals], or "
            "publish a version of the notice that says what is done."
        ),
    ),
    (
        {"notice": notice_table(dnt="Wir beachten Do Not Track nicht.")},
        (
            "policy-dnt-statement-unclear at notice.dnt: It is not clear from 'Wir beachten Do Not Track "
            "nicht.' what is promised, so it can't be held against what is done. Write dnt_says = "
            '"not_honored", "objection" or "both" beside it.'
        ),
    ),
    (
        {"notice": notice_table(dnt_says="objection"), "signals": {"dnt": "objection"}},
        (
            "policy-dnt-says-otherwise at notice.dnt_says: The words say that Do Not Track is received and not "
            "acted on, and dnt_says that it is treated as an objection: what visitors read is what counts. Remove "
            "dnt_says, or word the statement so that it says that."
        ),
    ),
    (
        {"notice": notice_table(dnt=None, dnt_says="objection"), "regimes": {"not_served": ["US"]}},
        (
            "policy-dnt-says-alone at notice.dnt_says: It says what a statement promises, and no statement stands "
            "beside it: it would never hold. Write it beside the dnt that it is about."
        ),
    ),
    (
        {"signals": {"gpc_since": date(2026, 11, 23)}},
        (
            "policy-gpc-since-future at signals.gpc_since: 2026-11-23 is yet to come, so /.well-known/gpc.json would "
            "tell of what nobody could have done. Write the day since when the signal is honored, or leave it out: "
            "then the notice's date stands for it."
        ),
    ),
    # --- Categories and vendors ---
    (
        {"categories": {"necessary": {}}},
        (
            "policy-necessary-listed at categories.necessary: `necessary` is always there and always granted:"
            " a setting here would never hold. Remove the table.\npolicy-vendor-category-missing at "
            "vendors[0]: Google Analytics stands in 'analytics', which the policy does not name, so it is "
            "never granted. Add [categories.analytics] or say the vendor anew in a [[vendor]] table.\npolicy-"
            "vendor-category-missing at vendors[1]: Hotjar stands in 'analytics', which the policy does not "
            "name, so it is never granted. Add [categories.analytics] or say the vendor anew in a [[vendor]] "
            "table."
        ),
    ),
    (
        {"categories": {"analytics": {}, "marketing": {}}},
        (
            "policy-marketing-not-sharing at categories.marketing: Advertising shares data across sites, so "
            "Global Privacy Control must deny it. Set sale_or_sharing = true."
        ),
    ),
    (
        {"vendors": ["hotjr"]},
        (
            "policy-vendor-unknown at vendors[0]: No vendor is called 'hotjr', so visitors would not be told "
            "of whoever is meant. Did you mean hotjar?"
        ),
    ),
    (
        {"vendors": ["intercom"]},
        (
            "policy-vendor-category-missing at vendors[0]: Intercom stands in 'functional', which the policy "
            "does not name, so it is never granted. Add [categories.functional] or say the vendor anew in a "
            "[[vendor]] table."
        ),
    ),
    (
        {"vendor": [{"id": "own", "name": "Own", "category": "fun"}]},
        (
            "policy-category-unknown at vendor[0].category: The policy has no category 'fun', so nobody would"
            " be asked and the vendor never granted. Use one of analytics, marketing, necessary."
        ),
    ),
    (
        {"vendor": [{"id": "own", "name": "Own", "category": "analytics"}] * 2},
        ("policy-vendor-twice at vendor: 'own' is described 2 times, so it is not clear what holds. Keep one."),
    ),
    (
        {"vendor": [necessary(hosts=["a..com"])]},
        (
            "policy-host-never-matches at vendor[0].hosts[0]: 'a..com' never matches, so the vendor would be "
            "let pass. No host has an empty label. Write one dot between two labels."
        ),
    ),
    (
        {"vendor": [necessary(id="hotjar")]},
        (
            "policy-necessary-tracker at vendor[0].category: The id 'hotjar' covers Hotjar, which would run "
            'for everybody without being asked for. Set category = "analytics", or leave out what is not '
            "yours."
        ),
    ),
    (
        {"vendor": [necessary(hosts=["static.hotjar.com"])]},
        (
            "policy-necessary-tracker at vendor[0].category: The host 'static.hotjar.com' covers Hotjar, "
            'which would run for everybody without being asked for. Set category = "analytics", or leave out '
            "what is not yours."
        ),
    ),
    (
        {"vendor": [necessary(hosts=["com"])]},
        (
            "policy-string-pattern-mismatch at vendor[0].hosts[0]: String should match pattern "
            "'^[a-z0-9][a-z0-9.-]*\\.[a-z0-9-]+(/.*)?$': written like that it would match nothing that it is "
            "meant for. Write it in that form; docs/policy.md has an example of each.\npolicy-necessary-"
            "tracker at vendor[0].category: The host 'com' covers 2AdPro Media Solutions, which would run for"
            ' everybody without being asked for. Set category = "marketing", or leave out what is not yours.'
        ),
    ),
    (
        {"vendor": [necessary(hosts=["google.com"])]},
        (
            "policy-necessary-tracker at vendor[0].category: The host 'google.com' covers Google AMP, which "
            'would run for everybody without being asked for. Set category = "analytics", or leave out what '
            "is not yours."
        ),
    ),
    (
        {"vendor": [necessary(inline=["fbq('init'"])]},
        (
            "policy-necessary-tracker at vendor[0].category: The inline mark \"fbq('init'\" covers Meta Pixel "
            'and plugins, which would run for everybody without being asked for. Set category = "marketing", '
            "or leave out what is not yours."
        ),
    ),
    (
        {"vendor": [necessary(cookies={"_ga": 730})]},
        (
            "policy-necessary-tracker at vendor[0].category: The cookie '_ga' covers Google Analytics, which "
            'would run for everybody without being asked for. Set category = "analytics", or leave out what '
            "is not yours."
        ),
    ),
    (
        {"vendor": [necessary(cookies={"_hj*": 30})]},
        (
            "policy-necessary-tracker at vendor[0].category: The cookie '_hj*' covers Hotjar, which would run"
            ' for everybody without being asked for. Set category = "analytics", or leave out what is not '
            "yours."
        ),
    ),
    (
        {"walls": {"essential_cookies": ["session", "amp_theme", "_ga"]}},
        (
            "policy-necessary-tracker at walls.essential_cookies[2]: The cookie '_ga' covers Google Analytics, which "
            "would be set for everybody without being asked for. Remove it, or write the names of the site's own "
            "cookies."
        ),
    ),
    (
        {"walls": {"essential_cookies": ["_fb*"]}},
        (
            "policy-necessary-tracker at walls.essential_cookies[0]: The cookie '_fb*' covers Meta Pixel and plugins, "
            "which would be set for everybody without being asked for. Remove it, or write the names of the site's own "
            "cookies."
        ),
    ),
    (
        {"categories": {"ads": {}}, "vendors": [], "vendor": [necessary(id="meta", category="ads")]},
        (
            "policy-marketing-not-sharing at categories.ads: Meta Pixel and plugins stands in 'ads'. Advertising "
            "shares data across sites, so Global Privacy Control must deny it. Set sale_or_sharing = true."
        ),
    ),
    (
        {"vendor": [necessary(category="analytics", hosts=["connect.facebook.net"])]},
        (
            "policy-marketing-not-sharing at categories.analytics: Meta Pixel and plugins stands in 'analytics'. "
            "Advertising shares data across sites, so Global Privacy Control must deny it. Set sale_or_sharing = true."
        ),
    ),
    # --- Regions, and where they come from ---
    (
        {"regimes": {"regions": {"EU": "opt_in"}}},
        (
            "policy-region-unknown at regimes.regions.EU: No visitor has that code, so the rule would never hold: "
            "ISO 3166-1 has no country EU. Name its countries, each by its own code; the built-in lists ask first in "
            "all of them already."
        ),
    ),
    (
        {"regimes": {"not_served": ["ZZ"]}},
        (
            "policy-region-unknown at regimes.not_served: No visitor has that code, so the rule would never hold: "
            "ISO 3166-1 has no country ZZ. Remove it: an unknown region always has the strictest rules."
        ),
    ),
    (
        {"choice": {"regions": {"QQ": {"grant_days": 180, "refusal_days": 180}}}},
        (
            "policy-region-unknown at choice.regions.QQ: No visitor has that code, so the rule would never hold: "
            "ISO 3166-1 has no country QQ. Write the two letters of a country's ISO 3166-1 code, such as DE."
        ),
    ),
    (
        {"signals": {"regions": {"AA": "log"}}},
        (
            "policy-region-unknown at signals.regions.AA: No visitor has that code, so the rule would never hold: "
            "ISO 3166-1 has no country AA. Remove it: an unknown region always has the strictest rules."
        ),
    ),
    (
        {"regimes": {"regions": {"UK": "opt_in"}}},
        (
            "policy-region-alias at regimes.regions.UK: No visitor has that code, so the rule would never "
            "hold: the country's ISO code is GB. Did you mean GB?"
        ),
    ),
    (
        {"regimes": {"regions": {"DE-BY": "opt_in"}}},
        (
            "policy-region-subdivision at regimes.regions.DE-BY: Visitors are told apart by the states of US "
            "and CA only, so the rule would never hold. Set DE, or write a state's ISO 3166-2 code."
        ),
    ),
    (
        {"signals": {"regions": {"US-TX": "log"}}},
        (
            "policy-region-not-told at signals.regions.US-TX: The embedded database does not tell US-TX from "
            "the rest of US, so the rule would never hold. Set visitor.edge or visitor.geoip to a source that"
            " does, or set US."
        ),
    ),
    (
        {"regimes": {"not_served": ["EL"]}},
        (
            "policy-region-alias at regimes.not_served: No visitor has that code, so the rule would never "
            "hold: the country's ISO code is GR. Did you mean GR?"
        ),
    ),
    (
        {"visitor": {"edge": "cloudflare"}},
        (
            "policy-edge-untrusted at visitor.edge: An edge's headers are believed from a trusted proxy only,"
            " and none is named: they would never be read. Name its networks in visitor.trusted_proxies."
        ),
    ),
    (
        {"visitor": {"edge": "fastly", "trusted_proxies": ["10.0.0.0/8"], "edge_region_header": "X-State"}},
        (
            "policy-edge-header-missing at visitor.edge_country_header: fastly sends the headers that you "
            "configure there: without their names every region is unknown. Write the header's name."
        ),
    ),
    (
        {"visitor": {"edge_country_header": "X-Country"}},
        (
            "policy-edge-header-unused at visitor.edge_country_header: Only fastly and google_lb have headers"
            " of names that you choose; this one would never be read. Remove it, or set visitor.edge."
        ),
    ),
    # --- Shape ---
    (
        {"notise": {}},
        ("policy-unknown-key at notise: There is no such key, so what it says would never hold. Did you mean notice?"),
    ),
    (
        {"notice": {"url": "/privacy", "dnt": "It is not honored."}},
        ("policy-missing at notice.versions: Field required: nothing can be assumed in its place. Add it."),
    ),
    (
        {"notice": {"url": "/privacy", "dnt": "It is not honored.", "versions": []}},
        (
            "policy-too-short at notice.versions: List should have at least 1 item after validation, not 0: "
            "what is meant is not guessed, so the policy is not used. Add at least one."
        ),
    ),
    (
        {"choice": {"grant_days": "180"}},
        (
            "policy-int-type at choice.grant_days: Input should be a valid integer: what is meant is not "
            "guessed, so the policy is not used. Write a whole number, without quotes."
        ),
    ),
    (
        {"choice": {"grant_days": 0}},
        (
            "policy-greater-than-equal at choice.grant_days: Input should be greater than or equal to 1: what"
            " is meant is not guessed, so the policy is not used. Use a larger number."
        ),
    ),
    (
        {"choice": {"refusal_days": 9999}},
        (
            "policy-less-than-equal at choice.refusal_days: Input should be less than or equal to 730: what "
            "is meant is not guessed, so the policy is not used. Use a smaller number."
        ),
    ),
    (
        {"regimes": {"elsewhere": "anything"}},
        (
            "policy-enum at regimes.elsewhere: Input should be 'opt_in', 'opt_out' or 'notice': what is meant"
            " is not guessed, so the policy is not used. Use one of these words."
        ),
    ),
    (
        {"categories": {"analytics": {"sale_or_sharing": "no"}}},
        (
            "policy-bool-type at categories.analytics.sale_or_sharing: Input should be a valid boolean: what "
            "is meant is not guessed, so the policy is not used. Write true or false, without quotes."
        ),
    ),
    (
        {"vendors": "hotjar"},
        (
            "policy-list-type at vendors: Input should be a valid list: what is meant is not guessed, so the "
            "policy is not used. Write a list: [ ... ]."
        ),
    ),
    (
        {"name": 3},
        (
            "policy-string-type at name: Input should be a valid string: what is meant is not guessed, so the"
            " policy is not used. Write it in quotes."
        ),
    ),
    (
        {"visitor": {"trusted_proxies": ["0.0.0.0/0"]}},
        (
            "policy-value-error at visitor.trusted_proxies[0]: Value error, Everybody would be a trusted "
            "proxy, and any visitor could say where they are: what is meant is not guessed, so the policy is "
            "not used. See docs/policy.md for the form of this value."
        ),
    ),
    # --- Walls ---
    *(
        (
            {"walls": walls},
            (
                "policy-nonce-unenforced at walls.nonce: Without an enforced Content-Security-Policy a nonce keeps no "
                'script from running. Set csp = "enforce", or remove nonce.'
            ),
        )
        for walls in ({"nonce": True}, {"nonce": True, "csp": "report"}, {"nonce": True, "csp": "off"})
    ),
]

UNREADABLE = [
    (None, "policy-unreadable at {path}: No such file or directory. Give the path of a readable file."),
    (b"site = ", "policy-not-toml at {path}: Invalid value"),
]


def refusal(mapping: Mapping[str, Any]) -> str:
    """What the loader says of a policy, a line for each problem."""
    with pytest.raises(ConfigurationError) as error:
        Policy.from_dict(mapping, NOW)
    return "\n".join(str(problem) for problem in error.value.problems)


@pytest.mark.parametrize(("changes", "message"), REFUSALS, ids=[message.partition(":")[0] for _, message in REFUSALS])
def test_the_loader_refuses_with_id_place_consequence_and_mend(
    changes: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept.html").write_bytes(b"<p>We keep our word.</p>\n")
    (tmp_path / "not-utf-8.txt").write_bytes(b"\xff")
    monkeypatch.chdir(tmp_path)
    mapping = {key: value for key, value in policy_table(**changes).items() if value is not None}
    assert refusal(mapping) == message


@pytest.mark.parametrize(("content", "message"), UNREADABLE)
def test_a_file_that_is_no_policy_is_refused_by_its_name(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "consentgate.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as error:
        Policy.load(path)
    (problem,) = error.value.problems
    assert str(problem).startswith(message.format(path=path))


def test_what_is_no_table_is_refused() -> None:
    expected = "policy-not-a-table at the file: A policy is a table of keys. See docs/policy.md."
    assert refusal([]) == expected  # type: ignore[arg-type]


def test_no_refusal_is_missing_from_the_table() -> None:
    modules = (Path(consentgate.__file__).parent / "policy").rglob("*.py")
    ids = {found for module in modules for found in re.findall(r'"(policy-[a-z0-9-]+[a-z0-9])"', module.read_text())}
    shown = {message.partition(" ")[0] for _, message in [*REFUSALS, *UNREADABLE]} | {"policy-not-a-table"}
    assert ids - ADVICE - shown == set()
