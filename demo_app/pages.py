"""The pages of the careers site, with nothing about consent in them but the demo panel's own question."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from consentgate import Policy

from .jobs import Job, load_jobs, search
from .panel import panel_of

TEMPLATES = Path(__file__).parent / "templates"

SESSION_COOKIE = "northwind_session"
ANALYTICS_COOKIE = "_ga"
_TWO_YEARS = 2 * 365 * 24 * 3600


class Pages:
    """The handlers of the site. `policy` gives the versions of the notice and the vendors of the cookie notice."""

    def __init__(self, policy: Policy, clock: Callable[[], datetime]) -> None:
        self._policy = policy
        self._clock = clock
        self._jobs = load_jobs()
        self._templates = Jinja2Templates(TEMPLATES, context_processors=[self._everywhere])
        self._templates.env.filters["long_date"] = long_date

    def routes(self) -> Sequence[Route]:
        """What stands where."""
        return (
            Route("/", self.home),
            Route("/jobs", self.job_list),
            Route("/jobs/{slug}", self.job),
            Route("/jobs/{slug}/apply", self.form),
            Route("/jobs/{slug}/apply", self.apply, methods=["POST"]),
            Route("/applied", self.applied),
            Route("/privacy", self.notice),
            Route("/privacy/archive", self.archive),
            Route("/privacy/archive/{version}", self.archived_notice),
            Route("/cookies", self.cookies),
        )

    async def home(self, request: Request) -> Response:
        """The front page, with the newest jobs."""
        return self._page(request, "home.html", jobs=self._jobs[:3], count=len(self._jobs))

    async def job_list(self, request: Request) -> Response:
        """All jobs, or those that match `?q=`."""
        query = request.query_params.get("q", "").strip()
        return self._page(request, "jobs.html", query=query, jobs=search(self._jobs, query))

    async def job(self, request: Request) -> Response:
        """One job."""
        return self._page(request, "job.html", job=self._job(request))

    async def form(self, request: Request) -> Response:
        """The application form."""
        return self._page(request, "apply.html", job=self._job(request))

    async def apply(self, request: Request) -> Response:
        """An application. The demo does not even read it: what is not read can't be kept."""
        self._job(request)
        return RedirectResponse("/applied", 303)

    async def applied(self, request: Request) -> Response:
        """Thank you. Here stands the pixel by which job boards count applications."""
        return self._page(request, "applied.html")

    async def notice(self, request: Request) -> Response:
        """The privacy notice in force."""
        return self._page(request, "notice.html", version=self._policy.notice.in_force(self._clock()))

    async def archive(self, request: Request) -> Response:
        """Every version of the notice."""
        return self._page(request, "archive.html", versions=self._policy.notice.versions[::-1])

    async def archived_notice(self, request: Request) -> Response:
        """One version of the notice, as it was."""
        for version in self._policy.notice.versions:
            if version.version == request.path_params["version"]:
                return self._page(request, "notice.html", version=version)
        raise HTTPException(404)

    async def cookies(self, request: Request) -> Response:
        """The cookie notice, with the vendors that the policy declares."""
        categories = [(category.name, self._policy.vendors_in(category.name)) for category in self._policy.categories]
        return self._page(request, "cookies.html", categories=categories)

    async def not_found(self, request: Request, _error: Exception) -> Response:
        """The answer for an address that does not exist, or no longer."""
        return self._page(request, "404.html", status=404)

    async def failed(self, request: Request, _error: Exception) -> Response:
        """The answer when a page could not be made."""
        return self._templates.TemplateResponse(request, "500.html", status_code=500)

    def _job(self, request: Request) -> Job:
        """The job of the address. Raises HTTPException (404) when it is filled or never was."""
        for job in self._jobs:
            if job.slug == request.path_params["slug"]:
                return job
        raise HTTPException(404)

    def _page(self, request: Request, template: str, status: int = 200, **context: object) -> Response:
        response = self._templates.TemplateResponse(request, template, dict(context), status)
        _set_cookies(request, response)
        return response

    def _everywhere(self, request: Request) -> dict[str, Any]:
        """What every template has."""
        preferences = f"{self._policy.prefix}/"
        in_force = self._policy.notice.in_force(self._clock())
        return {"panel": panel_of(request), "preferences": preferences, "in_force": in_force}


def _set_cookies(request: Request, response: Response) -> None:
    """A session cookie that the site needs, and one of Google Analytics, set by the server as some sites do.

    The second is the demo's bad habit: it is the gate's business to keep it back until analytics is granted.
    """
    if SESSION_COOKIE not in request.cookies:
        response.set_cookie(SESSION_COOKIE, secrets.token_urlsafe(12), httponly=True, samesite="lax")
    if ANALYTICS_COOKIE not in request.cookies:
        response.set_cookie(ANALYTICS_COOKIE, f"GA1.1.{secrets.randbelow(2**31)}.1791763200", max_age=_TWO_YEARS)


def long_date(day: date) -> str:
    """`12 October 2026`."""
    return f"{day.day} {day:%B %Y}"
