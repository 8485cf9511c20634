"""How a request comes by its region, step by step. What each step does is the visitor room's; here it is only told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.datastructures import Headers

from consentgate.model import Address, Region
from consentgate.policy import Policy
from consentgate.policy.regimes import wants_choices_link
from consentgate.visitor.client_ip import client_address, is_trusted, parse_address
from consentgate.visitor.edge import edge_fields, edge_region
from consentgate.visitor.forwarded import read_hops
from consentgate.visitor.geoip import GeoIP
from consentgate.visitor.region import RegionFinder


@dataclass(frozen=True, slots=True)
class Step:
    """One step and what came of it, in words."""

    name: str
    finding: str


def explain(peer: str, headers: Headers, policy: Policy, geoip: GeoIP) -> Iterator[Step]:
    """The steps for a request from the address `peer` with these headers.

    They name addresses: for the operator's eyes only.
    """
    yield Step("peer", peer)
    yield Step("trusted", _trust(peer, policy))
    yield from _hops(peer, headers, policy)
    hops = read_hops(policy.forwarded, headers.getlist(policy.forwarded))
    address = client_address(peer, hops, policy.trusted_proxies)
    yield Step("address", str(address) if address else "can't be told")
    yield Step("edge", _edge(peer, headers, policy))
    yield Step("database", f"{geoip.database.kind}, data of {geoip.database.built or 'an unknown day'}")
    yield Step("record", _record(address, geoip))
    region = RegionFinder(policy, geoip)(peer, headers)
    yield Step("region", str(region))
    yield Step("source", region.source)
    yield Step("why", region.why)
    yield Step("regime", policy.regimes.of(region))
    yield Step("choices link", "required on every page" if wants_choices_link(region) else "not required")


def _trust(peer: str, policy: Policy) -> str:
    if is_trusted(peer, policy.trusted_proxies):
        return "yes, the policy names it as a proxy"
    if not policy.trusted_proxies:
        return "no: the policy trusts nobody, so the peer is the visitor"
    return "no: so the peer is the visitor, whatever it sends"


def _hops(peer: str, headers: Headers, policy: Policy) -> Iterator[Step]:
    """The hops as they are walked, the nearest first, as far as anyone looks at them."""
    hops = read_hops(policy.forwarded, headers.getlist(policy.forwarded))
    if not is_trusted(peer, policy.trusted_proxies):
        if hops:
            yield Step("hops", f"{len(hops)} in {policy.forwarded}, not looked at")
        return
    if not hops:
        yield Step("hops", f"none in {policy.forwarded}")
    for hop in reversed(hops):
        address = parse_address(hop)
        trusted = address is not None and is_trusted(hop, policy.trusted_proxies)
        finding = "a trusted proxy" if trusted else "the visitor" if address else "can't be read, so nobody knows"
        yield Step("hop", f"{address or repr(hop)}: {finding}")
        if not trusted:
            return


def _edge(peer: str, headers: Headers, policy: Policy) -> str:
    fields = edge_fields(policy)
    if fields is None:
        return "none in the policy"
    if not is_trusted(peer, policy.trusted_proxies):
        return f"{policy.edge}, not believed from this peer"
    region = edge_region(headers, fields)
    return f"{policy.edge} says nothing" if region is None else f"{policy.edge}: {_told(region)}"


def _record(address: Address | None, geoip: GeoIP) -> str:
    """What the database has, before any rule is applied to it."""
    if address is None:
        return "not asked"
    try:
        place = geoip.database.place(address)
    except Exception:  # Damaged records raise anything; the region says unknown all the same.
        return "can't be read"
    if place is None:
        return "none"
    return f"country {place.country or 'unknown'}" + (f", state {place.state}" if place.state else "")


def _told(region: Region) -> str:
    return f"{region} ({region.why})"
