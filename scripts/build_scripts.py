"""Squeeze the scripts of `static/banner` for browsers: `static/banner/squeezed/*.js`, which is what pages are given.

What is written by people is `static/banner/*.js`. Run it after a change there; a test compares the two by the digest of
the source, which the first line of what is squeezed names:

    make scripts

It needs tdewolff-minify (MIT), which renames what is local: that is a tenth of what a browser has to fetch.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

BANNER = Path(__file__).resolve().parents[1] / "static" / "banner"
SQUEEZED = BANNER / "squeezed"


def first_line(source: str) -> str:
    """What tells which source a squeezed script was made from."""
    return f"// {hashlib.sha256(source.encode()).hexdigest()[:16]}\n"


def main() -> None:
    """Write the files."""
    import minify  # noqa: PLC0415 - the tests need the digest, and not the tool

    SQUEEZED.mkdir(exist_ok=True)
    for script in sorted(BANNER.glob("*.js")):
        source = script.read_text(encoding="utf-8")
        squeezed = minify.string("text/javascript", source)
        (SQUEEZED / script.name).write_text(first_line(source) + squeezed, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
