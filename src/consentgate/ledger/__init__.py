"""The ledger: proof of every choice, durable before it is acknowledged, and counters beside it."""

from consentgate.ledger.counters import Cell, Counters, Mark, cells_of
from consentgate.ledger.event import Action, Event, Method, action_of, new_event_id
from consentgate.ledger.store import Ledger, open_ledger

__all__ = [
    "Action",
    "Cell",
    "Counters",
    "Event",
    "Ledger",
    "Mark",
    "Method",
    "action_of",
    "cells_of",
    "new_event_id",
    "open_ledger",
]
