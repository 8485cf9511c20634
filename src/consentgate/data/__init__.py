"""The data that ships with consentgate; whose it is and under which licence stands in `licences/`."""

from __future__ import annotations

from pathlib import Path


def path(name: str) -> Path:
    """Return where the data file `name` lies. A real file, not a resource stream: databases are mapped in place."""
    return Path(__file__).parent / name
