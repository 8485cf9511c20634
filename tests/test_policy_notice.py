"""The notice through time: which version is in force, what is announced, and what the loader tells of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consentgate import ConfigurationError, Policy
from consentgate.policy.notice import Media
from factories import AN_OBJECTION, NOW, make_policy, notice_table, policy_table

COMING = {
    "version": "2027-01",
    "updated": date(2027, 1, 4),
    "announced_at": date(2026, 12, 1),
    "effective_at": datetime(2027, 1, 15, 9, 0, tzinfo=UTC),
    "material": True,
}
ANNOUNCED, EFFECTIVE = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "in_force", "announced"),
    [
        (datetime(2020, 1, 1, tzinfo=UTC), "2026-10", None),
        (ANNOUNCED - A_MOMENT, "2026-10", None),
        (ANNOUNCED, "2026-10", "2027-01"),
        (EFFECTIVE - A_MOMENT, "2026-10", "2027-01"),
        (EFFECTIVE, "2027-01", None),
    ],
)
def test_a_version_is_announced_and_then_in_force_to_the_moment(now: datetime, in_force: str, announced: str) -> None:
    notice = make_policy(notice=notice_table(COMING)).notice
    coming = notice.announced(now)
    assert notice.in_force(now).version == in_force
    assert (coming.version if coming else None) == announced


def test_a_version_that_changes_nothing_material_is_not_announced_and_asks_nobody_again() -> None:
    policy = make_policy(notice=notice_table({**COMING, "material": False}))
    assert policy.notice.announced(ANNOUNCED) is None
    assert policy.notice.in_force(EFFECTIVE).version == "2027-01"
    assert policy.revision_at(EFFECTIVE) == policy.revision_at(ANNOUNCED)


def test_the_revision_changes_at_the_moment_a_material_version_takes_effect() -> None:
    policy = make_policy(notice=notice_table(COMING))
    assert policy.revision_at(EFFECTIVE - A_MOMENT) == policy.revision_at(NOW) == make_policy().revision_at(NOW)
    assert policy.revision_at(EFFECTIVE) != policy.revision_at(NOW)


def test_without_dates_of_their_own_versions_take_effect_on_the_day_that_visitors_see() -> None:
    (version,) = make_policy().notice.versions
    assert version.effective_at == version.announced_at == datetime(2026, 10, 12, tzinfo=UTC)


def test_the_default_policy_has_a_version_that_was_always_in_force() -> None:
    policy = Policy.default(notice_url="/privacy", site="a.example")
    version = policy.notice.in_force(datetime(1970, 1, 1, tzinfo=UTC))
    assert (version.updated, version.dnt) == (None, "Do Not Track signals are received and not honored.")
    assert policy.gpc_since_at(NOW) is None
    dated = Policy.default(notice_url="/p", site="a.example", updated=date(2026, 1, 2))
    assert dated.gpc_since_at(NOW) == date(2026, 1, 2)


@pytest.mark.parametrize(("name", "media"), [("1.html", Media.HTML), ("1.txt", Media.TEXT), ("old/1.md", Media.TEXT)])
def test_a_text_is_read_from_beside_the_policy_file_and_kept_with_its_hash(
    tmp_path: Path, name: str, media: Media
) -> None:
    content = "<p>Größe &amp; Würde</p>\n".encode()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    path = tmp_path / "consentgate.toml"
    path.write_text(
        'site = "a.example"\n[notice]\nurl = "/p"\ndnt = "It is not honored."\n[[notice.versions]]\n'
        f'version = "1"\nupdated = 2026-01-01\nfile = "{name}"\nsha256 = "{sha256}"\n'
    )
    (version,) = Policy.load(path).notice.versions
    assert (version.text, version.media, version.sha256) == (content.decode(), media, sha256)
    (tmp_path / name).write_bytes(content + b" ")
    with pytest.raises(ConfigurationError, match="policy-notice-changed"):
        Policy.load(path)


@pytest.mark.parametrize(
    ("says", "signals"),
    [
        ("not_honored", {"dnt": "log"}),
        ("objection", {"dnt": "objection"}),
        ("both", {"regions": {"DE": "objection"}}),
    ],
)
def test_a_statement_in_other_words_says_what_it_promises(says: str, signals: dict[str, Any]) -> None:
    notice = notice_table(dnt="Auf Do Not Track achten wir so, wie es sich gehört.", dnt_says=says)
    assert make_policy(notice=notice, signals=signals)
    with pytest.raises(ConfigurationError, match="policy-dnt-contradiction"):
        make_policy(notice=notice, signals={"dnt": "objection" if says == "not_honored" else "log"})


OTHERWISE = {"version": "2", "updated": date(2026, 12, 1), "dnt": AN_OBJECTION}
"""It takes effect nine days after NOW, and says otherwise than the version before it."""


def test_the_statement_in_force_is_the_one_that_counts_until_another_takes_effect() -> None:
    table = policy_table(notice=notice_table(OTHERWISE))
    objecting = {**table, "signals": {"dnt": "objection"}}
    the_day = datetime(2026, 12, 1, tzinfo=UTC)
    assert Policy.from_dict(table, the_day - A_MOMENT)
    assert Policy.from_dict(objecting, the_day)
    with pytest.raises(ConfigurationError, match="policy-dnt-contradiction"):
        Policy.from_dict(objecting, the_day - A_MOMENT)
    with pytest.raises(ConfigurationError, match="policy-dnt-contradiction"):
        Policy.from_dict(table, the_day)


def test_a_coming_version_that_says_otherwise_is_told_of_with_its_day() -> None:
    table = policy_table(notice=notice_table(OTHERWISE), regimes={"not_served": ["DE"]})
    (coming,) = Policy.from_dict(table, NOW).advice
    assert (coming.id, coming.place) == ("policy-dnt-coming", "signals.dnt")
    assert "From 2026-12-01 00:00 UTC on the notice says that Do Not Track is treated as an objection" in coming.text
    alike = notice_table({**OTHERWISE, "dnt": "We do not act on Do Not Track."})
    assert advice(notice=alike, regimes={"not_served": ["DE"]}) == []


def test_each_version_says_for_itself_what_its_statement_promises() -> None:
    german = {"version": "2", "updated": date(2026, 11, 1), "dnt": "Wir beachten es.", "dnt_says": "objection"}
    policy = make_policy(notice=notice_table(german), signals={"dnt": "objection"})
    assert [version.dnt for version in policy.notice.versions] == [notice_table()["dnt"], german["dnt"]]
    without = {key: value for key, value in german.items() if key != "dnt_says"}
    with pytest.raises(ConfigurationError, match=r"policy-dnt-statement-unclear at notice.versions\[1\].dnt"):
        make_policy(notice=notice_table(without, dnt_says="not_honored"))


def test_a_policy_file_is_held_against_the_day_it_is_loaded_on(tmp_path: Path) -> None:
    path = tmp_path / "consentgate.toml"
    path.write_text(
        'site = "a.example"\n[notice]\nurl = "/p"\ndnt = "It is not honored."\n[[notice.versions]]\n'
        'version = "1"\nupdated = 2026-01-01\n[[notice.versions]]\nversion = "2"\nupdated = 2026-12-01\n'
        'dnt = "We honor Do Not Track."\n'
    )
    assert Policy.load(path, NOW)
    with pytest.raises(ConfigurationError, match="policy-dnt-contradiction"):
        Policy.load(path, datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2020, 1, 1, tzinfo=UTC), None),
        (NOW, date(2026, 10, 12)),
        (EFFECTIVE - A_MOMENT, date(2026, 10, 12)),
        (EFFECTIVE, date(2027, 1, 4)),
    ],
)
def test_global_privacy_control_is_honored_since_a_day_that_has_come(now: datetime, since: date | None) -> None:
    assert make_policy(notice=notice_table(COMING)).gpc_since_at(now) == since
    own = make_policy(notice=notice_table(COMING), signals={"gpc_since": date(2026, 1, 1)})
    assert own.gpc_since_at(now) == (date(2026, 1, 1) if since else None)


def test_a_site_that_is_not_meant_for_california_needs_no_statement() -> None:
    notice = notice_table(dnt=None)
    assert make_policy(notice=notice, regimes={"not_served": ["US-CA"]})
    assert make_policy(notice=notice, regimes={"not_served": ["US"]})


def advice(**changes: Any) -> list[tuple[str, str]]:
    return [(each.id, each.place) for each in Policy.from_dict(policy_table(**changes), NOW).advice]


def test_the_german_ruling_is_explained_where_germany_is_served_under_log() -> None:
    (ruling,) = make_policy().advice
    assert ruling.id == "policy-dnt-germany"
    assert "LG Berlin, 16 O 420/19, 24 August 2023" in ruling.text
    both = notice_table(dnt="In Germany we treat Do Not Track as an objection; elsewhere we do not respond to it.")
    assert advice(notice=both, signals={"regions": {"DE": "objection"}}) == []
    assert advice(regimes={"not_served": ["DE"]}) == []


def test_a_material_version_without_an_announcement_is_no_refusal_as_nobody_can_announce_it_any_more() -> None:
    no_germany = {"not_served": ["DE"]}
    unannounced = {key: value for key, value in COMING.items() if key != "announced_at"}
    place = "notice.versions[1].announced_at"
    assert advice(notice=notice_table(unannounced), regimes=no_germany) == [("policy-notice-unannounced", place)]
    assert advice(notice=notice_table(COMING), regimes=no_germany) == []
    assert advice(notice=notice_table({**unannounced, "material": False}), regimes=no_germany) == []


def test_a_policy_without_vendors_is_told_what_visitors_do_not_see() -> None:
    assert advice(vendors=[], regimes={"not_served": ["DE"]}) == [("policy-vendors-none", "vendors")]


def test_an_enforced_csp_is_told_what_it_would_block_beside_what_it_is_for() -> None:
    no_germany = {"not_served": ["DE"]}
    told = [("policy-csp-hosts-none", "walls.hosts")]
    assert advice(walls={"csp": "enforce"}, regimes=no_germany) == told
    assert advice(walls={"csp": "enforce", "hosts": ["cdn.example.net"]}, regimes=no_germany) == []
    assert advice(walls={"csp": "report"}, regimes=no_germany) == []
    listed = {"csp": "enforce", "hosts": ["cdn.example.net"]}
    without = advice(walls=listed, vendors=[], regimes=no_germany)
    assert without == [("policy-vendors-none", "vendors"), ("policy-csp-vendors-none", "vendors")]
    allowed = advice(walls={**listed, "undeclared": "allow"}, regimes=no_germany)
    assert allowed == [("policy-csp-undeclared", "walls.undeclared")]


def test_advanced_consent_mode_is_told_what_it_sends_before_a_grant() -> None:
    no_germany = {"not_served": ["DE"]}
    told = [("policy-consent-mode-advanced", "walls.consent_mode")]
    assert advice(walls={"consent_mode": "advanced"}, regimes=no_germany) == told
    assert advice(walls={"consent_mode": "basic"}, regimes=no_germany) == advice(regimes=no_germany) == []
