"""How often one network may choose. Somebody who writes choices by the thousand would fill the ledger.

An address is never kept. What is kept is a digest with a salt of this process, and that for as long as its owner's
choices count, about a minute. An address in IPv4 stands for itself: its neighbours in a /24 are strangers, who must not
be able to use up each other's choices. In IPv6 a customer is given a /56 at the least (RIPE-690) and changes addresses
in it at will, so all of it counts as one. A great many people may sit behind one address, at a job fair or behind a
mobile operator, so an honest network gets far more than one visitor ever needs.

Addresses that nobody has on the open internet stand for a proxy that the policy does not name, and so for everybody at
once. They share one measure with the visitors whose address is not known; it is ten times as large.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address

from consentgate.model import Address

_IPV6_NETWORK = 56
_MOST_NETWORKS = 20_000
"""Some 4 MB. Where more than these choose within a minute, those that chose longest ago are forgotten."""

_ROUNDING = 1e-3
"""Seconds: a float of today's date is no finer than a fraction of this."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`burst` choices at once, then one every `seconds`."""

    burst: int
    seconds: float


ONE_NETWORK = Measure(burst=60, seconds=1.0)
EVERYBODY_ELSE = Measure(burst=600, seconds=0.1)


def network_of(address: Address | None) -> bytes:
    """The network that an address counts for, as bytes; empty for one that is not known or stands for a proxy."""
    if address is None or not address.is_global:
        return b""
    if isinstance(address, IPv4Address):
        return address.packed
    return address.packed[: _IPV6_NETWORK // 8]


class RateLimit:
    """Counts the choices of networks: the generic cell rate algorithm, one moment per network (ITU-T I.371, annex A).

    For each network it keeps when all that was chosen will be used up; an entry whose moment has passed says nothing.
    """

    def __init__(self, salt: Callable[[], bytes] = lambda: secrets.token_bytes(16)) -> None:
        self._salt = salt()
        self._used_up: OrderedDict[bytes, float] = OrderedDict()

    def wait(self, address: Address | None, now: datetime) -> int:
        """Take one choice from the network of `address`: 0 if it may be made, else whole seconds until one may."""
        network = network_of(address)
        measure = ONE_NETWORK if network else EVERYBODY_ELSE
        moment = now.timestamp()
        self._forget(moment)
        name = hashlib.blake2b(network, key=self._salt, digest_size=16).digest()
        used_up = max(self._used_up.get(name, moment), moment)
        if used_up > moment + measure.burst * measure.seconds + _ROUNDING:
            used_up = moment  # Only a clock that was set back leaves so much: it must not lock a network out.
        too_early = used_up + measure.seconds - moment - measure.burst * measure.seconds
        if too_early > _ROUNDING:
            return math.ceil(too_early)
        self._used_up[name] = used_up + measure.seconds
        self._used_up.move_to_end(name)
        return 0

    def __len__(self) -> int:
        """Networks that are remembered."""
        return len(self._used_up)

    def _forget(self, moment: float) -> None:
        """Those used longest ago stand first: they go when their moment has passed, or when there are too many."""
        while self._used_up:
            name = next(iter(self._used_up))
            if self._used_up[name] > moment and len(self._used_up) < _MOST_NETWORKS:
                return
            del self._used_up[name]
