"""Who is visiting the demo: a place to come from, and the signals that the browser sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

COOKIE = "demo_visitor"
_SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visitor comes from. `address` is one from a network of that region, as providers document them."""

    code: str
    name: str
    address: str


GERMANY = Place("DE", "Germany", "91.0.0.1")

PLACES = (
    GERMANY,
    Place("FR", "France", "90.0.0.1"),
    Place("GB", "United Kingdom", "86.128.0.1"),
    Place("CH", "Switzerland", "85.0.0.1"),
    Place("NO", "Norway", "88.88.0.1"),
    Place("US-CA", "California", "67.180.0.1"),
    Place("US-TX", "Texas", "70.112.0.1"),
    Place("BR", "Brazil", "177.32.0.1"),
    Place("CA-QC", "Quebec", "24.200.0.1"),
    Place("CA-ON", "Ontario", "99.224.0.1"),
    Place("JP", "Japan", "126.0.0.1"),
    Place("IN", "India", "117.192.0.1"),
    # A proxy that forwards no address but a word: the gate has to call such a visitor's region unknown.
    Place("unknown", "Unknown", "unknown"),
)

_PLACE_OF = {place.code: place for place in PLACES}


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the demo's proxy tells the site about a visitor."""

    place: Place = GERMANY
    gpc: bool = False
    dnt: bool = False

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> Self:
        """The visitor of the panel's form. A place that is not in `PLACES` is Germany."""
        return cls(_PLACE_OF.get(form.get("region", ""), GERMANY), gpc="gpc" in form, dnt="dnt" in form)

    @classmethod
    def from_cookie(cls, value: str) -> Self:
        """The visitor of a cookie's value, such as `US-CA.gpc`. An empty one is the visitor nobody has changed."""
        region, *signals = value.split(_SEPARATOR)
        return cls.from_form({"region": region} | dict.fromkeys(signals, "on"))

    @property
    def cookie(self) -> str:
        """The value that `from_cookie` reads."""
        signals = [name for name, sent in (("gpc", self.gpc), ("dnt", self.dnt)) if sent]
        return _SEPARATOR.join([self.place.code, *signals])
