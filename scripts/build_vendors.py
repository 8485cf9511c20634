"""Write the wide vendor catalogue, `src/consentgate/data/vendors.tsv`, from the third-party-web data set.

Run it by hand when that data set has a new release; its result is committed, so building the package needs no network:

    npm pack third-party-web && tar xzf third-party-web-*.tgz
    python scripts/build_vendors.py package

It reads `dist/entities-nostats.json`, `package.json` and `LICENSE` of the unpacked npm package. The same input
always gives the same bytes. What this catalogue gets wrong is put right in `vendors.toml`, never here.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "src" / "consentgate" / "data"

CATEGORIES = {
    "ad": "marketing",
    "marketing": "marketing",
    "social": "marketing",
    "video": "marketing",
    "analytics": "analytics",
    "tag-manager": "analytics",
    "customer-success": "functional",
}
"""Their category to ours. Utilities, hosting and content stay out: blocked as a class they would break pages."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One line of the catalogue. `hosts` are suffixes: each stands for itself and all its subdomains."""

    id: str
    name: str
    category: str
    hosts: tuple[str, ...]

    def __str__(self) -> str:
        return "\t".join((self.id, self.name, self.category, ",".join(self.hosts)))


def readable(name: str) -> str:
    """The name on one line, with UTF-8 that was once read as Latin-1 put right."""
    with contextlib.suppress(UnicodeError):  # A name that was sound fails one of the two steps and stays.
        name = name.encode("latin-1").decode()
    return " ".join(name.split())


def slug(name: str) -> str:
    """The name as an id: lower-case ASCII letters and digits with single hyphens."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")


def host(domain: str) -> str:
    """Their domain as a host suffix: `*.example.com` and `example.com` mean the same to us."""
    return domain.removeprefix("*.").lower()


def entity(record: dict[str, object]) -> Entity:
    """One entity of their JSON. Raises KeyError for a category that `CATEGORIES` does not name."""
    name, domains = readable(str(record["name"])), record["domains"]
    if not isinstance(domains, list):
        raise TypeError(f"the domains of {name} are not a list")
    hosts = tuple(sorted({host(domain) for domain in domains}))
    return Entity(slug(name), name, CATEGORIES[str(record["category"])], hosts)


def without_repeats(entities: Iterable[Entity]) -> list[Entity]:
    """The entities by id, each host kept once; of two that name a host, a marketing vendor keeps it, the stricter.

    Raises ValueError when two names make the same id.
    """
    kept: dict[str, Entity] = {}
    claimed: set[str] = set()
    for one in sorted(entities, key=lambda each: (each.category != "marketing", each.id)):
        if one.id in kept:
            raise ValueError(f"{one.name} and {kept[one.id].name} have the same id")
        kept[one.id] = replace(one, hosts=tuple(each for each in one.hosts if each not in claimed))
        claimed.update(one.hosts)
    return [one for _, one in sorted(kept.items()) if one.hosts]


def read_entities(package: Path) -> list[Entity]:
    """All entities of the unpacked npm package that set or load what needs consent."""
    records = json.loads((package / "dist" / "entities-nostats.json").read_text("utf-8"))
    return without_repeats(entity(record) for record in records if record["category"] in CATEGORIES)


def header(package: Path) -> str:
    """The comment lines above the catalogue: source, version, licence, meaning."""
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    return (
        f"# The wide vendor catalogue, from third-party-web {version} (https://github.com/patrickhulce/third-party-web).\n"
        "# MIT licence, (c) Patrick Hulce: licences/LICENSE-third-party-web.txt.\n"
        "# Written by scripts/build_vendors.py; do not edit: vendors.toml overrides it host by host.\n"
        "# id\tname\tcategory\thost suffixes\n"
    )


def main() -> None:
    """Write the catalogue and its licence."""
    parser = argparse.ArgumentParser(description="Write vendors.tsv from the third-party-web npm package.")
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    parser.add_argument("--data", type=Path, default=DATA, help="where to write; the package's data by default")
    arguments = parser.parse_args()
    entities = read_entities(arguments.package)
    text = header(arguments.package) + "".join(f"{one}\n" for one in entities)
    (arguments.data / "vendors.tsv").write_text(text, "utf-8", newline="\n")
    shutil.copyfile(arguments.package / "LICENSE", arguments.data / "licences" / "LICENSE-third-party-web.txt")
    print(f"{len(entities)} vendors, {sum(len(one.hosts) for one in entities)} hosts, {len(text)} characters")


if __name__ == "__main__":
    main()
