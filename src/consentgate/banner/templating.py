"""The templates of this room, with escaping on."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

_ENVIRONMENT = Environment(
    loader=PackageLoader("consentgate.banner"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def template(name: str) -> Template:
    """A template of this room; an undefined name in it raises."""
    return _ENVIRONMENT.get_template(name)
