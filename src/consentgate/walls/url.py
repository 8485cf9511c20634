"""Host and path of a URL, as browsers read it (WHATWG URL Standard, https://url.spec.whatwg.org/).

A wall that reads URLs more strictly than browsers do is a wall with holes: `\\host`, `http:///host`, `%2e` and
fullwidth letters all reach the same server. Where this reading and a browser's still differ, this one finds a host in
what a browser refuses to load, never the other way round.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial

_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_TAB_OR_NEWLINE = str.maketrans("", "", "\t\n\r")
_BACKSLASH = str.maketrans("\\", "/")

# The special schemes that reach a host (URL Standard section 4.2). Without a slash ("http:host") the URL is relative
# where the page has the same scheme and absolute elsewhere; it counts as absolute here. Without a scheme two slashes
# are needed.
_AUTHORITY = re.compile(r"(?:(?:https?|wss?|ftp):[/\\]*+|[/\\]{2}[/\\]*+)([^/\\?#]*+)([^#]*+)", re.IGNORECASE)
LONGEST_HOST = 253
"""Characters of a name (RFC 1035 section 2.3.4, without the dot at its end)."""

_HOST_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,62}")
_PORT = re.compile(r":[0-9]*\Z")
_PERCENT_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})++")
_UNRESERVED = re.compile(r"%(?:2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])")

# UTS #46 drops these code points from a host and reads these as a full stop.
_IGNORED_IN_HOSTS = re.compile("[\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2060\u2064\ufe00-\ufe0f\ufeff]")
_FULL_STOPS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})


def host_and_path(url: str) -> tuple[str, str] | None:
    """Where a browser would send the request for this URL; None where it has no host of its own.

    The host is lower-case ASCII (Punycode where needed) without trailing dot, user information and port. The path
    begins with a slash, has its dot segments resolved and its unreserved characters decoded (RFC 3986 section 6.2.2),
    and includes the query. None for relative URLs and for schemes that reach no host (`data:`, `mailto:`, `blob:`).
    Never raises.
    """
    found = _AUTHORITY.match(url.strip(_C0_AND_SPACE).translate(_TAB_OR_NEWLINE))
    if found is None:
        return None
    host = _host(found[1])
    return (host, _path_and_query(found[2])) if host else None


def is_host_name(host: str) -> bool:
    """Whether a host, in lower case, is a name below a parent (RFC 1123 section 2.1) and no address."""
    return len(host) <= LONGEST_HOST and _HOST_NAME.fullmatch(host) is not None


def _host(authority: str) -> str:
    """The host of an authority: what follows the last `@`, without its port, in ASCII (URL Standard section 3.5)."""
    host = _PORT.sub("", authority.rpartition("@")[2])
    if "%" in host:
        host = _PERCENT_RUN.sub(_percent_decoded, host)
    if not host.isascii():
        host = _to_ascii(host)
    return host.lower().rstrip(".")


def _percent_decoded(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace")


def _to_ascii(host: str) -> str:
    """Domain to ASCII (UTS #46), as far as it can decide whether two names are the same host."""
    mapped = _IGNORED_IN_HOSTS.sub("", unicodedata.normalize("NFKC", host).casefold()).translate(_FULL_STOPS)
    return ".".join(map(_label_to_ascii, unicodedata.normalize("NFKC", mapped).split(".")))


def _label_to_ascii(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode", "replace").decode("ascii")


def _path_and_query(rest: str) -> str:
    path, mark, query = rest.partition("?")
    decode = partial(_UNRESERVED.sub, _unreserved)
    return _without_dot_segments(decode(path.translate(_BACKSLASH))) + mark + decode(query)


def _unreserved(escape: re.Match[str]) -> str:
    return chr(int(escape[0][1:], 16))


def _without_dot_segments(path: str) -> str:
    """Resolve `.` and `..` (URL Standard section 4.4, path state); `/` for an empty path."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
