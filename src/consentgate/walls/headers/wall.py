"""All headers of a response that load, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from consentgate.headers import Header
from consentgate.model import Vendor
from consentgate.walls.headers.link import filter_link
from consentgate.walls.headers.reporting import END_OF_LOGGING, filter_report_to, logs_to
from consentgate.walls.headers.structured import filter_urls
from consentgate.walls.headers.targets import vendors_at
from consentgate.walls.headers.verdict import Verdict, whole
from consentgate.walls.html.loads import refresh_urls
from consentgate.walls.html.window import TagJudge


@dataclass(frozen=True, slots=True)
class KeptBack:
    """A vendor that a header, named in lower case, wanted to reach."""

    header: str
    vendor: Vendor


def filter_headers(headers: Iterable[Header], judge: TagJudge) -> tuple[list[Header], list[KeptBack]]:
    """The headers without what would reach a vendor to keep out, and who that was.

    Order, spelling and bytes of all others stay as they are. A value of which nothing is left goes with its name.
    """
    kept: list[Header] = []
    kept_back: list[KeptBack] = []
    groups: set[str] = set()
    for name, value in headers:
        filter_value = _FILTERS.get(name.lower())
        if filter_value is None:
            kept.append((name, value))
            continue
        verdict = filter_value(judge, value.decode("latin-1"))
        kept_back += (KeptBack(name.lower().decode("ascii"), vendor) for vendor in verdict.vendors)
        groups |= verdict.names
        if verdict.value is not None:
            kept.append((name, verdict.value.encode("latin-1")) if verdict.vendors else (name, value))
    return (_without_logs_to(groups, kept) if groups else kept), kept_back


def filter_links(links: Iterable[bytes], judge: TagJudge) -> tuple[list[bytes], list[KeptBack]]:
    """The same for the values of Link headers alone, as early hints have them."""
    kept, kept_back = filter_headers([(b"link", bytes(link)) for link in links], judge)
    return [value for _, value in kept], kept_back


def _filter_refresh(judge: TagJudge, value: str) -> Verdict:
    """As `meta` refresh is read (WHATWG HTML, shared declarative refresh steps)."""
    return whole(value, vendors_at(judge, refresh_urls(value)))


def _without_logs_to(groups: set[str], headers: Iterable[Header]) -> list[Header]:
    """Where a NEL header names a group that is gone, it ends what it wanted to begin."""
    return [
        (name, END_OF_LOGGING.encode())
        if name.lower() == b"nel" and logs_to(value.decode("latin-1"), groups)
        else (name, value)
        for name, value in headers
    ]


_FILTERS: Mapping[bytes, Callable[[TagJudge, str], Verdict]] = MappingProxyType(
    {
        b"link": filter_link,
        b"refresh": _filter_refresh,
        b"speculation-rules": filter_urls,
        b"reporting-endpoints": filter_urls,
        b"report-to": filter_report_to,
    }
)

WALLED = frozenset(_FILTERS)
"""The names, in lower case, of headers in which vendors may be. Where none of them is, there is nothing to filter."""
