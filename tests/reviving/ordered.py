"""Scripts in an order of their own: what a parser runs at once, waits for, and leaves for later."""

from __future__ import annotations

from reviving.site import SNIPPET, TRACKER


def inline(name: str, attributes: str = "") -> str:
    """A snippet of the tracker's that notes its name."""
    return f'<script {attributes}>/* {SNIPPET} */ (window.order ||= []).push("{name}")</script>'


def external(name: str, attributes: str = "", folder: str = "") -> str:
    """A script of the tracker's that notes its name."""
    return f'<script {attributes} src="{TRACKER}{folder}{name}.js"></script>'
