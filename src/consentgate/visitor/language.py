"""The language to ask in."""

from __future__ import annotations

from collections.abc import Collection

_MOST_RANGES = 32
_LONGEST_RANGE = 35
"""Characters, as RFC 5646 section 4.4.1 reckons. Lookup shortens a range step by step, so it may not be endless."""


def choose_language(accept_language: str, available: Collection[str], default: str) -> str:
    """The best of `available` for an Accept-Language header (RFC 9110 section 12.5.4), else `default`.

    A range matches by lookup (RFC 4647 section 3.4): `de-AT` falls back to `de`.
    """
    for wanted in _by_quality(accept_language):
        while 0 < len(wanted) <= _LONGEST_RANGE:
            if wanted in available:
                return wanted
            wanted = wanted.rpartition("-")[0]  # noqa: PLW2901 - lookup shortens the range step by step
    return default


def _by_quality(header: str) -> list[str]:
    """The ranges by falling quality, without those of quality 0; equal ones stay in their order."""
    ranges = [_range(part) for part in header.split(",")[:_MOST_RANGES]]
    return [name for name, quality in sorted(ranges, key=lambda entry: -entry[1]) if name and quality > 0]


def _range(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    key, _, value = parameter.strip().partition("=")
    if key.strip().lower() != "q":
        return name.strip().lower(), 1.0
    try:
        quality = float(value)
    except ValueError:
        return "", 0.0
    # "nan" is a float too, and no comparison with it holds.
    return name.strip().lower(), quality if 0 <= quality <= 1 else 0.0
