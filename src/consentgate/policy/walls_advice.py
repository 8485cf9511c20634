"""What whoever answers for a site should know of its settings of the walls although nothing in them is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from consentgate.errors import Problem
from consentgate.model import NECESSARY
from consentgate.policy.checks.raw import Raw, strings, table, tables
from consentgate.policy.frameworks import FRAMEWORK_COOKIES, CookieNames
from consentgate.policy.values import ConsentMode, CspWall, Undeclared, UnknownCookies


def advice_on_walls(raw: Raw) -> Iterator[Problem]:
    """All advice on the walls of a sound policy."""
    for give in _ADVICE:
        yield from give(raw)


def _unknown_cookies_of_frameworks(raw: Raw) -> Iterator[Problem]:
    """Of the frameworks that the site names a cookie of, or of all where it names none."""
    walls = table(raw, "walls")
    if walls.get("unknown_cookies") != UnknownCookies.BLOCK:
        return
    essential = CookieNames(strings(walls, "essential_cookies"))
    known = CookieNames([name for entry in tables(raw, "vendor") for name in _cookies_of(entry)])
    used = {each: names for each, names in FRAMEWORK_COOKIES.items() if any(map(essential.cover, names))}
    caught = {
        framework: [name for name in names if not (essential.cover(name) or known.cover(name))]
        for framework, names in (used or FRAMEWORK_COOKIES).items()
    }
    listed = "; ".join(f"{', '.join(names)} ({framework})" for framework, names in caught.items() if names)
    if listed:
        text = f"Unknown cookies are kept back, and so sessions, logins and forms may fail: {listed}."
        mend = "Add those that the site uses to walls.essential_cookies; dry_run shows what would be caught."
        yield Problem("policy-framework-cookies", "walls.essential_cookies", text, mend)


def _vendors_have_no_cookies_of_frameworks(raw: Raw) -> Iterator[Problem]:
    """A rule that is meant for a vendor's cookie and takes the site's own session with it."""
    essential = CookieNames(strings(table(raw, "walls"), "essential_cookies"))
    for place, entry in enumerate(tables(raw, "vendor")):
        if entry.get("category") == NECESSARY or entry.get("exempt"):
            continue
        own = CookieNames(_cookies_of(entry))
        caught = [
            f"{name} ({framework})"
            for framework, names in FRAMEWORK_COOKIES.items()
            for name in names
            if own.cover(name) and not essential.cover(name)
        ]
        if caught:
            text = f"Its cookies are kept back before a grant, and frameworks use the same names: {'; '.join(caught)}."
            mend = "Write narrower names, or add the site's own to walls.essential_cookies, which win."
            yield Problem("policy-framework-cookie-of-vendor", f"vendor[{place}].cookies", text, mend)


def _cookies_of(entry: Raw) -> list[str]:
    return [name for name in table(entry, "cookies") if isinstance(name, str)]


def _an_enforced_csp_knows_what_pages_load(raw: Raw) -> Iterator[Problem]:
    walls = table(raw, "walls")
    if walls.get("csp") != CspWall.ENFORCE:
        return
    if not strings(walls, "hosts"):
        text = "Fonts, CDNs, maps and all else that pages load from hosts beside the site and its vendors are blocked."
        mend = 'Run csp = "report" first, look at the undeclared hosts in `consentgate report`, and list the good ones.'
        yield Problem("policy-csp-hosts-none", "walls.hosts", text, mend)
    if not strings(raw, "vendors") and not tables(raw, "vendor"):
        text = "An enforced Content-Security-Policy lists declared vendors, so none would load after a grant either."
        yield Problem("policy-csp-vendors-none", "vendors", text, "List them in vendors.")
    if walls.get("undeclared") == Undeclared.ALLOW:
        text = "An enforced Content-Security-Policy lists declared vendors alone, so the others stay out all the same."
        yield Problem("policy-csp-undeclared", "walls.undeclared", text, "Declare those that are to load.")


def _advanced_consent_mode_sends_before_a_grant(raw: Raw) -> Iterator[Problem]:
    if table(raw, "walls").get("consent_mode") == ConsentMode.ADVANCED:
        text = (
            "Google's tags load before a visitor has chosen, and after a refusal too. They set no cookie then, but "
            "Google learns the visitor's address, their browser and the page. A notice that promises that nothing is "
            "loaded or shared before consent says otherwise."
        )
        mend = 'Leave it at consent_mode = "basic", or have counsel word the notice for it.'
        yield Problem("policy-consent-mode-advanced", "walls.consent_mode", text, mend)


_ADVICE: tuple[Callable[[Raw], Iterable[Problem]], ...] = (
    _unknown_cookies_of_frameworks,
    _vendors_have_no_cookies_of_frameworks,
    _an_enforced_csp_knows_what_pages_load,
    _advanced_consent_mode_sends_before_a_grant,
)
