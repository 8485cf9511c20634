"""Headers whose members are URLs in quotes, as structured fields have them (RFC 9651).

Speculation-Rules is a list of files of rules (WHATWG HTML), Reporting-Endpoints a dictionary of those whom reports go
to (W3C Reporting API).
"""

from __future__ import annotations

import re

from consentgate.walls.headers.targets import vendors_at, vendors_named
from consentgate.walls.headers.verdict import Member, Verdict, unquoted, whole, without_reaching
from consentgate.walls.html.window import TagJudge

_KEY = r"[a-z*][a-z0-9_.*-]*+"
_STRING = r'"(?:[ !#-\[\]-~]|\\["\\])*+"'
_PARAMETER = rf";[ ]*+{_KEY}(?:=(?:{_STRING}|[^\s;,\"]*+))?+"
_MEMBER = rf"(?:({_KEY})=)?+({_STRING})(?:{_PARAMETER})*+"
_URLS = re.compile(_MEMBER)
_WHOLE = re.compile(rf"[ ]*+(?:{_MEMBER}(?:[ \t]*+,[ \t]*+{_MEMBER})*+)?+[ ]*+")


def filter_urls(judge: TagJudge, value: str) -> Verdict:
    """The members but for those whose URL is a vendor's to keep out. What can't be read stays if it names none."""
    if not _WHOLE.fullmatch(value):
        return whole(value, vendors_named(judge, value))
    members = (
        Member(member[0], vendors_at(judge, [unquoted(member[2])]), member[1] or "") for member in _URLS.finditer(value)
    )
    return without_reaching(value, members)
