"""What must hold of the notice: its versions follow each other, and no text changes under the name of its version."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, moment_of, table, tables, text
from consentgate.policy.values import NOTICE_FILE


def versions_are_named_once_and_in_order(raw: Raw) -> Iterator[Problem]:
    """By the dates that visitors see, and by when they take effect."""
    versions = tables(table(raw, "notice"), "versions")
    for name, count in Counter(str(entry.get("version")) for entry in versions).items():
        if count > 1:
            what = (
                f"Version {name!r} stands there {count} times, so a choice could not be shown to stand under one text."
            )
            yield Problem("policy-notice-twice", "notice.versions", what, "Give each version its own name.")
    for keys in (("updated",), ("effective_at", "updated")):
        dates = [moment_of(entry, *keys) for entry in versions]
        if any(earlier and later and later < earlier for earlier, later in pairwise(dates)):
            what = (
                f"The versions are not in the order of `{keys[0]}`, so an old one would be taken for the one in force."
            )
            yield Problem("policy-notice-order", "notice.versions", what, "Put the oldest first.")
            return


def versions_are_announced_before_they_take_effect(raw: Raw) -> Iterator[Problem]:
    """An announcement afterwards is none."""
    for place, entry in enumerate(tables(table(raw, "notice"), "versions")):
        announced, effective = moment_of(entry, "announced_at"), moment_of(entry, "effective_at", "updated")
        if announced and effective and effective < announced:
            at = f"notice.versions[{place}].effective_at"
            what = "It would take effect before it is announced: nobody could learn of the change in time."
            yield Problem("policy-notice-announced-late", at, what, "Set effective_at to announced_at or later.")


def texts_are_what_they_were(raw: Raw, folder: Path) -> Iterator[Problem]:
    """Each text that a version names lies in `folder`, with the very bytes that it was published with."""
    for place, entry in enumerate(tables(table(raw, "notice"), "versions")):
        yield from _text_is_what_it_was(entry, f"notice.versions[{place}]", folder)


def _text_is_what_it_was(entry: Raw, place: str, folder: Path) -> Iterator[Problem]:
    name, promised = text(entry, "file"), text(entry, "sha256")
    if not name:
        if promised:
            what = "There is a sha256 and no file, so nothing is kept of what this version said."
            yield Problem("policy-notice-file-unnamed", f"{place}.sha256", what, "Name the file, or remove the sha256.")
        return
    if not re.fullmatch(NOTICE_FILE, name):
        return
    try:
        content = (folder / name).read_bytes()
        content.decode("utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        what = f"{name} can't be read ({why}): the archive would lack what visitors agreed to."
        yield Problem("policy-notice-file-missing", f"{place}.file", what, "Put the file back, beside the policy file.")
        return
    is_now = hashlib.sha256(content).hexdigest()
    if not promised:
        what = f"Without its sha256, {name} could change unnoticed after visitors agreed to it."
        yield Problem("policy-notice-sha256-missing", f"{place}.sha256", what, f'Write sha256 = "{is_now}".')
    elif promised != is_now:
        what = (
            f"{name} has changed since this version was published: choices would stand under a text nobody was shown."
        )
        mend = f"Put the old text back, and make a new version of the new one (its sha256 is {is_now})."
        yield Problem("policy-notice-changed", f"{place}.sha256", what, mend)
