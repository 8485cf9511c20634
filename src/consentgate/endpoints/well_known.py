"""What the host says of itself to machines: Global Privacy Control, and where it is turned on the tracking status.

Both are the same for everybody, so they look at no cookie and no signal, set no cookie, and are neither counted nor
logged (W3C Tracking Preference Expression forbids both).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from consentgate.endpoints.answers import kept_by_caches
from consentgate.endpoints.refusal import Refusal
from consentgate.policy import Policy
from consentgate.policy.signals import TrackingStatus

_GPC = "/.well-known/gpc.json"
_TRACKING_STATUS = "/.well-known/dnt/"
_FOR_A_DAY = "public, max-age=86400"


class WellKnown:
    """The addresses under /.well-known/ of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        status = policy.tracking_status
        self._tracking = _json(_status(status, policy.tracking_status_value)) if status else None

    def has(self, path: str) -> bool:
        """Whether we answer for a path. Anything else there is the app's."""
        return path == _GPC or (self._tracking is not None and path.startswith(_TRACKING_STATUS))

    def answer(self, path: str, request: Request, now: datetime) -> Response:
        """The answer for a path that `has` is true of, at `now`: a version of the notice may take effect any day.

        Our Tk header names no status-id, so there is no status of a single request below the site's.
        """
        if path == _GPC:
            return kept_by_caches(_json(_gpc(self._policy, now)), request, _headers("application/json"))
        if path != _TRACKING_STATUS or self._tracking is None:
            raise Refusal(404, "not_found")
        return kept_by_caches(self._tracking, request, _headers("application/tracking-status+json"))


def _gpc(policy: Policy, now: datetime) -> Mapping[str, object]:
    """W3C Global Privacy Control: that the signal is honored, and since when."""
    since = policy.gpc_since_at(now)
    return {"gpc": True} if since is None else {"gpc": True, "lastUpdate": since.isoformat()}


def _status(status: TrackingStatus, value: str) -> Mapping[str, object]:
    """W3C Tracking Preference Expression, section 6.5."""
    controller = {"controller": list(status.controller)} if status.controller else {}
    return {"tracking": value, **controller, "policy": status.policy, "config": status.config}


def _json(members: Mapping[str, object]) -> bytes:
    return json.dumps(members).encode()


def _headers(media_type: str) -> Mapping[str, str]:
    return {"Content-Type": media_type, "Cache-Control": _FOR_A_DAY}
