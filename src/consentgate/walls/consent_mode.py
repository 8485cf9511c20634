"""Consent mode: which vendors have words for what a visitor has granted, and what they are to be told.

`static/banner/consent_mode.js` tells them. In basic mode that comes on top of keeping their tags out; under `advanced`
Google's tags load before a grant, and go by what they are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from consentgate.policy import Policy
from consentgate.policy.values import ConsentMode

GOOGLE = ("google-analytics", "google-tag-manager", "google-ads")
"""The vendors that read Google's consent mode."""

NEVER = "-"
"""Stands for the category of a signal that nothing in the policy can grant."""

_ANALYTICS, _FUNCTIONAL = "analytics", "functional"


def consent_mode_data(policy: Policy, permissions: frozenset[str]) -> Mapping[str, str]:
    """The data of the script's tag; empty where the policy lists none of the vendors.

    `granted` has the granted categories. Every other key is a vendor, with the categories that its signals go by:

    - `google`: `analytics_storage` by the category of Google Analytics, else of Tag Manager, else `analytics`;
      `ad_storage`, `ad_user_data` and `ad_personalization` by that of Google Ads, else by the first that sells or
      shares; `functionality_storage` and `personalization_storage` by `functional`, else as `analytics_storage`.
      `security_storage` is always granted.
    - `uet`: `ad_storage` by the category of Microsoft Advertising.
    - `clarity`: `analytics_Storage` by that of Clarity; `ad_Storage` by that of Microsoft Advertising, else by the
      first that sells or shares.
    - `meta`, `matomo`, `adobe`: by the vendor's own.
    """
    told = {name: " ".join(categories) for name, categories in _told(policy)}
    if not told:
        return {}
    names = (category.name for category in policy.categories)
    return {"granted": " ".join(name for name in names if name in permissions), **told}


def passing_tags(policy: Policy) -> frozenset[str]:
    """The ids of the vendors whose tags pass although their category is denied: under `advanced` those of Google's that
    the policy lists. Their cookies don't.
    """
    if policy.walls.consent_mode is not ConsentMode.ADVANCED:
        return frozenset()
    return frozenset(vendor.id for vendor in policy.vendors).intersection(GOOGLE)


def _told(policy: Policy) -> Iterator[tuple[str, Iterable[str]]]:
    listed = {vendor.id: vendor.category for vendor in policy.vendors}
    selling = next((category.name for category in policy.categories if category.sale_or_sharing), NEVER)
    if not listed.keys().isdisjoint(GOOGLE):
        analytics = _first(listed, GOOGLE[:2]) or _named(policy, _ANALYTICS) or NEVER
        ads = listed.get("google-ads", selling)
        yield "google", (analytics, ads, _named(policy, _FUNCTIONAL) or analytics)
    if "microsoft-advertising" in listed:
        yield "uet", (listed["microsoft-advertising"],)
    if "microsoft-clarity" in listed:
        yield "clarity", (listed["microsoft-clarity"], listed.get("microsoft-advertising", selling))
    for name, vendor_id in (("meta", "meta"), ("matomo", "matomo"), ("adobe", "adobe-experience-cloud")):
        if vendor_id in listed:
            yield name, (listed[vendor_id],)


def _first(listed: Mapping[str, str], ids: Iterable[str]) -> str | None:
    return next((listed[vendor_id] for vendor_id in ids if vendor_id in listed), None)


def _named(policy: Policy, name: str) -> str | None:
    return name if name in policy.category_names else None
