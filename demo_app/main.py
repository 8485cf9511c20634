"""`app`, for a server: `uvicorn demo_app.main:app --no-proxy-headers`. Two settings come from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from .edge import Edge
from .gated import gated_site

FOLDER = Path(".demo")
"""What the demo writes goes here, in the working folder. Remove it to begin again."""

DEMO_KEY = "demo-key-known-to-everybody-never-use-it-for-a-real-site"


def key() -> str:
    """What signs the choices: CONSENTGATE_DEMO_KEY, or a key that protects nothing."""
    return os.environ.get("CONSENTGATE_DEMO_KEY", DEMO_KEY)


def ledger() -> str:
    """The URL of the record: CONSENTGATE_DEMO_LEDGER, or a file in `FOLDER`, which is made."""
    FOLDER.mkdir(exist_ok=True)
    return os.environ.get("CONSENTGATE_DEMO_LEDGER", f"sqlite:///{FOLDER / 'consent.sqlite3'}")


app: Edge = gated_site(ledger=ledger(), key=key())
