"""The files of static/banner: read once, squeezed, and named by their content so that they can be kept for ever."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND_SIGNS = re.compile(r" ?([{};,>]) ?")
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent. `name` holds a hash of the content."""

    name: str
    content: bytes
    media_type: str


def banner_directory() -> Path:
    """static/banner: inside the installed package, or beside src/ in a checkout and an editable install."""
    installed = _PACKAGE / "static" / "banner"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "static" / "banner"


@cache
def asset(file_name: str) -> Asset:
    """The asset made from a file of static/banner."""
    file = banner_directory() / file_name
    content = _sent(file).encode()
    name = f"{file.stem}.{hashlib.sha256(content).hexdigest()[:12]}{file.suffix}"
    return Asset(name, content, _MEDIA_TYPES[file.suffix])


@cache
def assets() -> dict[str, Asset]:
    """All assets by the name that they are served under."""
    found = (asset(file.name) for file in banner_directory().iterdir() if file.suffix in _MEDIA_TYPES)
    return {one.name: one for one in found}


def _sent(file: Path) -> str:
    """What is sent of a file: of a script what `scripts/build_scripts.py` made of it, without the line on top."""
    if file.suffix == ".js":
        return (file.parent / "squeezed" / file.name).read_text(encoding="utf-8").partition("\n")[2]
    text = file.read_text(encoding="utf-8")
    return squeezed(text) if file.suffix == ".css" else text


def squeezed(css: str) -> str:
    """Without comments and the white space that only people need. Our style sheets have no strings with either."""
    spaced = _SPACE.sub(" ", _COMMENT.sub("", css))
    return _AROUND_SIGNS.sub(r"\1", spaced).replace(": ", ":").replace(";}", "}").strip()
