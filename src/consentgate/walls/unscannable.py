"""Pages that no wall can read: they go out as they are, under a policy that lets nothing load from elsewhere.

That is failing closed: the page is served, the tags stay out. Measured in Chromium, this Content-Security-Policy
stops all that a page loads by itself but for a refresh and for navigation by script.
"""

from __future__ import annotations

from enum import StrEnum

STRICT_CSP = b"default-src 'self' 'unsafe-inline' data: blob:"


class Unscannable(StrEnum):
    """Why a page could not be read from its beginning, beside the limits of the walls."""

    XML = "xml"
    PART = "part"
    NO_TRANSFORM = "no_transform"
    CODING = "coding"
    DAMAGED = "damaged"
    CHARSET = "charset"
    FAULT = "fault"
