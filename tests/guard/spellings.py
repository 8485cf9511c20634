"""Addresses of vendors and of their neighbours, in every spelling that a browser understands."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from consentgate.policy.catalog import Catalog, HostRules

Spelling = Callable[[str, Random], str]


def _one_escaped(text: str, random: Random) -> str:
    """One letter or digit as a percent escape."""
    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    if not places:
        return text
    at = random.choice(places)
    return f"{text[:at]}%{ord(text[at]):02x}{text[at + 1 :]}"


_BEFORE = (
    "https://",
    "http://",
    "HTTPS://",
    "//",
    "https:",
    "https:\\\\",
    "\\\\",
    "///",
    " https://",
    "ht\ntps:/",
    "wss://",
)
_HOSTS: tuple[Spelling, ...] = (
    lambda host, _: host,
    lambda host, _: host.upper(),
    lambda host, _: f"a.b.{host}",
    lambda host, _: f"{host}.",
    lambda host, _: f"{host}:8443",
    lambda host, _: f"user:secret@{host}",
    lambda host, _: f"own.example@{host}",
    lambda host, _: host.replace(".", "%2E"),
    lambda host, _: host.replace(".", "\u3002"),
    _one_escaped,
    lambda host, _: chr(ord(host[0]) + 0xFEE0) + host[1:] if host[0].isalpha() else host,
    # Neighbours.
    lambda host, _: f"not{host}",
    lambda host, _: f"{host}.own.example",
    lambda host, _: host.partition(".")[2],
    lambda host, _: f"own.example/{host}",
)
_PATHS: tuple[Spelling, ...] = (
    lambda path, _: path,
    lambda path, _: f"{path}/more?x=1#part",
    lambda path, _: f"/x/..{path or '/'}",
    lambda path, _: f"/./%2e{path or '/'}",
    lambda path, _: path.replace("/", "\\"),
    _one_escaped,
    lambda path, _: path.upper(),
    lambda path, _: path[:-1],
    lambda path, _: f"/x{path}",
    lambda path, _: f"?{path}",
)


def urls(catalog: Catalog, random: Random, count: int) -> list[str]:
    """As many addresses, spelled at random."""
    rules = [rules for rules in catalog.rules if rules.host]
    with_paths = [one for one in rules if any(path for path, _ in one.by_path)]
    return [_url(random, random.choice(with_paths if random.random() < 0.4 else rules)) for _ in range(count)]


def _url(random: Random, rules: HostRules) -> str:
    path = random.choice([path for path, _ in rules.by_path] or [""])
    host, path = random.choice(_HOSTS)(rules.host, random), random.choice(_PATHS)(path, random)
    return random.choice(_BEFORE) + host + path
