"""Write `tests/data/html5lib_documents.txt` from html5lib's tokenizer and tree construction tests.

Run it by hand; its result is committed, so testing needs no network:

    pip download --no-binary html5lib --no-deps html5lib==1.1 && tar xzf html5lib-1.1.tar.gz
    python scripts/build_html_documents.py html5lib-1.1

It reads `html5lib/tests/testdata` of the unpacked source package and keeps only the documents, one JSON string a line:
what a browser makes of them is told by `make verdicts`. Tests of character references say nothing about tags and stay
out, and so do most of the thousand spellings of a doctype.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"

LEFT_OUT = frozenset({"entities01", "entities02", "entities", "namedEntities", "numericEntities", "unicodeChars"})
DOCTYPES = "test3"

OPENERS = {
    "RCDATA state": "<title>",
    "RAWTEXT state": "<style>",
    "Script data state": "<script>",
    "PLAINTEXT state": "<plaintext>",
    "CDATA section state": "<svg><![CDATA[",
}
"""Tokenizer state -> markup that brings a browser there."""


def tree_documents(tests: Path) -> Iterator[str]:
    """The `#data` of every test of tree construction."""
    for file in sorted((tests / "tree-construction").rglob("*.dat")):
        if file.stem not in LEFT_OUT:
            for test in file.read_bytes().decode().split("#data\n")[1:]:
                yield test.partition("\n#errors")[0]


def tokenizer_documents(tests: Path) -> Iterator[str]:
    """The input of every tokenizer test, behind markup that leads to each state it begins in."""
    for file in sorted((tests / "tokenizer").glob("*.test")):
        if file.stem not in LEFT_OUT:
            for test in json.loads(file.read_bytes()).get("tests", []):
                if not (file.stem == DOCTYPES and test["input"].upper().startswith("<!DOCTYPE")):
                    yield from with_openers(test)


def with_openers(test: dict[str, Any]) -> Iterator[str]:
    """One tokenizer test as documents."""
    text = test["input"].encode().decode("unicode_escape") if test.get("doubleEscaped") else test["input"]
    for state in test.get("initialStates", ["Data state"]):
        named = f"<{test['lastStartTag']}>" if "lastStartTag" in test else None
        yield (named or OPENERS[state] if state in OPENERS else "") + text


def encodable(document: str) -> bool:
    """Whether it has no lone surrogate, which no page can have either."""
    return document.isascii() or not any("\ud800" <= character <= "\udfff" for character in document)


def main() -> None:
    """Write the documents and their licence."""
    parser = argparse.ArgumentParser(description="Write the documents of html5lib's tests.")
    parser.add_argument("package", type=Path, help="the unpacked html5lib source package")
    tests = parser.parse_args().package / "html5lib" / "tests" / "testdata"
    documents = dict.fromkeys([*tree_documents(tests), *tokenizer_documents(tests)])
    lines = [json.dumps(document) for document in documents if encodable(document)]
    text = "".join(f"{line}\n" for line in lines)
    (DATA / "html5lib_documents.txt").write_text(text, "ascii", newline="\n")
    shutil.copyfile(tests / "LICENSE", DATA / "html5lib_documents.LICENSE.txt")
    print(f"{len(lines)} documents, {len(text)} characters")


if __name__ == "__main__":
    main()
