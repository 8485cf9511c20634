"""From a URL to a ledger, and where a ledger may not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from consentgate.errors import ConfigurationError
from consentgate.ledger import open_ledger
from consentgate.ledger.filesystem import network_filesystem

MOUNTS = r"""
/dev/vda / ext4 rw,relatime 0 0
nas:/export /srv/shared nfs4 rw 0 0
nas:/more /srv/with\040blank cifs rw 0 0
/dev/vdb /srv/shared/local xfs rw 0 0
nas:/covered /srv/covered nfs rw 0 0
tmpfs /srv/covered tmpfs rw 0 0
me@host: /home/me/remote fuse.sshfs rw 0 0
"""


def test_opening_touches_no_file(tmp_path: Path) -> None:
    open_ledger(f"sqlite:///{tmp_path}/missing/consent.sqlite3")
    open_ledger(f"sqlite:///{tmp_path}/consent.sqlite3").close()
    assert list(tmp_path.iterdir()) == []


def test_three_slashes_are_relative_to_the_working_folder_and_four_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    relative = open_ledger("sqlite:///relative.sqlite3")
    absolute = open_ledger(f"sqlite:///{tmp_path}/absolute.sqlite3")
    monkeypatch.chdir(tmp_path / "elsewhere")
    for ledger in (relative, absolute):
        ledger.start()
        ledger.close()
    assert {path.name for path in tmp_path.glob("*.sqlite3")} == {
        "relative.sqlite3",
        "relative.counters.sqlite3",
        "absolute.sqlite3",
        "absolute.counters.sqlite3",
    }
    assert {path.name for path in tmp_path.glob("*.lock")} == {
        "relative.lock",
        "relative.counters.lock",
        "absolute.lock",
        "absolute.counters.lock",
    }


@pytest.mark.parametrize(
    "url",
    [
        "",
        "consent.sqlite3",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/consent.sqlite3",
        "sqlite:///:memory:",
        "sqlite:///folder/",
        "sqlite:///folder/..",
        "sqlite:///consent.sqlite3?mode=ro",
        "sqlite:///consent.sqlite3#here",
        "SQLITE:///consent.sqlite3",
        "postgresql://admin:secret@host/consent",
        "mysql://host/consent",
    ],
)
def test_any_other_url_is_a_problem_that_names_a_mend_and_repeats_no_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_ledger(url)
    assert [problem.id for problem in caught.value.problems] == ["ledger-url"]
    assert "sqlite:///" in caught.value.problems[0].mend
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/consent", None),
        ("/srv/shared", "nfs4"),
        ("/srv/shared/deep/down", "nfs4"),
        ("/srv/shared/local/deep", None),
        ("/srv/sharedness", None),
        ("/srv/with blank/here", "cifs"),
        ("/srv/covered/here", None),
        ("/home/me/remote", "fuse.sshfs"),
    ],
)
def test_a_network_file_system_is_known_by_the_deepest_and_latest_mount(
    tmp_path: Path, path: str, kind: str | None
) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert network_filesystem(Path(path), tmp_path / "mounts") == kind


def test_a_link_is_followed_to_the_file_system_it_leads_to(tmp_path: Path) -> None:
    remote = tmp_path / "remote"
    remote.mkdir()
    (tmp_path / "link").symlink_to(remote)
    (tmp_path / "mounts").write_text(f"/dev/vda / ext4 rw 0 0\nnas:/x {remote} nfs rw 0 0\n")
    assert network_filesystem(tmp_path / "link", tmp_path / "mounts") == "nfs"


@pytest.mark.parametrize("table", ["", "nonsense\n\n/only two\n"])
def test_where_the_system_does_not_tell_a_path_counts_as_local(tmp_path: Path, table: str) -> None:
    (tmp_path / "mounts").write_text(table)
    assert network_filesystem(tmp_path, tmp_path / "mounts") is None
    assert network_filesystem(tmp_path, tmp_path / "missing") is None
