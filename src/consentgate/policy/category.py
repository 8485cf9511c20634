"""A category: what visitors can grant and refuse."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """What visitors can grant. `sale_or_sharing` lets Global Privacy Control deny it.

    `sensitive`: it uses sensitive personal information in ways that Californians may limit.
    """

    name: str
    asked_everywhere: bool
    sale_or_sharing: bool
    sensitive: bool = False
