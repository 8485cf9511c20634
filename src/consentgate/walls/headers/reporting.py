"""Report-To and NEL: whom a browser tells of errors, beside the site, even of requests that never reached it.

Report-To is the first version of the W3C Reporting API, which Chromium still reads for Network Error Logging.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from consentgate.walls.headers.targets import vendors_at, vendors_named
from consentgate.walls.headers.verdict import Member, Verdict, whole, without_reaching
from consentgate.walls.html.window import TagJudge

END_OF_LOGGING = '{"max_age":0}'
"""Takes back what an earlier response has set up (W3C Network Error Logging); to leave NEL out would not."""

_MOST_BRACKETS = 200


def filter_report_to(judge: TagJudge, value: str) -> Verdict:
    """The groups of endpoints but for those with one of a vendor to keep out."""
    groups = _members(value)
    if groups is None:
        return whole(value, vendors_named(judge, value))
    members = (
        Member(json.dumps(group, separators=(",", ":")), vendors_at(judge, _texts(group)), _name(group, "group"))
        for group in groups
    )
    return without_reaching(value, members)


def logs_to(value: str, groups: Collection[str]) -> bool:
    """Whether a NEL header sends its logs to one of `groups`, or can't be read and so might."""
    members = _members(value)
    return members is None or any(_name(member, "report_to") in groups for member in members)


def _members(value: str) -> list[Any] | None:
    """Both headers are a JSON list without its brackets. None for anything else, and for what is nested too deep."""
    if value.count("{") + value.count("[") > _MOST_BRACKETS:
        return None
    try:
        members = json.loads(f"[{value}]")
    except ValueError:
        return None
    return members if isinstance(members, list) else None


def _name(member: Any, key: str) -> str:
    name = member.get(key) if isinstance(member, dict) else None
    return name if isinstance(name, str) else "default"


def _texts(value: Any) -> Iterator[str]:
    """All texts within, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
