"""How a row of the decision table is read: who asks, what they said when, and what is decided for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from consentgate.choice import ChoiceCookie
from consentgate.model import Choice, ChoiceState, Facts, Region, RegionSource, Signals
from consentgate.policy import Policy
from factories import KEY, make_policy, notice_table

NOON = time(12, 0)
_DNT = {"dnt:1": True, "dnt:0": False}
_LETTERS = {"a": "analytics", "d": "ads", "m": "marketing"}


@cache
def table_policy() -> Policy:
    """Three categories, four versions of the notice, Japan under `notice`, Do Not Track as an objection in Germany."""
    later = (
        {"version": "2", "updated": date(2026, 10, 12), "material": True},
        {"version": "3", "updated": date(2026, 11, 1)},
        {
            "version": "4",
            "updated": date(2027, 1, 15),
            "announced_at": date(2026, 12, 1),
            "effective_at": date(2027, 1, 15),
            "material": True,
        },
    )
    notice = notice_table(*later, dnt="We treat Do Not Track as an objection in Germany, but do not respond elsewhere.")
    notice["versions"][0] = {"version": "1", "updated": date(2025, 1, 1)}
    return make_policy(
        notice=notice,
        categories={
            "analytics": {},
            "ads": {"sale_or_sharing": True},
            "marketing": {"sale_or_sharing": True, "consent": "always"},
        },
        regimes={"profile": "lax"},
        signals={"regions": {"DE": "objection"}},
        banner={"link": "required"},
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    On `day` somebody asks from `region`, `sent` with signals or as a `minor` or a `bot`, or from `outside` of every
    site; `marked`: their browser sent Global Privacy Control before and keeps the marker of it. They `said` something
    `there`,
    `age` days before, `sending` signals too: `+a-d-m` granted analytics and refused ads and marketing; `!` is that it
    was confirmed. `expected` are the reasons of the three categories and the prompt.
    """

    day: str
    region: str
    sent: str
    said: str
    there: str
    age: str
    sending: str
    expected: tuple[str, ...]

    def facts(self, policy: Policy) -> Facts:
        """The facts, with the choice as its cookie brings it back."""
        now = datetime.combine(date.fromisoformat(self.day), NOON, UTC)
        choice, state = self._choice_in_cookie(policy, now)
        return Facts(
            region=_region(self.region),
            signals=_signals(self.sent),
            choice=choice,
            choice_state=state,
            bot="bot" in self.sent,
            now=now,
            minor="minor" in self.sent,
            opted_out_before="marked" in self.sent,
            outside="outside" in self.sent,
        )

    def _choice_in_cookie(self, policy: Policy, now: datetime) -> tuple[Choice | None, ChoiceState]:
        if self.said == "-":
            return None, ChoiceState.ABSENT
        cookie, site = ChoiceCookie(policy, [KEY]), policy.sites[0].name
        value = cookie.write(self._choice(policy, now - timedelta(days=int(self.age)), site))
        return cookie.read([value], site, now)

    def _choice(self, policy: Policy, made_at: datetime, site: str) -> Choice:
        region, signals = _region(self.there), _signals(self.sending)
        granted, refused = (_categories(self.said, sign) for sign in "+-")
        lifetime = policy.lifetimes.of(region)
        days = lifetime.refusal_days if refused else lifetime.grant_days
        return Choice(
            consent_id="A" * 22,
            site=site,
            revision=policy.revision_at(made_at),
            regime=policy.regimes.of(region),
            granted=granted,
            refused=refused,
            made_at=made_at,
            grants_until=made_at + timedelta(days=lifetime.grant_days),
            valid_until=made_at + timedelta(days=days),
            signals=signals,
            gpc_overridden=self.said.endswith("!"),
        )


def rows_of(table: str) -> list[Row]:
    """All rows. A line `@ 2026-11-22` says on which day those below it are; one with `#` what they are about."""
    day, rows = "", []
    for line in table.strip().splitlines():
        if line.startswith("@"):
            day = line.removeprefix("@").strip()
        elif line and not line.startswith("#"):
            region, sent, said, there, age, sending, *expected = (cell.strip() for cell in line.split("|"))
            rows.append(Row(day, region, sent, said, there, age, sending, tuple(expected)))
    return rows


def _region(code: str) -> Region:
    known = None if code in {"?", "-"} else code
    return Region(known, RegionSource.GEOIP if known else RegionSource.NONE, "by the table")


def _signals(words: str) -> Signals:
    dnt = next((value for word, value in _DNT.items() if word in words), None)
    return Signals(gpc="gpc" in words, dnt=dnt)


def _categories(said: str, sign: str) -> frozenset[str]:
    pairs = zip(said[::2], said[1::2], strict=False)
    return frozenset(_LETTERS[letter] for given, letter in pairs if given == sign)
