"""Raw header lists, as ASGI has them: pairs of bytes, in order, names in any case."""

from __future__ import annotations

from collections.abc import Collection, Iterable

Header = tuple[bytes, bytes]


def without(headers: Iterable[Header], names: Collection[bytes]) -> list[Header]:
    """The headers but for those of `names`, given in lower case."""
    return [header for header in headers if header[0].lower() not in names]


def with_one(headers: Iterable[Header], name: bytes, value: bytes) -> list[Header]:
    """The headers with `name`, given in lower case, there once and last."""
    return [*without(headers, {name}), (name, value)]


def values(headers: Iterable[Header], name: bytes) -> list[bytes]:
    """All values of `name`, given in lower case, in their order."""
    return [value for key, value in headers if key.lower() == name]
