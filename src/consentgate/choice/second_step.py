"""The token by which the second step shows that the first was taken: that the question was put, and a moment ago.

Opting in again takes a request and then its confirmation (Cal. Code Regs. title 11, section 7028(a)). The token comes
with the question and goes back with the answer. It holds nothing but its end and a signature over what was asked, so it
confirms that and nothing else, for the visitor who was asked, until they choose anything. Who has no choice yet has
nothing to be told from another by; that no other site answers for them is seen to by where the answer comes from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from consentgate.choice.confirmation import Question
from consentgate.choice.keys import signer

HOLDS = timedelta(minutes=15)

_TOKEN = re.compile(r"([0-9a-f]{1,9})\.([\w-]{43})", re.ASCII)


class SecondStep:
    """Makes the tokens and knows them again. `secret_keys`: the first one signs; all verify.

    Raises ConfigurationError when there is no key or one is too short to be a secret.
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._signer = signer(secret_keys, "second_step")

    def token(self, question: Question, now: datetime) -> str:
        """What has to come back with the answer."""
        ends = f"{int((now + HOLDS).timestamp()):x}"
        return f"{ends}.{self._signer.get_signature(_signed(question, ends)).decode('ascii')}"

    def is_taken(self, token: str, question: Question, now: datetime) -> bool:
        """Whether `token` came with this very question, no longer ago than it holds."""
        parts = _TOKEN.fullmatch(token)
        if parts is None or now.timestamp() > int(parts[1], 16):
            return False
        return self._signer.verify_signature(_signed(question, parts[1]), parts[2])


def _signed(question: Question, ends: str) -> bytes:
    """All that a token is bound to; what stands before the last parts can hold none of the signs between them."""
    choice = question.choice
    said_before = f"{choice.consent_id}.{int(choice.made_at.timestamp()):x}" if choice else ""
    categories = ",".join(sorted(question.categories))
    return "\n".join((ends, question.against, categories, said_before, question.site)).encode()
