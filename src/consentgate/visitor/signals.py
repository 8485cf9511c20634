"""Global Privacy Control and Do Not Track, as received."""

from __future__ import annotations

from collections.abc import Sequence

from consentgate.model import Signals


def read_signals(sec_gpc: Sequence[str], dnt: Sequence[str]) -> Signals:
    """The signals of a request, from the values of its `Sec-GPC` and `DNT` headers.

    GPC: a value of exactly `1` counts, any other is ignored, one among several is enough (W3C GPC, section 3.2).
    DNT: what follows the first character is ignored (W3C Tracking Preference Expression, section 5.2).
    """
    return Signals(gpc="1" in sec_gpc, dnt=_DNT.get(dnt[0][:1]) if dnt else None)


_DNT = {"1": True, "0": False}
