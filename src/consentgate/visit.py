"""One visit: what a request tells, gathered when first asked for and kept. All that serves a request draws on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import Scope

from consentgate.banner.texts import languages
from consentgate.choice import ChoiceCookie, host_of
from consentgate.decide import decide
from consentgate.model import Decision, Facts, Region
from consentgate.policy import Policy
from consentgate.visitor.device import Agent, read_agent
from consentgate.visitor.language import choose_language
from consentgate.visitor.signals import read_signals


@dataclass(frozen=True, slots=True)
class Sources:
    """What facts are gathered from, the same for every request. `region_of` is given the peer and the headers."""

    policy: Policy
    cookie: ChoiceCookie
    region_of: Callable[[str | None, Headers], Region]
    clock: Callable[[], datetime]


class Visit:
    """One request, as far as it concerns consent."""

    def __init__(self, scope: Scope, sources: Sources) -> None:
        self._scope = scope
        self._sources = sources

    @cached_property
    def decision(self) -> Decision:
        """The whole decision."""
        return decide(self.facts, self._sources.policy)

    @cached_property
    def facts(self) -> Facts:
        """All that the decision was made from."""
        now = self._sources.clock()
        choice, state = self._sources.cookie.read(self._choice_cookies(), now)
        return Facts(
            region=self._region(),
            signals=read_signals(self.headers.getlist("sec-gpc"), self.headers.getlist("dnt")),
            choice=choice,
            choice_state=state,
            bot=self.agent.bot,
            now=now,
        )

    @cached_property
    def headers(self) -> Headers:
        """The request's headers."""
        return Headers(scope=self._scope)

    @cached_property
    def agent(self) -> Agent:
        """The class of device, the browser, and whether a robot asks."""
        return read_agent(self.headers.get("user-agent", ""), self.headers.get("sec-ch-ua-mobile", ""))

    @cached_property
    def language(self) -> str:
        """The language to ask in, among those there are texts in."""
        accepted = ",".join(self.headers.getlist("accept-language"))
        return choose_language(accepted, languages(), self._default_language())

    def language_on(self, page: str) -> str:
        """The language to ask in on a page that is written in `page`: that one, if there are texts in it."""
        return choose_language(page, languages(), self.language)

    @property
    def secure(self) -> bool:
        """Whether the visitor came by HTTPS."""
        return self._scope.get("scheme") in {"https", "wss"}

    @property
    def root(self) -> str:
        """Where the app is mounted, as it stands in a URL, without a slash at the end."""
        return quote(str(self._scope.get("root_path", "")).rstrip("/"))

    @property
    def path_and_query(self) -> str:
        """What the visitor asked for, as a relative URL. It goes back to them and nowhere else."""
        raw = self._scope.get("raw_path") or quote(self._scope["path"]).encode("ascii")
        path = raw.decode("latin-1").partition("?")[0]
        if path != self.root and not path.startswith(f"{self.root}/"):
            path = self.root + path  # A proxy took the root off (ASGI leaves open whether `path` has it).
        query = self._scope.get("query_string", b"").decode("latin-1")
        return f"{path}?{query}" if query else path

    def cookies(self) -> list[tuple[str, str]]:
        """Names and values of the request's cookies, doubled ones too (RFC 6265 section 5.4 allows them)."""
        parts = (part for header in self.headers.getlist("cookie") for part in header.split(";"))
        pairs = (part.strip().partition("=") for part in parts)
        return [(name, value) for name, equals, value in pairs if equals]

    @property
    def came_from_this_site(self) -> bool:
        """Whether the visitor moved here within the site, by Sec-Fetch-Site or else Referer."""
        fetch_site = self.headers.get("sec-fetch-site")
        if fetch_site is not None:
            return fetch_site == "same-origin"
        return host_of(self.headers.get("referer", "")) == self.headers.get("host", "").lower() != ""

    def _choice_cookies(self) -> list[str]:
        ours = self._sources.cookie.name(secure=self.secure)
        return [value for name, value in self.cookies() if name == ours]

    def _region(self) -> Region:
        client = self._scope.get("client")
        return self._sources.region_of(client[0] if client else None, self.headers)

    def _default_language(self) -> str:
        return choose_language(self._sources.policy.language, languages(), "en")
