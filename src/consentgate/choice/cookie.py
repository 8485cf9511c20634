"""The signed cookie that keeps a choice.

A visitor can read it: `1.<site>.<revision>.<regime>.<categories>.<signals>.<time>.<id>.<signature>`, for example
`1.5a0c2f7e.91d3b2aa.opt_in.+analytics-marketing.0n.6742a1f0.Zk3v…`. Only the signature needs the server. A bad cookie
is a fact with a name, never an error.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from itsdangerous import BadSignature, Signer

from consentgate.errors import ConfigurationError, Problem
from consentgate.model import Choice, ChoiceState, Regime, Signals
from consentgate.policy import Policy

SHORTEST_KEY = 16
"""Characters. A key of `secrets.token_urlsafe(32)` has 43."""

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead the clock of another server may be before its cookies are not believed."""

_REMEMBERED = 4096
_LONGEST = 512
_SAID = re.compile(r"([+-])([a-z][a-z_]*)")
_PAYLOAD = re.compile(
    r"1\.(?P<site>[0-9a-f]{8})\.(?P<revision>[0-9a-f]{8})\.(?P<regime>opt_in|opt_out|notice)\."
    r"(?P<said>(?:[+-][a-z][a-z_]*)*)\.(?P<gpc>[012])(?P<dnt>[01n])\.(?P<made_at>[0-9a-f]{1,10})\.(?P<id>[\w-]{22})"
)
_DNT = {None: "n", False: "0", True: "1"}
_DNT_READ = {letter: dnt for dnt, letter in _DNT.items()}


class ChoiceCookie:
    """Reads and writes the choice cookie of one policy.

    `secret_keys`: the newest first. It signs; all verify, so that a key can be replaced while serving.
    Raises ConfigurationError when there is no key or one is too short to be a secret.
    """

    def __init__(self, policy: Policy, secret_keys: Sequence[str]) -> None:
        _check(secret_keys)
        self._policy = policy
        self._site = hashlib.sha256(policy.site.encode()).hexdigest()[:8]
        # itsdangerous wants the signing key last.
        self._signer = Signer(
            list(reversed(secret_keys)), "consentgate.choice", key_derivation="hmac", digest_method=hashlib.sha256
        )
        # One visitor's cookie comes with each of their requests: verifying it once is enough.
        self._verified = lru_cache(_REMEMBERED)(self._verify)

    def name(self, *, secure: bool) -> str:
        """`__Host-` keeps other hosts and plain HTTP from setting it (RFC 6265bis section 4.1.3.2).

        A site that is only a part of its host has a name of its own, so that two of them don't forget each other.
        """
        name = f"consent-{self._site}" if "/" in self._policy.site else "consent"
        return f"__Host-{name}" if secure else name

    def read(self, values: Iterable[str], now: datetime) -> tuple[Choice | None, ChoiceState]:
        """The newest valid choice among the cookies of our name, so that an old one can't outvote a withdrawal.

        Without a valid one: None, and what was wrong with the last.
        """
        newest: Choice | None = None
        state = ChoiceState.ABSENT
        for value in values:
            choice, what = self._dated(value, now)
            if choice is None:
                state = state if newest else what
            elif newest is None or _outvotes(choice, newest):
                newest, state = choice, ChoiceState.VALID
        return newest, state

    def write(self, choice: Choice) -> str:
        """The cookie's value."""
        said = [f"+{name}" for name in sorted(choice.granted)] + [f"-{name}" for name in sorted(choice.refused)]
        gpc = 2 if choice.gpc_overridden else int(choice.signals.gpc)
        made_at = f"{int(choice.made_at.timestamp()):x}"
        fields = ("1", self._site, choice.revision, choice.regime, "".join(said), f"{gpc}{_DNT[choice.signals.dnt]}")
        return self._signer.sign(".".join((*fields, made_at, choice.consent_id))).decode("ascii")

    def set_cookie(self, choice: Choice, *, secure: bool) -> str:
        """The Set-Cookie header that keeps a choice for as long as it holds."""
        attributes = f"Path=/; Max-Age={int(self.lifetime(choice).total_seconds())}; HttpOnly; SameSite=Lax"
        end = "; Secure" if secure else ""
        return f"{self.name(secure=secure)}={self.write(choice)}; {attributes}{end}"

    def lifetime(self, choice: Choice) -> timedelta:
        """From the click, not sliding: that of a grant if anything was granted, else that of a refusal."""
        return timedelta(days=self._policy.grant_days if choice.granted else self._policy.refusal_days)

    def _dated(self, value: str, now: datetime) -> tuple[Choice | None, ChoiceState]:
        if len(value) > _LONGEST or not value.isascii():
            return None, ChoiceState.MALFORMED
        choice, state = self._verified(value)
        if choice is None:
            return None, state
        if choice.made_at > now + CLOCK_SKEW:
            return None, ChoiceState.FROM_THE_FUTURE
        if now >= choice.made_at + self.lifetime(choice):
            return None, ChoiceState.EXPIRED
        return choice, ChoiceState.VALID

    def _verify(self, value: str) -> tuple[Choice | None, ChoiceState]:
        payload, _, signature = value.rpartition(".")
        fields = _PAYLOAD.fullmatch(payload)
        if fields is None or not signature:
            return None, ChoiceState.MALFORMED
        try:
            self._signer.unsign(value)
        except BadSignature:
            return None, ChoiceState.BAD_SIGNATURE
        if fields["site"] != self._site:
            return None, ChoiceState.OTHER_SITE
        return self._choice(fields), ChoiceState.VALID

    def _choice(self, fields: re.Match[str]) -> Choice:
        said = _SAID.findall(fields["said"])
        return Choice(
            consent_id=fields["id"],
            site=self._policy.site,
            revision=fields["revision"],
            regime=Regime(fields["regime"]),
            granted=frozenset(name for sign, name in said if sign == "+"),
            refused=frozenset(name for sign, name in said if sign == "-"),
            made_at=datetime.fromtimestamp(int(fields["made_at"], 16), UTC),
            signals=Signals(gpc=fields["gpc"] != "0", dnt=_DNT_READ[fields["dnt"]]),
            gpc_overridden=fields["gpc"] == "2",
        )


def _outvotes(choice: Choice, other: Choice) -> bool:
    """The newer one, and of two in the same second the one that grants less."""
    return (choice.made_at, -len(choice.granted)) > (other.made_at, -len(other.granted))


def _check(secret_keys: object) -> None:
    mend = 'Make one with python -c "import secrets; print(secrets.token_urlsafe(32))" and keep it outside the code.'
    if not isinstance(secret_keys, list | tuple) or not secret_keys:
        text = "It takes a list with at least one key."
        problems = [Problem("secret-keys-missing", "secret_keys", text, mend)]
    else:
        text = f"It is not a text of at least {SHORTEST_KEY} characters."
        problems = [
            Problem("secret-keys-short", f"secret_keys[{place}]", text, mend)
            for place, key in enumerate(secret_keys)
            if not isinstance(key, str) or len(key.strip()) < SHORTEST_KEY
        ]
    if problems:
        raise ConfigurationError("ConsentGate", tuple(problems))
