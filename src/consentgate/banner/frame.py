"""The placeholder: a small page that stands in for an iframe that is kept out, with a button that lets it in."""

from __future__ import annotations

from collections.abc import Sequence

from consentgate.banner.assets import asset
from consentgate.banner.templating import template
from consentgate.banner.texts import texts
from consentgate.policy import Policy


class Frame:
    """Renders placeholders."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def page(self, categories: Sequence[str], language: str, root: str, back: str) -> str:
        """The whole page. Its form allows these categories and leads back to `back`, the page around the iframe."""
        words = texts(language)
        return template("frame.html").render(
            t=words,
            prefix=root + self._policy.prefix,
            sheet=asset("frame.css").name,
            categories=categories,
            named=", ".join(words.category(name).name for name in categories),
            back=back,
        )
