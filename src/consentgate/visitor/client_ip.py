"""The visitor's address, as far as it can be believed.

The peer is the visitor unless it is a proxy that the policy trusts. Only then the hops are walked from the right: each
trusted one vouches for the one before it, the first that isn't trusted is the visitor. Anything malformed on the way
ends in unknown, which `decide` meets with the strictest rules; so does a walk that meets only proxies, since where a
proxy stands says nothing of a visitor.

A server that has put the visitor into `scope["client"]` already does no harm: a visitor is not trusted, so nothing is
walked again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from consentgate.model import Address

Network = IPv4Network | IPv6Network

MOST_HOPS = 20
"""Hops that are walked. What stands before them is the visitor's to write, and changes nothing."""

_NAT64 = ip_network("64:ff9b::/96")
"""The well-known prefix of RFC 6052 section 2.1."""

_IPV6 = "[0-9A-Fa-f]*:[0-9A-Fa-f:.]+"
_ZONE = "(?:%[0-9A-Za-z._~-]+)?"
_PORT = "(?::(?:[0-9]{1,5}|_[0-9A-Za-z._-]+))?"
_NODE = re.compile(rf"(?:\[({_IPV6}){_ZONE}\]|([0-9.]+)){_PORT}|({_IPV6}){_ZONE}")
"""RFC 7239 section 6, and IPv6 without brackets, which leaves no room for a port, as X-Forwarded-For has it."""


def client_address(peer: str | None, hops: Sequence[str], trusted: Sequence[Network]) -> Address | None:
    """The visitor's address, or None when it can't be told.

    `peer` is the host of `scope["client"]`; `hops` are those of the header that the policy names, as received.
    """
    address = parse_address(peer or "")
    if address is None or not _is_among(trusted, address):
        return address
    for hop in reversed(hops[-MOST_HOPS:]):
        address = parse_address(hop)
        if address is None or not _is_among(trusted, address):
            return address
    return None


def is_trusted(peer: str | None, trusted: Sequence[Network]) -> bool:
    """Whether what the peer says of its visitor may be believed."""
    address = parse_address(peer or "")
    return address is not None and _is_among(trusted, address)


def parse_address(text: str) -> Address | None:
    """An address with or without port, brackets and zone; an IPv4 address that an IPv6 one holds, as that.

    None for anything else: names, `unknown`, `_hidden`, what is no address.
    """
    node = _NODE.fullmatch(text)
    if node is None:
        return None
    try:
        address = ip_address(node[1] or node[2] or node[3])
    except ValueError:
        return None
    return _unwrapped(address) if isinstance(address, IPv6Address) else address


def _unwrapped(address: IPv6Address) -> Address | None:
    """The IPv4 address inside, if any: databases list IPv4 networks under their own addresses only.

    Mapped addresses are how a socket writes IPv4. The others are ways through the internet, where a private address
    has no place (RFC 6052 section 3.1, RFC 3056 section 2): such a one is made up, and must not pass for a proxy.
    """
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    inside = _carried(address)
    if inside is None:
        return address
    return inside if inside.is_global else None


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that NAT64, 6to4 (RFC 3056) or Teredo (RFC 4380, the client's) carries."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.teredo[1] if address.teredo else address.sixtofour


def _is_among(trusted: Sequence[Network], address: Address) -> bool:
    return any(address.version == network.version and address in network for network in trusted)
