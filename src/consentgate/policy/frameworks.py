"""The cookies by which frameworks keep sessions and guard forms, under their default names: for advice alone.

Which of them a site depends on only the site can say, in `walls.essential_cookies`. The names are the defaults that the
projects document: Starlette's SessionMiddleware, Flask's SESSION_COOKIE_NAME, Django's SESSION_COOKIE_NAME and
CSRF_COOKIE_NAME, FastAPI Users' CookieTransport, Rails' cookie_store, Laravel's config/session.php, express-session's
`name`, PHP's session.name, the Servlet specification, ASP.NET Core's CookieAuthenticationDefaults and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

from consentgate.policy.cookies import CookieIndex

FRAMEWORK_COOKIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Starlette, Flask, Quart, Litestar": ("session",),
        "Django": ("sessionid", "csrftoken", "messages"),
        "FastAPI Users": ("fastapiusersauth", "fastapiusersoauthcsrf"),
        "fastapi-csrf-protect": ("fastapi-csrf-token",),
        "oauth2-proxy": ("_oauth2_proxy", "_oauth2_proxy_csrf"),
        "Auth.js": ("authjs.session-token", "authjs.csrf-token", "next-auth.session-token", "next-auth.csrf-token"),
        "Express": ("connect.sid", "_csrf"),
        "Rails": ("_*_session", "remember_user_token"),
        "Laravel": ("laravel_session", "laravel-session", "XSRF-TOKEN"),
        "PHP": ("PHPSESSID",),
        "WordPress": ("wordpress_logged_in_*", "wordpress_sec_*"),
        "Java": ("JSESSIONID", "PLAY_SESSION"),
        "ASP.NET": ("ASP.NET_SessionId", ".ASPXAUTH", "__RequestVerificationToken"),
        "ASP.NET Core": (".AspNetCore.Session", ".AspNetCore.Cookies", ".AspNetCore.Antiforgery.*"),
        "AWS load balancers": ("AWSALB", "AWSALBCORS", "AWSALBAuthNonce", "AWSELBAuthSessionCookie-*"),
        "Azure App Service": ("ARRAffinity", "ARRAffinitySameSite"),
        "Google load balancers": ("GCLB",),
    }
)
"""Framework -> names, or shapes of names, with a star for what differs from site to site.

What the catalogue knows is never unknown, so Cloudflare's `__cf_bm` is not here.
"""


class CookieNames:
    """Names and prefixes of cookies as a policy file writes them."""

    def __init__(self, written: list[str]) -> None:
        self._written = written
        self._index = CookieIndex((name, name) for name in written)

    def cover(self, shape: str) -> str | None:
        """The entry under which a framework's cookie of this shape falls, if there is one."""
        found = self._index.find(shape.replace("*", "example"))
        return found or next((name for name in self._written if fnmatchcase(name, shape)), None)
