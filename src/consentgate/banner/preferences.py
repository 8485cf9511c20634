"""Layer two, a page of its own: a switch per category, who is behind it, and what is done with the signals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from consentgate.banner.assets import asset
from consentgate.banner.templating import template
from consentgate.banner.texts import CategoryText, Texts, texts
from consentgate.model import NECESSARY, Decision, Prompt, Reason, Vendor
from consentgate.policy import Policy
from consentgate.policy.notice import NoticeVersion


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


class DntStatement(Enum):
    """What the page says of Do Not Track."""

    NOT_HONORED = auto()
    OBJECTION = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows of one visitor: what holds now, so where the law asks first nothing is pre-ticked.

    `notice` is the version in force, `site` what the choices are for. `offers_requests`: Californians' requests to opt
    out and to limit stand there.
    """

    language: str
    decision: Decision
    saved: bool
    back: str
    root: str
    notice: NoticeVersion
    offers_requests: bool
    opt_out_honored: bool
    limit_honored: bool
    dnt: DntStatement
    site: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The second step of opting in again: `asked` are the categories to confirm, `granted` what else the form grants.

    `by_signal`: they opted out by Global Privacy Control, which they send now, and not before. `choice` is the form's
    word when it is sent again, `override` the word that confirms them and `confirmed` the token that shows that it was
    asked.
    """

    language: str
    root: str
    back: str
    asked: Sequence[str]
    granted: Sequence[str]
    by_signal: bool
    choice: str
    override: str
    confirmed: str
    from_preferences: bool


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
            site=view.site,
            view=view,
            notice=self._policy.notice,
            archive=self._archive_url(view.root),
            cards=self._cards(words, view.decision),
            asked=view.decision.prompt is Prompt.BANNER,
            kept=_kept,
            gpc_denied=_named(words, view.decision, Reason.GPC),
            gpc_overridden=_named(words, view.decision, Reason.GPC_OVERRIDDEN),
            dnt_denied=_named(words, view.decision, Reason.OBJECTION),
            sold=_names(words, sorted(self._policy.sold_or_shared)),
            sensitive=_names(words, sorted(self._policy.sensitive)),
            says_dnt_objection=view.dnt is DntStatement.OBJECTION,
            says_dnt=view.dnt is not DntStatement.NONE,
            attribution=self._attribution,
        )

    def confirm(self, confirmation: Confirmation) -> str:
        """The page that asks again before something is turned on against an opt-out."""
        frame = self._frame(texts(confirmation.language), confirmation.root)
        text = self.confirmation_text(confirmation)
        return template("confirm.html").render(**frame, confirmation=confirmation, text=text, back=confirmation.back)

    def confirmation_text(self, confirmation: Confirmation) -> str:
        """What it asks, and what that goes against."""
        words = texts(confirmation.language)
        text = words.confirm.gpc if confirmation.by_signal else words.confirm.opt_out
        return text.format(categories=_names(words, confirmation.asked))

    def message(self, language: str, root: str, back: str, title: str, text: str) -> str:
        """A short page about something that could not be done. `back` is the page that it was tried on."""
        frame = self._frame(texts(language), root)
        return template("message.html").render(**frame, back=back, title=title, text=text)

    def _archive_url(self, root: str) -> str:
        """Where earlier versions stand: the site's own archive, else ours; empty where there is neither."""
        notice = self._policy.notice
        if notice.archive_url != notice.url:
            return notice.archive_url
        kept = len(notice.versions) > 1 or any(version.text is not None for version in notice.versions)
        return f"{root}{self._policy.prefix}/notice/" if kept else ""

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
    return _names(words, [name for name, why in decision.reasons.items() if why is reason])


def _names(words: Texts, categories: Iterable[str]) -> str:
    return ", ".join(words.category(name).name for name in categories)
