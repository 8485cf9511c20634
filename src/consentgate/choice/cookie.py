"""The signed cookie that keeps a choice.

A visitor can read it: `2.<site>.<revision>.<regime>.<categories>.<signals>.<made at>.<grants until>.<valid until>.<id>`
and a signature, for example `2.5a0c2f7e.91d3b2aa.opt_in.+analytics-marketing.0n.6742a1f0.6830a670.6830a670.Zk3v…`. Only
the signature needs the server. A policy with many or long categories has five characters for each, as the whole has to
stay under 200 bytes. A bad cookie is a fact with a name, never an error.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from consentgate.choice.keys import signer
from consentgate.model import Choice, ChoiceState, CookieRule, Regime, Signals
from consentgate.policy import Policy

OWN_COOKIES = (
    CookieRule("consent", prefix=False, lifetime_days=None),
    CookieRule("consent-", prefix=True, lifetime_days=None),
)
"""The names that our cookies have, without prefixes."""

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead the clock of another server may be before its cookies are not believed."""

_REMEMBERED = 4096
_LONGEST = 512
_ROOM = 48
"""Characters that the categories may take: with the longest name that a cookie of ours has, all else takes 151."""
_WORD = "[a-z][a-z_]*|[0-9][0-9a-f]{4}"
_SAID = re.compile(rf"([+-])({_WORD})")
_TIME = "[0-9a-f]{1,9}"
_PAYLOAD = re.compile(
    r"2\.(?P<site>[0-9a-f]{8})\.(?P<revision>[0-9a-f]{8})\.(?P<regime>opt_in|opt_out|notice)\."
    rf"(?P<said>(?:[+-](?:{_WORD}))*)\.(?P<gpc>[012])(?P<dnt>[01n])\."
    rf"(?P<made_at>{_TIME})\.(?P<grants_until>{_TIME})\.(?P<valid_until>{_TIME})\.(?P<id>[\w-]{{22}})",
    re.ASCII,
)
_SIGNATURE = re.compile(r"[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)
"""The last of 43 characters of base64 carries four bits: each signature is taken in one spelling only."""
_DNT = {None: "n", False: "0", True: "1"}
_DNT_READ = {letter: dnt for dnt, letter in _DNT.items()}


class ChoiceCookie:
    """Reads and writes the choice cookies of one policy's sites.

    `secret_keys`: the first one signs; all verify, so that a key can be replaced while serving.
    Raises ConfigurationError when there is no key or one is too short to be a secret.
    """

    def __init__(self, policy: Policy, secret_keys: Sequence[str]) -> None:
        self._domain = policy.cookie_domain
        self._sites = {_digest(site.name): site.name for site in policy.sites}
        self._written = _written(policy.optional)
        self._read = {_shortened(name): name for name in policy.optional}
        self._signer = signer(secret_keys, "choice")
        # One visitor's cookie comes with each of their requests: verifying it once is enough.
        self._verified = lru_cache(_REMEMBERED)(self._verify)

    def name(self, site: str, *, secure: bool) -> str:
        """`__Host-` keeps other hosts and plain HTTP from setting it, `__Secure-` plain HTTP (RFC 6265bis 4.1.3).

        A site has a name of its own where another might share its cookies, so that none forgets the other: where it
        is a part of its host, or one of several under a Domain.
        """
        shares = "/" in site or (self._domain is not None and len(self._sites) > 1)
        name = f"consent-{_digest(site)}" if shares else "consent"
        if not secure:
            return name
        return f"__Secure-{name}" if self._domain else f"__Host-{name}"

    def read(self, values: Iterable[str], site: str, now: datetime) -> tuple[Choice | None, ChoiceState]:
        """The newest valid choice among the cookies of our name, so that an old one can't outvote a withdrawal.

        Without a valid one: None, and what was wrong with the last.
        """
        newest: Choice | None = None
        state = ChoiceState.ABSENT
        for value in values:
            choice, what = self._dated(value, site, now)
            if choice is None:
                state = state if newest else what
            elif newest is None or _outvotes(choice, newest):
                newest, state = choice, ChoiceState.VALID
        return newest, state

    def write(self, choice: Choice) -> str:
        """The cookie's value."""
        signed = [("+", name) for name in sorted(choice.granted)] + [("-", name) for name in sorted(choice.refused)]
        said = [sign + self._written.get(name, name) for sign, name in signed]
        gpc = 2 if choice.gpc_overridden else int(choice.signals.gpc)
        fields = (
            *("2", _digest(choice.site), choice.revision, choice.regime, "".join(said)),
            f"{gpc}{_DNT[choice.signals.dnt]}",
            *(f"{int(time.timestamp()):x}" for time in (choice.made_at, choice.grants_until, choice.valid_until)),
            choice.consent_id,
        )
        return self._signer.sign(".".join(fields)).decode("ascii")

    def set_cookie(self, choice: Choice, *, secure: bool) -> str:
        """The Set-Cookie header that keeps a choice for as long as it holds."""
        age = int((choice.valid_until - choice.made_at).total_seconds())
        return self.header(self.name(choice.site, secure=secure), self.write(choice), age, secure=secure)

    def header(self, name: str, value: str, age: int, *, secure: bool) -> str:
        """A Set-Cookie header with the attributes that all our cookies have. `age` is in seconds."""
        domain = f"; Domain={self._domain}" if self._domain else ""
        end = "; Secure" if secure else ""
        return f"{name}={value}; Path=/{domain}; Max-Age={age}; HttpOnly; SameSite=Lax{end}"

    def _dated(self, value: str, site: str, now: datetime) -> tuple[Choice | None, ChoiceState]:
        if len(value) > _LONGEST or not value.isascii():
            return None, ChoiceState.MALFORMED
        choice, state = self._verified(value)
        if choice is None:
            return None, state
        if choice.site != site:
            return None, ChoiceState.OTHER_SITE
        if choice.made_at > now + CLOCK_SKEW:
            return None, ChoiceState.FROM_THE_FUTURE
        if now >= choice.valid_until:
            return None, ChoiceState.EXPIRED
        return choice, ChoiceState.VALID

    def _verify(self, value: str) -> tuple[Choice | None, ChoiceState]:
        payload, _, signature = value.rpartition(".")
        fields = _PAYLOAD.fullmatch(payload)
        if fields is None or not signature:
            return None, ChoiceState.MALFORMED
        if not (_SIGNATURE.fullmatch(signature) and self._signer.validate(value)):
            return None, ChoiceState.BAD_SIGNATURE
        site = self._sites.get(fields["site"])
        if site is None:
            return None, ChoiceState.OTHER_SITE
        # Five characters that stand for none of the categories are of one that the policy had before.
        said = [(sign, self._read.get(word, word)) for sign, word in _SAID.findall(fields["said"])]
        return _choice(fields, site, said), ChoiceState.VALID


def _choice(fields: re.Match[str], site: str, said: Sequence[tuple[str, str]]) -> Choice:
    return Choice(
        consent_id=fields["id"],
        site=site,
        revision=fields["revision"],
        regime=Regime(fields["regime"]),
        granted=frozenset(name for sign, name in said if sign == "+"),
        refused=frozenset(name for sign, name in said if sign == "-"),
        made_at=_time(fields["made_at"]),
        grants_until=_time(fields["grants_until"]),
        valid_until=_time(fields["valid_until"]),
        signals=Signals(gpc=fields["gpc"] != "0", dnt=_DNT_READ[fields["dnt"]]),
        gpc_overridden=fields["gpc"] == "2",
    )


def _time(field: str) -> datetime:
    return datetime.fromtimestamp(int(field, 16), UTC)


def _digest(name: str) -> str:
    """Eight hex digits that stand for a site, whose name may hold what a cookie may not, or for a category."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def _written(categories: frozenset[str]) -> Mapping[str, str]:
    """How each category is written: by its name, or shortened where the names take too much room."""
    shortened = {name: _shortened(name) for name in categories}
    has_room = sum(len(name) + 1 for name in categories) <= _ROOM
    if has_room or len(set(shortened.values())) < len(categories):
        return {name: name for name in categories}
    return shortened


def _shortened(category: str) -> str:
    """Five characters that stand for a category. The first is a digit, as that of a name never is."""
    digest = _digest(category)
    return f"{int(digest[0], 16) % 10}{digest[1:5]}"


def _outvotes(choice: Choice, other: Choice) -> bool:
    """The newer one, and of two in the same second the one that grants less."""
    return (choice.made_at, -len(choice.granted)) > (other.made_at, -len(other.granted))
