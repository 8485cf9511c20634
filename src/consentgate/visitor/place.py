"""Where a database puts an address: the country, and the state where a regime may depend on it.

Databases say it in different shapes, with codes or with English names, and sometimes with codes that are no country's.
What comes out is the same for all: ISO 3166-1 and the second half of ISO 3166-2, or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consentgate.policy.regions import ALIASES, COUNTRIES, SUBDIVISIONS

STATES: Mapping[str, Mapping[str, str]] = {
    "US": {
        "Alabama": "AL",
        "Alaska": "AK",
        "Arizona": "AZ",
        "Arkansas": "AR",
        "California": "CA",
        "Colorado": "CO",
        "Connecticut": "CT",
        "Delaware": "DE",
        "District of Columbia": "DC",
        "Florida": "FL",
        "Georgia": "GA",
        "Hawaii": "HI",
        "Idaho": "ID",
        "Illinois": "IL",
        "Indiana": "IN",
        "Iowa": "IA",
        "Kansas": "KS",
        "Kentucky": "KY",
        "Louisiana": "LA",
        "Maine": "ME",
        "Maryland": "MD",
        "Massachusetts": "MA",
        "Michigan": "MI",
        "Minnesota": "MN",
        "Mississippi": "MS",
        "Missouri": "MO",
        "Montana": "MT",
        "Nebraska": "NE",
        "Nevada": "NV",
        "New Hampshire": "NH",
        "New Jersey": "NJ",
        "New Mexico": "NM",
        "New York": "NY",
        "North Carolina": "NC",
        "North Dakota": "ND",
        "Ohio": "OH",
        "Oklahoma": "OK",
        "Oregon": "OR",
        "Pennsylvania": "PA",
        "Rhode Island": "RI",
        "South Carolina": "SC",
        "South Dakota": "SD",
        "Tennessee": "TN",
        "Texas": "TX",
        "Utah": "UT",
        "Vermont": "VT",
        "Virginia": "VA",
        "Washington": "WA",
        "West Virginia": "WV",
        "Wisconsin": "WI",
        "Wyoming": "WY",
    },
    "CA": {
        "Alberta": "AB",
        "British Columbia": "BC",
        "Manitoba": "MB",
        "New Brunswick": "NB",
        "Newfoundland and Labrador": "NL",
        "Northwest Territories": "NT",
        "Nova Scotia": "NS",
        "Nunavut": "NU",
        "Ontario": "ON",
        "Prince Edward Island": "PE",
        "Quebec": "QC",
        "Québec": "QC",
        "Saskatchewan": "SK",
        "Yukon": "YT",
    },
}
"""ISO 3166-2 by English name, for databases without codes (DB-IP, ip-location-db), where a state decides the regime."""


@dataclass(frozen=True, slots=True)
class Place:
    """ISO 3166-1 alpha-2, and the second half of an ISO 3166-2 code where it can decide the regime. None is unknown."""

    country: str | None
    state: str | None = None

    @classmethod
    def of(cls, country: object, state: object = None, state_name: object = None) -> Place:
        """The place of a country's code and a state's code or, without one, its English name; nonsense is unknown."""
        country = ALIASES.get(country, country) if isinstance(country, str) else None
        if country is None or country not in COUNTRIES:
            return cls(None)
        if country not in SUBDIVISIONS:
            return cls(country)
        if isinstance(state, str) and state in SUBDIVISIONS[country]:
            return cls(country, state)
        return cls(country, STATES[country].get(state_name) if isinstance(state_name, str) else None)


def flat_place(record: Mapping[str, Any]) -> Place:
    """The place of `{"country_code": "US", "state1": "Texas"}`, as the ip-location-db project writes it."""
    return Place.of(record.get("country_code"), state_name=record.get("state1"))


def nested_place(record: Mapping[str, Any]) -> Place:
    """The place of `{"country": {"iso_code": "US"}, "subdivisions": [{"iso_code": "TX", "names": {"en": "Texas"}}]}`.

    The first subdivision is the state; a further one may be a county.
    """
    state = (record.get("subdivisions") or [{}])[0]
    return Place.of(record.get("country", {}).get("iso_code"), state.get("iso_code"), state.get("names", {}).get("en"))
