"""What visitors read, by language: data/locales/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from consentgate import data

_LOCALES = data.path("locales")


@dataclass(frozen=True, slots=True)
class CategoryText:
    """`name` for a heading, `text` to explain it, `purpose` to end the sentence "we also use cookies ..."."""

    name: str
    text: str
    purpose: str


@dataclass(frozen=True, slots=True)
class BannerText:
    """Layer one."""

    title: str
    this_site: str
    text: str
    and_: str
    accept: str
    reject: str
    choose: str
    cookie_notice: str
    privacy_notice: str
    vendors: str
    geolocation: str


@dataclass(frozen=True, slots=True)
class StatusText:
    """The passive line."""

    label: str
    link: str
    honored: str


@dataclass(frozen=True, slots=True)
class StripText:
    """The line before a notice changes."""

    text: str


@dataclass(frozen=True, slots=True)
class PreferencesText:
    """Layer two."""

    title: str
    intro: str
    saved: str
    not_asked_yet: str
    back: str
    notice: str
    earlier: str
    always_on: str
    on: str
    off: str
    details: str
    vendor: str
    purpose: str
    cookies: str
    country: str
    session: str
    day: str
    save: str
    gpc_title: str
    gpc_text: str
    gpc_honored: str
    gpc_overridden: str
    dnt_title: str
    dnt_text: str
    dnt_objection: str
    dnt_honored: str


@dataclass(frozen=True, slots=True)
class RequestsText:
    """Californians' requests: to opt out of sale and sharing, and to limit the use of what is sensitive."""

    title: str
    text: str
    send: str
    honored: str
    none: str
    limit_title: str
    limit_text: str
    limit_send: str
    limit_honored: str
    limit_none: str


@dataclass(frozen=True, slots=True)
class ConfirmText:
    """The second step of opting in again: against Global Privacy Control, or against an earlier opt-out."""

    title: str
    gpc: str
    opt_out: str
    turn_on: str
    keep_off: str


@dataclass(frozen=True, slots=True)
class FrameText:
    """What stands in for an iframe that is kept out."""

    text: str
    allow: str


@dataclass(frozen=True, slots=True)
class ArchiveText:
    """The versions of the notice."""

    title: str
    in_force: str
    announced: str
    earlier: str
    material: str
    updated: str
    effective: str
    version: str


@dataclass(frozen=True, slots=True)
class ErrorText:
    """When something could not be done."""

    not_saved: str
    not_saved_text: str
    not_taken: str
    try_again: str
    not_read: str
    not_from_here: str
    too_large: str
    wrong_type: str
    too_many: str
    not_found: str
    not_allowed: str
    minor: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All that visitors read in one language. `direction` is `ltr` or `rtl`."""

    language: str
    direction: str
    banner: BannerText
    status: StatusText
    strip: StripText
    preferences: PreferencesText
    requests: RequestsText
    confirm: ConfirmText
    frame: FrameText
    archive: ArchiveText
    errors: ErrorText
    categories: Mapping[str, CategoryText]

    @classmethod
    def of(cls, language: str, table: Mapping[str, Any]) -> Self:
        """From a locale file's content. Raises TypeError when a key is missing or not known."""
        banner = {key if key != "and" else "and_": text for key, text in table["banner"].items()}
        return cls(
            language=language,
            direction=table["direction"],
            banner=BannerText(**banner),
            status=StatusText(**table["status"]),
            strip=StripText(**table["strip"]),
            preferences=PreferencesText(**table["preferences"]),
            requests=RequestsText(**table["requests"]),
            confirm=ConfirmText(**table["confirm"]),
            frame=FrameText(**table["frame"]),
            archive=ArchiveText(**table["archive"]),
            errors=ErrorText(**table["errors"]),
            categories={name: CategoryText(**text) for name, text in table["categories"].items()},
        )

    def category(self, name: str) -> CategoryText:
        """The texts of a category; a policy's own category is called what the policy calls it."""
        plain = name.replace("_", " ")
        return self.categories.get(name) or CategoryText(plain.capitalize(), "", f"({plain})")


@cache
def languages() -> Collection[str]:
    """The languages there are texts in, as lower-case BCP 47 tags."""
    names = (entry.name for entry in _LOCALES.iterdir())
    return frozenset(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


@cache
def texts(language: str) -> Texts:
    """The texts of one of `languages()`. Raises FileNotFoundError for another."""
    return Texts.of(language, tomllib.loads((_LOCALES / f"{language}.toml").read_text(encoding="utf-8")))
