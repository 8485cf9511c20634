"""One visit: what a request tells, gathered when first asked for and kept. All that serves a request draws on it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote, unquote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

from consentgate.banner.texts import languages
from consentgate.choice import ChoiceCookie, OptOutMarker, host_of
from consentgate.choice.opt_out import has_to_be_marked
from consentgate.decide import decide
from consentgate.model import Address, Decision, Facts, Region
from consentgate.policy import Policy, Site
from consentgate.policy.notice import NoticeVersion
from consentgate.visitor.client_ip import is_trusted
from consentgate.visitor.device import Agent, read_agent
from consentgate.visitor.language import choose_language
from consentgate.visitor.signals import read_signals

_log = logging.getLogger("consentgate")
_PATH = re.compile(r"[^?#]*")


@dataclass(frozen=True, slots=True)
class Sources:
    """What facts are gathered from, the same for every request.

    `region_of` and `address_of` are given the peer and the headers. `is_minor` is the app's word on who asks.
    """

    policy: Policy
    cookie: ChoiceCookie
    region_of: Callable[[str | None, Headers], Region]
    clock: Callable[[], datetime]
    is_minor: Callable[[HTTPConnection], bool] | None = None
    address_of: Callable[[str | None, Headers], Address | None] | None = None

    @property
    def marker(self) -> OptOutMarker:
        """The marker beside the choice cookie."""
        return OptOutMarker(self.cookie)


class Visit:
    """One request, as far as it concerns consent."""

    def __init__(self, scope: Scope, sources: Sources, page: str | None = None) -> None:
        self._scope = scope
        self._sources = sources
        self._page = page

    def about(self, page: str) -> Visit:
        """The same request as one that concerns the page at the path `page`, and so the site that has this page.

        A choice for a part of the host is sent to an address outside of that part. Where no page is known (""), the
        first site on the host is meant.
        """
        if len(self.policy.sites) == 1 and not self.site.path:
            return self
        return Visit(self._scope, self._sources, page or f"{self.site.path}/")

    @cached_property
    def decision(self) -> Decision:
        """The whole decision."""
        return decide(self.facts, self._sources.policy)

    @cached_property
    def facts(self) -> Facts:
        """All that the decision was made from."""
        cookies = [] if self.outside else self._choice_cookies()
        choice, state = self._sources.cookie.read(cookies, self.site.name, self.now)
        return Facts(
            region=self._region(),
            signals=read_signals(self.headers.getlist("sec-gpc"), self.headers.getlist("dnt")),
            choice=choice,
            choice_state=state,
            bot=self.agent.bot,
            now=self.now,
            minor=self._is_minor(),
            opted_out_before=self._sources.marker.is_among(self.cookies(), self.site.name, secure=self.secure),
            outside=self.outside,
        )

    @cached_property
    def now(self) -> datetime:
        """When the request came: one moment for all that is made of it."""
        return self._sources.clock()

    @property
    def marking(self) -> str | None:
        """The Set-Cookie header by which a page leaves word of an opt-out, or renews it, where it has to."""
        if not has_to_be_marked(self.facts, self.decision, self.policy):
            return None
        marker, site = self._sources.marker, self.site.name
        if marker.is_fresh(self.cookies(), site, self.now, secure=self.secure):
            return None
        return marker.set_cookie(site, self.now, secure=self.secure)

    @property
    def policy(self) -> Policy:
        """What the gate decides by."""
        return self._sources.policy

    @cached_property
    def site(self) -> Site:
        """The site of the policy that was asked. What is `outside` of every site has the first on its host, for which
        nothing counts then.
        """
        return self._site or self.policy.first_site_on(self.headers.get("host", ""))

    @property
    def outside(self) -> bool:
        """Whether the page belongs to no site of the policy, although its host has one: another notice governs it."""
        return self._site is None

    @cached_property
    def _site(self) -> Site | None:
        path = _PATH.match(self._page or self.path_and_query)
        return self.policy.site_of(self.headers.get("host", ""), unquote(path[0]) if path else "")

    @property
    def site_title(self) -> str:
        """What visitors read the site as; where the policy has several, which of them."""
        name = self.policy.name
        if name is None or len(self.policy.sites) > 1:
            return f"{name} · {self.site.name}" if name else self.site.name
        return name

    @cached_property
    def notice(self) -> NoticeVersion:
        """The version of the notice that is in force."""
        return self._sources.policy.notice.in_force(self.facts.now)

    @cached_property
    def announced_notice(self) -> NoticeVersion | None:
        """A material version that is announced and not in force yet."""
        return self._sources.policy.notice.announced(self.facts.now)

    @property
    def address(self) -> Address | None:
        """The visitor's address, or None when it can't be told. For use at once: it is not kept."""
        client = self._scope.get("client")
        address_of = self._sources.address_of
        return address_of(client[0] if client else None, self.headers) if address_of else None

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

    @cached_property
    def secure(self) -> bool:
        """Whether the visitor came by HTTPS: to this server, or to the trusted proxy before it, as that one says."""
        if self._scope.get("scheme") in {"https", "wss"}:
            return True
        client = self._scope.get("client")
        schemes = ",".join(self.headers.getlist("x-forwarded-proto")).split(",")
        said = schemes[-1].strip().lower()
        return said == "https" and is_trusted(client[0] if client else None, self._sources.policy.trusted_proxies)

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
        # White space is space and tab (RFC 6265bis section 5.4): more, and a name could pass for one with a prefix.
        pairs = (part.strip(" \t").partition("=") for part in parts)
        return [(name, value) for name, equals, value in pairs if equals]

    @property
    def came_from_this_site(self) -> bool:
        """Whether the visitor moved here within the site, by Sec-Fetch-Site or else Referer."""
        fetch_site = self.headers.get("sec-fetch-site")
        if fetch_site is not None:
            return fetch_site == "same-origin"
        return host_of(self.headers.get("referer", "")) == self.headers.get("host", "").lower() != ""

    def _choice_cookies(self) -> list[str]:
        ours = self._sources.cookie.name(self.site.name, secure=self.secure)
        return [value for name, value in self.cookies() if name == ours]

    def _region(self) -> Region:
        client = self._scope.get("client")
        return self._sources.region_of(client[0] if client else None, self.headers)

    def _is_minor(self) -> bool:
        """The app's word. An answer that fails is a yes: then nothing is granted, and the page is served."""
        if self._sources.is_minor is None:
            return False
        try:
            return bool(self._sources.is_minor(HTTPConnection(self._scope)))
        except Exception:
            _log.exception("is_minor failed: the visitor is taken for a minor.")
            return True

    def _default_language(self) -> str:
        return choose_language(self._sources.policy.language, languages(), "en")
