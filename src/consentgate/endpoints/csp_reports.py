"""Reports of our own Content-Security-Policy, turned into counts of hosts. Nothing else of them is kept."""

from __future__ import annotations

from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from consentgate.choice.rate import Measure, Measures, RateLimit
from consentgate.endpoints.reading import read_body, read_media_type, refuse_too_many
from consentgate.endpoints.refusal import Refusal
from consentgate.ledger.counters import OTHER, Counters, hour_of
from consentgate.page_view import record_csp_blocked, record_undeclared
from consentgate.policy import Policy
from consentgate.visit import Visit
from consentgate.walls.csp_report import LARGEST_BODY, Declared, Place, Report, ReportType, reports_in

_REPORTS = Measures(
    address=Measure(burst=300, seconds=0.2),
    wider=MappingProxyType({48: Measure(burst=1200, seconds=0.05)}),
    everybody_else=Measure(burst=3000, seconds=0.02),
)
"""A page may have a few dozen violations, and a browser sends each by itself."""

_MOST_HOSTS = 500
"""Hosts of one hour that are counted by their names. Anybody can send reports, and each name is a row on the disk."""


class _Names:
    """The hosts that were named within an hour."""

    def __init__(self) -> None:
        self._hour = 0
        self._hosts: set[str] = set()

    def of(self, host: str, hour: int) -> str:
        """The name to count a host by: its own, or `other` where there are too many."""
        if hour != self._hour:
            self._hour, self._hosts = hour, set()
        if host not in self._hosts and len(self._hosts) >= _MOST_HOSTS:
            return OTHER
        self._hosts.add(host)
        return host


class CspReports:
    """Answers `POST /csp`: 204 once it was read, whatever it says."""

    def __init__(self, policy: Policy, counters: Counters) -> None:
        self._policy = policy
        self._counters = counters
        self._declared = Declared(policy.walls.hosts, policy.vendors, policy.catalog)
        self._own_hosts = frozenset(site.host.partition(":")[0] for site in policy.sites)
        self._rate = RateLimit(_REPORTS)
        self._names = _Names()

    async def answer(self, request: Request, visit: Visit) -> Response:
        """Take the reports, or raise Refusal."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise Refusal(403, "cross_site")
        refuse_too_many(visit, self._rate)
        read_media_type(request, ReportType)
        body = await read_body(request, LARGEST_BODY)
        own_hosts = self._own_hosts | {request.headers.get("host", "").lower().partition(":")[0]}
        for report in reports_in(body):
            if report.document is None or report.document.host in own_hosts:
                self._count(report, visit, own_hosts)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    def _count(self, report: Report, visit: Visit, own_hosts: frozenset[str]) -> None:
        """A host that nobody declared by its name, a vendor that was kept out by its id."""
        visit = visit.about(report.document.path) if report.document else visit
        vendor = self._declared.vendor(report.blocked)
        if vendor is not None:
            if self._policy.walls.csp_enforces:
                record_csp_blocked(visit, self._counters, vendor.id)
        elif self._is_undeclared(report.blocked, own_hosts):
            host = self._names.of(report.blocked.host, hour_of(visit.facts.now))
            record_undeclared(visit, self._counters, host)

    def _is_undeclared(self, blocked: Place, own_hosts: frozenset[str]) -> bool:
        return blocked.host not in own_hosts and not self._declared.has(blocked.host)
