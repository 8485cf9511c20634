"""Which kind of file system a path is on, where the system can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

NETWORK_FILESYSTEMS = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.sshfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
"""Kinds on which SQLite's write-ahead log is unsafe: it needs memory shared by all who have the file open
(https://www.sqlite.org/wal.html, "Overview"), and locks that hold."""

_OCTAL_ESCAPE = re.compile(r"\\([0-7]{3})")


def network_filesystem(path: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """The kind of network file system that `path` is on, or None where it is local or the system does not tell.

    `mounts` is the table of mounts in the form of fstab(5). Raises nothing.
    """
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    kind = _kind_at(PurePosixPath(path.resolve()), table)
    return kind if kind in NETWORK_FILESYSTEMS else None


def _kind_at(path: PurePosixPath, table: str) -> str | None:
    """The kind of the deepest mount above `path`; of two at the same point the later one covers the earlier."""
    deepest, found = 0, None
    for point, kind in _mounts(table):
        if len(point.parts) >= deepest and path.is_relative_to(point):
            deepest, found = len(point.parts), kind
    return found


def _mounts(table: str) -> Iterator[tuple[PurePosixPath, str]]:
    for line in table.splitlines():
        fields = line.split()
        if len(fields) >= 3:
            # Blanks in a mount point stand as \040 (fstab(5)).
            point = _OCTAL_ESCAPE.sub(lambda escape: chr(int(escape[1], 8)), fields[1])
            yield PurePosixPath(point), fields[2]
