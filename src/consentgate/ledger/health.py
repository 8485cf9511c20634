"""Says once that something stopped working, and once that it works again."""

from __future__ import annotations

import logging

_log = logging.getLogger("consentgate.ledger")


class Health:
    """What the operator's log hears about one task that is tried again and again."""

    def __init__(self, failing: str, recovered: str) -> None:
        self._failing = failing
        self._recovered = recovered
        self._is_well = True

    def failed(self, error: Exception) -> None:
        """Log the first of a row of failures."""
        if self._is_well:
            _log.error("%s %s", self._failing, error)
        self._is_well = False

    def worked(self) -> None:
        """Log the first success after a failure."""
        if not self._is_well:
            _log.warning("%s", self._recovered)
        self._is_well = True
