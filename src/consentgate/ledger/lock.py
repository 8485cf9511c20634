"""A file lock that waits its turn, between processes and between threads of one process.

SQLite waits for a busy file by asking again and again, and among several writers that starves some of them for a second
and more. A lock in which the system wakes the next in line does not. Correctness never depends on it: `BEGIN IMMEDIATE`
excludes other writers also where the lock file was deleted under a running server.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _acquire(descriptor: int) -> None:
        # Windows offers no lock that blocks without end: this one asks ten times, a second apart, then raises OSError.
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _release(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _acquire(descriptor: int) -> None:
        # flock belongs to the open file, so it also excludes another thread; a POSIX record lock would not.
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _release(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path` alone, waiting for it as long as it takes. Raises OSError if it can't be opened.

    The system gives the lock back when a process dies, so nothing stays locked after a crash.
    """
    with path.open("ab") as file:
        _acquire(file.fileno())
        try:
            yield
        finally:
            _release(file.fileno())
