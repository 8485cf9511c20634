"""Layer two, a page of its own: a switch per category, who is behind it, and what is done with the signals."""

from __future__ import annotations

from dataclasses import dataclass

from consentgate.banner.assets import asset
from consentgate.banner.templating import template
from consentgate.banner.texts import CategoryText, Texts, texts
from consentgate.model import NECESSARY, Decision, Prompt, Reason, Vendor
from consentgate.policy import Policy


@dataclass(frozen=True, slots=True)
class Card:
    """One category as the page shows it."""

    name: str
    text: CategoryText
    optional: bool
    granted: bool
    vendors: tuple[Vendor, ...]

    @property
    def cookie_count(self) -> int:
        """Cookies that the card's vendors declare."""
        return sum(len(vendor.cookies) for vendor in self.vendors)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows of one visitor: what holds now, so where the law asks first nothing is pre-ticked."""

    language: str
    decision: Decision
    saved: bool
    back: str
    root: str


class Preferences:
    """Renders the preferences page and the short pages beside it."""

    def __init__(self, policy: Policy, *, attribution: bool) -> None:
        self._policy = policy
        self._attribution = attribution

    def page(self, view: View) -> str:
        """The whole page."""
        words = texts(view.language)
        return template("preferences.html").render(
            **self._frame(words, view.root),
            site=self._policy.name or self._policy.site,
            notice=self._policy.notice,
            cards=self._cards(words, view.decision),
            asked=view.decision.prompt is Prompt.BANNER,
            kept=_kept,
            saved=view.saved,
            back=view.back,
            gpc_denied=_named(words, view.decision, Reason.GPC),
            gpc_overridden=_named(words, view.decision, Reason.GPC_OVERRIDDEN),
            attribution=self._attribution,
        )

    def not_saved(self, language: str, root: str, back: str) -> str:
        """When the ledger could not take a choice that was made on the page `back`."""
        words = texts(language)
        return self._message(words, root, back, words.errors.not_saved, words.errors.not_saved_text)

    def refused(self, language: str, root: str, why: str) -> str:
        """When what was asked for can't be done. `why` is ours, in English, and repeats nothing of the request."""
        words = texts(language)
        return self._message(words, root, f"{root}/", words.errors.not_taken, why, text_language="en")

    def _message(self, words: Texts, root: str, back: str, title: str, text: str, text_language: str = "") -> str:
        frame = self._frame(words, root)
        language = text_language or words.language
        return template("message.html").render(**frame, back=back, title=title, text=text, text_language=language)

    def _frame(self, words: Texts, root: str) -> dict[str, object]:
        return {"t": words, "prefix": root + self._policy.prefix, "sheet": asset("page.css").name}

    def _cards(self, words: Texts, decision: Decision) -> list[Card]:
        return [
            Card(
                name=name,
                text=words.category(name),
                optional=name != NECESSARY,
                granted=name in decision.permissions,
                vendors=self._policy.vendors_in(name),
            )
            for name in self._policy.category_names
        ]


def _kept(vendor: Vendor) -> list[tuple[int | None, str]]:
    """The vendor's cookies by their lifetime in days, the longest first: a line for each lifetime."""
    by_lifetime: dict[int | None, list[str]] = {}
    for rule in vendor.cookies:
        by_lifetime.setdefault(rule.lifetime_days, []).append(str(rule))
    longest_first = sorted(by_lifetime.items(), key=lambda entry: -1 if entry[0] is None else entry[0], reverse=True)
    return [(days, ", ".join(names)) for days, names in longest_first]


def _named(words: Texts, decision: Decision, reason: Reason) -> str:
    """The names of the categories that were settled by `reason`."""
    return ", ".join(words.category(name).name for name, why in decision.reasons.items() if why is reason)
