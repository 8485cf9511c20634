"""The policy file as a whole, as pydantic reads it. Its tables: tables.py. What else must hold: checks/."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from consentgate.policy.tables import (
    WORD,
    BannerEntry,
    CategoryEntry,
    ChoiceEntry,
    LedgerEntry,
    NoticeEntry,
    RegimesEntry,
    Section,
    SignalsEntry,
    VendorEntry,
    VisitorEntry,
    WallsEntry,
)
from consentgate.policy.values import Name, Outside, SiteName, VendorId


def default_categories() -> dict[str, CategoryEntry]:
    """The categories of a policy that names none."""
    return {
        "functional": CategoryEntry(),
        "analytics": CategoryEntry(),
        "marketing": CategoryEntry(sale_or_sharing=True),
    }


class PolicyFile(Section):
    """The whole file."""

    site: SiteName | None = None
    """The site that choices are made for: a host, with a path where only a part of it is meant."""
    sites: Annotated[list[SiteName], Field(min_length=1, max_length=64)] | None = None
    """In the place of `site`: several sites under one notice, each with choices of its own."""
    outside: Annotated[Outside, WORD] = Outside.BLOCK
    """A page of their hosts that is in none of them: `block` keeps all tags out, `pass` leaves it as it is."""
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    """What the banner calls the site."""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    """The language, where the browser asks for none that there are texts in."""
    prefix: Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$")] = "/_consent"
    """Where the preferences page, the choice and the assets live."""
    notice: NoticeEntry
    """The privacy notice that choices are made under."""
    categories: Annotated[dict[Name, CategoryEntry], Field(min_length=1, max_length=8)] = Field(
        default_factory=default_categories
    )
    """The purposes beside `necessary`, which is always granted."""
    vendors: list[VendorId] = Field(default=[])
    """The vendors of the catalogue whose tags the pages carry, for visitors to see. A new one asks everybody again."""
    vendor: list[VendorEntry] = Field(default=[])
    """Vendors of the site's own, and those of the catalogue that it says anew."""
    regimes: RegimesEntry = RegimesEntry()
    """What applies before a choice, where it is not what the built-in lists say."""
    choice: ChoiceEntry = ChoiceEntry()
    """How long a choice holds."""
    signals: SignalsEntry = SignalsEntry()
    """What is done with Do Not Track, and what is published about signals."""
    visitor: VisitorEntry = VisitorEntry()
    """How the visitor's region is found."""
    banner: BannerEntry = BannerEntry()
    """What the visitor meets on the pages."""
    walls: WallsEntry = WallsEntry()
    """How the walls keep tags out."""
    ledger: LedgerEntry = LedgerEntry()
    """How long the record of choices is kept."""
