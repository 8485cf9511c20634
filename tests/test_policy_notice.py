"""The notice through time: which version is in force, what is announced, and what the loader tells of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consentgate import ConfigurationError, Policy
from consentgate.policy.notice import Media
from consentgate.policy.signals import DntSetting
from consentgate.policy.statement import settings_promised
from factories import NOW, make_policy, notice_table, policy_table

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
    assert policy.gpc_since is None
    assert Policy.default(notice_url="/p", site="a.example", updated=date(2026, 1, 2)).gpc_since == date(2026, 1, 2)


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
    ("statement", "promised"),
    [
        ("Our websites do not currently process or respond to 'DNT' signals. We will continue to monitor.", "log"),
        ("Do Not Track signals are received, not honored.", "log"),
        ("We don’t act on Do Not Track.", "log"),
        ("This site ignores Do Not Track signals.", "log"),
        ("Our sites don't support DNT.", "log"),
        ("We do not respond to Do Not Track, but we honor Global Privacy Control.", "log"),
        ("How do we respond to Do Not Track? We never recognise it.", "log"),
        ("We treat Do Not Track as an objection.", "objection"),
        ("We honour Do Not Track.", "objection"),
        ("In Germany Do Not Track is treated as an objection; elsewhere we do not respond to it.", "log objection"),
        ("Do Not Track is a signal of your browser.", ""),
        ("Auf Do Not Track reagieren wir nicht.", ""),
    ],
)
def test_what_a_statement_promises_is_read_from_plain_english_and_nothing_is_guessed(
    statement: str, promised: str
) -> None:
    assert settings_promised(statement) == {DntSetting(word) for word in promised.split()}


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


def test_the_newest_versions_own_statement_is_the_one_that_counts() -> None:
    newest = {"version": "2", "updated": date(2026, 11, 1), "dnt": "We treat Do Not Track as an objection."}
    policy = make_policy(notice=notice_table(newest), signals={"dnt": "objection"})
    assert [version.dnt for version in policy.notice.versions] == [notice_table()["dnt"], newest["dnt"]]


def test_a_site_that_is_not_meant_for_california_needs_no_statement() -> None:
    notice = notice_table(dnt=None)
    assert make_policy(notice=notice, regimes={"not_served": ["US-CA"]})
    assert make_policy(notice=notice, regimes={"not_served": ["US"]})


def advice(**changes: Any) -> list[tuple[str, str]]:
    return [(each.id, each.place) for each in Policy.from_dict(policy_table(**changes)).advice]


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
