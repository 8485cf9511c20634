"""The region of a request: what the edge says, what the database says of the address, and what follows from both."""

from __future__ import annotations

from starlette.datastructures import Headers

from consentgate.model import Address, Region, RegionSource
from consentgate.policy import Policy
from consentgate.visitor.client_ip import client_address, is_trusted
from consentgate.visitor.edge import edge_fields, edge_region
from consentgate.visitor.forwarded import read_hops
from consentgate.visitor.geoip import RegionOf


class RegionFinder:
    """Finds regions as a policy says. The address is looked up and forgotten."""

    def __init__(self, policy: Policy, geoip: RegionOf) -> None:
        self._trusted = policy.trusted_proxies
        self._forwarded = policy.forwarded
        self._edge = edge_fields(policy)
        self._geoip = geoip

    def __call__(self, peer: str | None, headers: Headers) -> Region:
        """The region of a request from `peer`, the host of `scope["client"]`."""
        edge = self._said_by_edge(peer, headers)
        if edge is None:
            return self._geoip(self.address(peer, headers))
        if edge.code is None:
            return edge
        return agreed(edge, self._geoip(self.address(peer, headers)))

    def address(self, peer: str | None, headers: Headers) -> Address | None:
        """The visitor's address, or None when it can't be told."""
        return client_address(peer, self._hops(headers) if is_trusted(peer, self._trusted) else (), self._trusted)

    def _said_by_edge(self, peer: str | None, headers: Headers) -> Region | None:
        if self._edge is None or not is_trusted(peer, self._trusted):
            return None
        return edge_region(headers, self._edge)

    def _hops(self, headers: Headers) -> list[str]:
        return read_hops(self._forwarded, headers.getlist(self._forwarded))


def agreed(edge: Region, geoip: Region) -> Region:
    """The edge's region, unless the database names another country: then nobody knows, and the strictest rules hold."""
    if geoip.code is None or geoip.country == edge.country:
        return edge
    return Region(None, RegionSource.CONFLICT, f"edge {edge.country}, geoip {geoip.country}")
