"""The preferences page of one visitor."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from consentgate.banner.preferences import DntStatement, Preferences, View
from consentgate.choice import way_back
from consentgate.choice.opt_out import limit_is_honored, opt_out_is_honored
from consentgate.endpoints.answers import own_page
from consentgate.policy import DntSetting
from consentgate.policy.regimes import wants_choices_link
from consentgate.visit import Visit

_NO_STATEMENT = frozenset({"DE"})
"""To say that one does not react to Do Not Track misleads there (LG Berlin, 24 August 2023, 16 O 420/19)."""


def preferences_page(request: Request, visit: Visit, preferences: Preferences) -> Response:
    """What holds for the visitor, and the forms to change it."""
    back = way_back(request.query_params.get("back", ""), visit.root)
    visit = visit.about(back)
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
    """What the page says of Do Not Track: never by the signal, only by where the visitor is."""
    if visit.policy.dnt_of(visit.facts.region) is DntSetting.OBJECTION:
        return DntStatement.OBJECTION
    return DntStatement.NONE if visit.facts.region.country in _NO_STATEMENT else DntStatement.NOT_HONORED
