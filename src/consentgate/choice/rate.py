"""How often one network may choose. Somebody who writes choices by the thousand would fill the ledger.

An address is never kept. What is kept is a digest with a salt of this process, and that for as long as its owner's
choices count, about a minute. An address in IPv4 stands for itself: its neighbours in a /24 are strangers, who must not
be able to use up each other's choices. In IPv6 a customer is given a /56 at the least and often a /48 (RIPE-690), and
changes addresses in it at will, so all of a /56 counts as one; who runs a network is given a /32 at the least
(RIPE-738). As somebody with more than a /56 has many of them, the wider networks around an address are measured too.
A great many people may sit behind one address, at a job fair or behind a mobile operator, so an honest network gets far
more than one visitor ever needs.

Addresses that nobody has on the open internet stand for a proxy that the policy does not name, and so for everybody at
once. They share one measure with the visitors whose address is not known; it is ten times as large.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from types import MappingProxyType

from consentgate.model import Address

_IPV6_CUSTOMER = 56
_MOST_NETWORKS = 20_000
"""Some 4 MB. Where more than these choose within a minute, those that chose longest ago are forgotten."""

_ROUNDING = 1e-3
"""Seconds: a float of today's date is no finer than a fraction of this."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`burst` choices at once, then one every `seconds`."""

    burst: int
    seconds: float

    @property
    def lasts(self) -> float:
        """Seconds until a whole burst is used up."""
        return self.burst * self.seconds


@dataclass(frozen=True, slots=True)
class Measures:
    """How much each kind of network may: one `address` of IPv4 or /56 of IPv6, the `wider` networks around it in IPv6
    by the length of their prefix in bits (a multiple of 8), and together all that can't be told apart.
    """

    address: Measure
    wider: Mapping[int, Measure]
    everybody_else: Measure


CHOICES = Measures(
    address=Measure(burst=60, seconds=1.0),
    wider=MappingProxyType({48: Measure(burst=240, seconds=0.25), 32: Measure(burst=1200, seconds=0.05)}),
    everybody_else=Measure(burst=600, seconds=0.1),
)


def networks_of(address: Address | None, measures: Measures) -> list[tuple[bytes, Measure]]:
    """The networks that an address counts for, as bytes that no two share, each with its measure."""
    if address is None or not address.is_global:
        return [(b"", measures.everybody_else)]
    if isinstance(address, IPv4Address):
        return [(_network(address, 32), measures.address)]
    own = (_network(address, _IPV6_CUSTOMER), measures.address)
    return [own, *((_network(address, length), measure) for length, measure in measures.wider.items())]


def _network(address: Address, length: int) -> bytes:
    """The version, the prefix's length and its bytes."""
    return bytes((address.version, length)) + address.packed[: length // 8]


class RateLimit:
    """Counts what networks do: the generic cell rate algorithm, one moment per network (ITU-T I.371, annex A).

    For each network it keeps when all that was done will be used up; an entry whose moment has passed says nothing.
    Without `measures` of its own it is made for choices.
    """

    def __init__(
        self, measures: Measures = CHOICES, salt: Callable[[], bytes] = lambda: secrets.token_bytes(16)
    ) -> None:
        self._measures = measures
        self._salt = salt()
        self._used_up: OrderedDict[bytes, float] = OrderedDict()

    def wait(self, address: Address | None, now: datetime) -> int:
        """Take one choice from each network of `address`: 0 if it may be made, else whole seconds until one may.

        What may not be made uses up nothing.
        """
        moment = now.timestamp()
        self._forget(moment)
        networks = [(self._name(network), measure) for network, measure in networks_of(address, self._measures)]
        used_up = {name: self._used_up_by(name, measure, moment) for name, measure in networks}
        too_early = max(used_up[name] + measure.seconds - moment - measure.lasts for name, measure in networks)
        if too_early > _ROUNDING:
            return math.ceil(too_early)
        for name, measure in networks:
            self._used_up[name] = used_up[name] + measure.seconds
            self._used_up.move_to_end(name)
        return 0

    def __len__(self) -> int:
        """Networks that are remembered."""
        return len(self._used_up)

    def _name(self, network: bytes) -> bytes:
        return hashlib.blake2b(network, key=self._salt, digest_size=16).digest()

    def _used_up_by(self, name: bytes, measure: Measure, moment: float) -> float:
        """When all that a network did is used up; now, where that is past."""
        used_up = max(self._used_up.get(name, moment), moment)
        # Only a clock that was set back leaves more than the measure holds: it must not lock a network out.
        return moment if used_up > moment + measure.lasts + _ROUNDING else used_up

    def _forget(self, moment: float) -> None:
        """Those used longest ago stand first: they go when their moment has passed, or when there are too many."""
        while self._used_up:
            name = next(iter(self._used_up))
            if self._used_up[name] > moment and len(self._used_up) < _MOST_NETWORKS:
                return
            del self._used_up[name]
