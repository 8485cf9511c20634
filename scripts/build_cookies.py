"""Write the cookie labels, `src/consentgate/data/cookies.tsv`, from the Open Cookie Database.

Run it by hand when that database has changed; its result is committed, so building the package needs no network.
The npm package @slashgear/gdpr-cookie-scanner carries the database unchanged:

    npm pack @slashgear/gdpr-cookie-scanner && tar xzf slashgear-gdpr-cookie-scanner-*.tgz
    python scripts/build_cookies.py package

The same input always gives the same bytes. The database's licence, which that package lacks, lies beside the
data already. Descriptions, domains and addresses are left out: four fifths of the size.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "src" / "consentgate" / "data"

CATEGORIES = {
    "Analytics": "analytics",
    "Functional": "functional",
    "Marketing": "marketing",
    "Necessary": "necessary",
    "Personalization": "functional",
    "Security": "necessary",
}
"""Their category to ours. Their `Functional` takes in what is strictly necessary, so a label says little."""

NAME = re.compile(r"[!-~]+")
"""Visible ASCII: what else they list is a slip, or storage that is no cookie."""

PREFIX = re.compile(r".{4,}[-_.:/]")
"""The prefixes that can be believed. Theirs go down to `_s` and `cap`, with which a site's own cookies begin."""


def name_rule(name: str, wildcard: bool) -> str | None:
    """`name` or `prefix*`; None where it is neither. A wildcard that is too short or open-ended stays a plain name."""
    starred = name.endswith("*")
    name = name.removesuffix("*")
    if not NAME.fullmatch(name):
        return None
    if (wildcard or starred) and PREFIX.fullmatch(name):
        return f"{name}*"
    return None if starred else name


def rows(database: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, str, str, str]]:
    """Name, category, platform and retention of each cookie. Raises KeyError for a category not in `CATEGORIES`."""
    for platform, cookies in database.items():
        for cookie in cookies:
            name = name_rule(cookie["cookie"].strip(), cookie["wildcardMatch"] == "1")
            if name is not None:
                retention = " ".join(cookie["retentionPeriod"].lower().split())
                yield name, CATEGORIES[cookie["category"]], " ".join(platform.split()), retention


def header(package: Path) -> str:
    """The comment lines above the labels: source, version, licence, what was changed, meaning."""
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    return (
        "# Cookie labels, from the Open Cookie Database (https://github.com/jkwakman/Open-Cookie-Database),\n"
        f"# as carried by the npm package @slashgear/gdpr-cookie-scanner {version}.\n"
        "# Apache License 2.0: licences/LICENSE-open-cookie-database.txt.\n"
        "# Changed by scripts/build_cookies.py: columns left out, categories in our words, short prefixes made names.\n"
        "# A label explains and never decides. Do not edit: what decides stands in vendors.toml.\n"
        "# name, or prefix with a trailing *\tcategory\tplatform\tretention\n"
    )


def main() -> None:
    """Write the labels."""
    parser = argparse.ArgumentParser(description="Write cookies.tsv from the Open Cookie Database.")
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    parser.add_argument("--data", type=Path, default=DATA, help="where to write; the package's data by default")
    arguments = parser.parse_args()
    database = json.loads((arguments.package / "src" / "data" / "open-cookie-database.json").read_text("utf-8"))
    lines = sorted({"\t".join(row) for row in rows(database)})
    text = header(arguments.package) + "".join(f"{line}\n" for line in lines)
    (arguments.data / "cookies.tsv").write_text(text, "utf-8", newline="\n")
    print(f"{len(lines)} labels, {len(text)} characters")


if __name__ == "__main__":
    main()
