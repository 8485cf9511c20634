"""What one page view adds to the counters, and its signals' lines in the log. Neither is about one visitor.

A page outside of every site adds nothing: counters are by site, and another notice says what may be counted there.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping

from consentgate.ledger import counters
from consentgate.ledger.counters import Cell, Counters, Mark
from consentgate.model import ChoiceState, RegionSource, Signal
from consentgate.visit import Visit

_signals_log = logging.getLogger("consentgate.signals")

_UNREMARKABLE = frozenset({ChoiceState.VALID, ChoiceState.ABSENT})


def record_page_view(visit: Visit, into: Counters, *, asked: bool) -> None:
    """Count a page that was sent: its impression if it `asked`, and its signals, which the log gets a line of too.

    A region that two sources disagree on and a choice cookie that was no good are counted beside them.
    """
    if visit.outside:
        return
    for what in _whats(visit, asked=asked):
        into.add(_cell(visit, what))
    if asked:
        into.add(_mark(visit, "browser", visit.agent.browser))
        into.add(_mark(visit, "language", visit.language))
    if visit.facts.region.source is RegionSource.CONFLICT:
        # Two country codes and nothing else, so there are only so many keys.
        into.add(_mark(visit, "region_conflict", visit.facts.region.why))
    if visit.facts.choice_state not in _UNREMARKABLE:
        into.add(_mark(visit, "choice_state", visit.facts.choice_state))
    log_signals(visit)


def record_blocked(visit: Visit, into: Counters, blocked: Mapping[str, int]) -> None:
    """Count the tags that were kept out of a page, or of a piece of one, by vendor; undeclared ones apart as well."""
    for vendor, count in ({} if visit.outside else blocked).items():
        into.add(_mark(visit, "vendor_blocked", vendor), count)
        if visit.policy.undeclared(vendor) is not None:
            into.add(_mark(visit, "vendor_undeclared", vendor), count)


def record_unread(visit: Visit, into: Counters, *, sealed: str | None, cut: str | None) -> None:
    """Count a page that no wall could read: `sealed` is why from its beginning, `cut` the limit that it went over."""
    if visit.outside:
        return
    if sealed is not None:
        into.add(_mark(visit, "page_sealed", sealed))
    if cut is not None:
        into.add(_mark(visit, "wall_limit", cut))


def record_cookies(visit: Visit, into: Counters, dimension: str, names: Iterable[str]) -> None:
    """Count cookies that a response wanted to set: those kept back, those that would be, those nobody knows."""
    for name in () if visit.outside else names:
        into.add(_mark(visit, dimension, name))


def record_undeclared(visit: Visit, into: Counters, host: str) -> None:
    """Count a host that pages load from although neither the site nor a vendor of it claims it."""
    if not visit.outside:
        into.add(_mark(visit, "undeclared_host", host))


def record_csp_blocked(visit: Visit, into: Counters, vendor: str) -> None:
    """Count what our Content-Security-Policy kept out, by vendor: it was not seen by the walls before it."""
    if not visit.outside:
        into.add(_mark(visit, "csp_blocked", vendor))


def log_signals(visit: Visit) -> None:
    """One line of JSON for each signal: what came, what was done with it, where, under which notice."""
    for signal, value in _received(visit):
        line = {
            "signal": signal,
            "value": f"{value:d}",
            "disposition": visit.decision.dispositions[signal],
            "region": str(visit.facts.region),
            "regime": visit.decision.regime,
            "notice": visit.notice.version,
        }
        _signals_log.info(json.dumps(line))


def _whats(visit: Visit, *, asked: bool) -> Iterator[str]:
    if asked:
        yield counters.IMPRESSION_REPEAT if visit.came_from_this_site else counters.IMPRESSION_ENTRY
    for signal, value in _received(visit):
        yield counters.signal(signal, value, visit.decision.dispositions[signal])


def _received(visit: Visit) -> Iterator[tuple[Signal, bool]]:
    if visit.facts.signals.gpc:
        yield Signal.GPC, True
    if visit.facts.signals.dnt is not None:
        yield Signal.DNT, visit.facts.signals.dnt


def _cell(visit: Visit, what: str) -> Cell:
    return Cell(
        hour=counters.hour_of(visit.facts.now),
        site=visit.site.name,
        region=visit.facts.region.code or counters.UNKNOWN,
        regime=visit.decision.regime,
        device=visit.agent.device,
        notice=visit.notice.version,
        bot=visit.facts.bot,
        what=what,
    )


def _mark(visit: Visit, dimension: str, key: str) -> Mark:
    return Mark(counters.hour_of(visit.facts.now), visit.site.name, dimension, key)
