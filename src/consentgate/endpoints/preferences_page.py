"""The preferences page of one visitor."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from consentgate.banner.preferences import DntStatement, Preferences, View
from consentgate.choice import way_back
from consentgate.choice.opt_out import limit_is_honored, opt_out_is_honored
from consentgate.endpoints.answers import own_page
from consentgate.endpoints.refusal import Refusal
from consentgate.policy import DntSetting
from consentgate.policy.regimes import wants_choices_link
from consentgate.visit import Visit

_NO_STATEMENT = frozenset({"DE"})
"""To say that one does not react to Do Not Track misleads there (LG Berlin, 24 August 2023, 16 O 420/19)."""


def preferences_page(request: Request, visit: Visit, preferences: Preferences) -> Response:
    """What holds for the visitor, and the forms to change it. Raises Refusal where no site has the page it is about."""
    came_from = request.query_params.get("back", "")
    back = way_back(came_from, visit.root)
    visit = visit.about(back if back == came_from else "")
    if visit.outside:
        raise Refusal(403, "outside", back=back)
    facts, decision = visit.facts, visit.decision
    view = View(
        language=visit.language_on(request.query_params.get("lang", "")),
        decision=decision,
        saved="saved" in request.query_params and facts.choice is not None,
        back=back,
        root=visit.root,
        notice=visit.notice,
        offers_requests=wants_choices_link(facts.region),
        opt_out_honored=opt_out_is_honored(facts, decision, visit.policy),
        limit_honored=limit_is_honored(facts, decision, visit.policy),
        dnt=_dnt_statement(visit),
        site=visit.site_title,
    )
    return own_page(preferences.page(view))


def _dnt_statement(visit: Visit) -> DntStatement:
    """What the page says of Do Not Track: never by the signal, only by where the visitor is.

    That it is not honored is said as the notice's word, so only where the notice in force has one.
    """
    if visit.policy.dnt_of(visit.facts.region) is DntSetting.OBJECTION:
        return DntStatement.OBJECTION
    says_nothing = visit.notice.dnt is None or visit.facts.region.country in _NO_STATEMENT
    return DntStatement.NONE if says_nothing else DntStatement.NOT_HONORED
