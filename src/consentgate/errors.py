"""Every error that leaves consentgate, under one root.

Bad input from the network is never one of these: it becomes a fact (`choice = None` with its state) or a clear 4xx
answer. What stands here is for the integrator and the operator.
"""

from __future__ import annotations

from dataclasses import dataclass


class ConsentGateError(Exception):
    """The root: `except ConsentGateError` catches everything below."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration.

    `id` is stable and searchable, `place` says where it stands (`vendor[2].category`), `mend` what to do.
    """

    id: str
    place: str
    text: str
    mend: str

    def __str__(self) -> str:
        return f"{self.id} at {self.place}: {self.text} {self.mend}"


class ConfigurationError(ConsentGateError):
    """A configuration that can't be used. `problems` holds all of them, not only the first."""

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        self.source = source
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{source} has {len(problems)} problem(s):\n{lines}")


class UnknownCategoryError(ConsentGateError):
    """A handler asked for a category that the policy does not name."""

    def __init__(self, category: str, known: tuple[str, ...]) -> None:
        self.category = category
        self.known = known
        super().__init__(f"The policy has no category {category!r}; it has {', '.join(known)}.")


class NotGatedError(ConsentGateError):
    """`get_consent` was called for a request that did not come through a ConsentGate."""

    def __init__(self) -> None:
        super().__init__("This request did not pass a ConsentGate: mount it around the app that calls get_consent.")


class LedgerError(ConsentGateError):
    """The ledger could not do what it was asked to."""


class LedgerUnavailableError(LedgerError):
    """A row could not be made durable: unreachable, full disk, a failed write. The choice was not saved."""


class LedgerMissingError(LedgerUnavailableError):
    """There is no ledger where one was to be read."""


class LedgerOverloadedError(LedgerUnavailableError):
    """More choices wait for the ledger than it may hold. The choice was not saved."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        super().__init__(f"{waiting} choices wait for the ledger already.")


class GeoDataError(ConsentGateError):
    """Region data could not be fetched or built. Whatever file was there before is still there."""
