"""Write the patterns of robots' user agents, `src/consentgate/data/bots.txt`, from the npm package isbot.

Run it by hand when isbot has a new release; its result is committed, so building the package needs no network:

    npm pack isbot && tar xzf isbot-*.tgz
    python scripts/build_bots.py package

It reads `index.js`, `package.json` and `LICENSE` of the unpacked npm package. The same input always gives the same
bytes. A pattern that Python's `re` does not take, or that has upper-case letters, stops it: mend `EDITS` then.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "src" / "consentgate" / "data"

LIST = re.compile(r"^var patterns_default = (\[.*?^\]);$", re.DOTALL | re.MULTILINE)
"""The list in their index.js; what stands between the brackets is JSON."""

EDITS = {
    r"[\w\d-.]": r"[\w\d.-]",
    "(?<! channel/|google/)": "(?<! channel/)(?<!google/)",
}
"""JavaScript takes a class for the start of a range, and a lookbehind of several lengths; `re` takes neither."""


def read_patterns(package: Path) -> list[str]:
    """The patterns of the unpacked npm package, as `re` takes them. Raises ValueError for what it does not."""
    found = LIST.search((package / "index.js").read_text("utf-8"))
    if found is None:
        raise ValueError("index.js has no list of patterns any more")
    return [translated(pattern) for pattern in json.loads(found[1])]


def translated(pattern: str) -> str:
    """One pattern with the edits. Raises ValueError where it would not mean the same in Python."""
    for theirs, ours in EDITS.items():
        pattern = pattern.replace(theirs, ours)
    re.compile(pattern, re.ASCII)
    if re.search(r"(?<!\\)[A-Z]", pattern) or "\n" in pattern or pattern.startswith("# "):
        raise ValueError(f"{pattern!r} can't be matched against lower-case text, or not be written on a line")
    if pattern.startswith("^") and "|" in re.sub(r"\\.|\[[^]]*\]|\((?:[^()]|\([^()]*\))*\)", "", pattern):
        raise ValueError(f"{pattern!r} has alternatives of which only the first begins at the start")
    return pattern


def header(package: Path) -> str:
    """The comment lines above the patterns: source, version, licence, meaning."""
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    return (
        f"# Patterns of robots' user agents, from isbot {version} (https://github.com/omrilotan/isbot).\n"
        "# Unlicense: licences/UNLICENSE-isbot.txt.\n"
        "# Written by scripts/build_bots.py; do not edit. One regular expression a line, for lower-case text.\n"
    )


def main() -> None:
    """Write the patterns and their licence."""
    parser = argparse.ArgumentParser(description="Write bots.txt from the isbot npm package.")
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    parser.add_argument("--data", type=Path, default=DATA, help="where to write; the package's data by default")
    arguments = parser.parse_args()
    patterns = read_patterns(arguments.package)
    text = header(arguments.package) + "".join(f"{pattern}\n" for pattern in patterns)
    (arguments.data / "bots.txt").write_text(text, "utf-8", newline="\n")
    shutil.copyfile(arguments.package / "LICENSE", arguments.data / "licences" / "UNLICENSE-isbot.txt")
    print(f"{len(patterns)} patterns")


if __name__ == "__main__":
    main()
