"""DB-IP's City Lite, reduced to what a regime depends on: what consentgate ships, and what `geo update` makes.

What stays of each network is the country, and the subdivision where it is California or Quebec. Networks that have
thereby become equal are merged, and subtrees that have become equal are stored once: 130 MB turn into less than 4.
The result depends on the sources alone, so building it twice gives the same bytes.

Sources are either DB-IP's own file (both address families, nested records) or the two files of the ip-location-db
project (one per address family, in either order, flat records). Licence and attribution stand in `data/licences/`. The
file format is the MaxMind DB File Format Specification 2.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import maxminddb
from maxminddb.decoder import Decoder
from mmdb_writer import SearchTreeLeaf, SearchTreeNode, TreeWriter

from consentgate.errors import GeoDataError
from consentgate.policy.regions import STRICTEST_SUBDIVISION
from consentgate.visitor.database import EMBEDDED_TYPE
from consentgate.visitor.place import Place, flat_place, nested_place

DESCRIPTION = "Countries, California and Quebec: derived from IP to City Lite by DB-IP (https://db-ip.com), CC BY 4.0"

# An IPv6 database holds IPv4 addresses under ::/96.
IPV4_PREFIX_LENGTH = 96
# The zero bytes between the search tree and the data section.
SEPARATOR_LENGTH = 16

Subtree: TypeAlias = SearchTreeNode | SearchTreeLeaf | None
"""A node, a leaf with a record, or None: nothing is known of these addresses."""


def build(paths: Sequence[Path], output: Path) -> frozenset[Place]:
    """Build `output` from the sources and return the places in it. The build time is that of the newest source.

    Raises GeoDataError for sources that can't be built from, OSError as the file system does.
    """
    try:
        sources = [Source(path) for path in paths]
        tree = Tree()
        root = merged(sources, tree)
        check(tree.places)
        write(root, max(source.build_epoch for source in sources), output)
    except OSError:
        raise
    except _DAMAGED as error:
        raise GeoDataError("The sources can't be read as MaxMind DB files of cities: they are damaged.") from error
    return tree.places


_DAMAGED = (maxminddb.InvalidDatabaseError, ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading a damaged file raises, a tree that bites its own tail included."""


def kept(place: Place) -> Place | None:
    """What the compact file keeps of a place: the country, the state only where it has rules of its own."""
    if place.country is None:
        return None
    matters = STRICTEST_SUBDIVISION.get(place.country) == f"{place.country}-{place.state}"
    return place if matters else Place(place.country)


def record_of(place: Place) -> dict[str, object]:
    """The record of a place, in the shape that geoip2 reads."""
    country: dict[str, object] = {"country": {"iso_code": place.country}}
    return country | {"subdivisions": [{"iso_code": place.state}]} if place.state else country


class Source:
    """A MaxMind DB file, read node by node: maxminddb itself only offers its 14 million networks one by one."""

    def __init__(self, path: Path) -> None:
        with maxminddb.open_database(path) as reader:
            metadata = reader.metadata()
        self.ip_version = metadata.ip_version
        self.build_epoch = metadata.build_epoch
        self.node_count = metadata.node_count
        self._record_size = metadata.record_size
        self._node_size = metadata.record_size * 2 // 8
        self._tree_size = metadata.node_count * self._node_size
        self._bytes = path.read_bytes()
        self._decoder = Decoder(self._bytes, self._tree_size + SEPARATOR_LENGTH)

    def children(self, node: int) -> tuple[int, int]:
        """Return the two records of a node. One below `node_count` is a node, the same is nothing, above is data."""
        start = node * self._node_size
        bits = int.from_bytes(self._bytes[start : start + self._node_size], "big")
        if self._record_size == 28:
            # The middle byte lends its high half to the left record and its low half to the right one.
            return bits >> 32 | (bits >> 4 & 0xF000000), bits & 0xFFFFFFF
        return bits >> self._record_size, bits & ((1 << self._record_size) - 1)

    def place(self, pointer: int) -> Place | None:
        """Return what is kept of the data that a record above `node_count` points at."""
        record, _ = self._decoder.decode(pointer - self.node_count + self._tree_size)
        if not isinstance(record, dict):
            return None
        return kept(flat_place(record) if "country_code" in record else nested_place(record))


class Tree:
    """Makes the parts of the new search tree so that equal parts are one object, which is then written only once."""

    def __init__(self) -> None:
        self._leaves: dict[Place, SearchTreeLeaf] = {}
        # Ids are safe as keys: every part made here is kept here.
        self._nodes: dict[tuple[int, int], SearchTreeNode] = {}

    @property
    def places(self) -> frozenset[Place]:
        """Every place that some network has."""
        return frozenset(self._leaves)

    def leaf(self, place: Place | None) -> Subtree:
        """Return the one leaf of a place."""
        if place is None:
            return None
        if place not in self._leaves:
            self._leaves[place] = SearchTreeLeaf(record_of(place))
        return self._leaves[place]

    def node(self, left: Subtree, right: Subtree) -> Subtree:
        """Return the one node with these children, or the child itself where both halves of a network are the same."""
        if left is right and not isinstance(left, SearchTreeNode):
            return left
        key = id(left), id(right)
        if key not in self._nodes:
            self._nodes[key] = SearchTreeNode(left, right)
        return self._nodes[key]


def reduced(source: Source, tree: Tree) -> Subtree:
    """Return the source's whole tree, with places instead of its records."""
    leaves: dict[int, Subtree] = {source.node_count: None}

    def subtree(record: int) -> Subtree:
        if record < source.node_count:
            left, right = source.children(record)
            return tree.node(subtree(left), subtree(right))
        if record not in leaves:
            leaves[record] = tree.leaf(source.place(record))
        return leaves[record]

    return subtree(0)


def with_ipv4(ipv6: Subtree, ipv4: Subtree, tree: Tree) -> Subtree:
    """Return the IPv6 tree with the IPv4 tree at ::/96, the leftmost branch; the branches beside it stay."""
    beside: list[Subtree] = []
    branch = ipv6
    for _ in range(IPV4_PREFIX_LENGTH):
        node = branch if isinstance(branch, SearchTreeNode) else SearchTreeNode(branch, branch)
        beside.append(node.right)
        branch = node.left
    branch = ipv4
    for right in reversed(beside):
        branch = tree.node(branch, right)
    return branch


def merged(sources: Sequence[Source], tree: Tree) -> Subtree:
    """Return one tree of an IPv6 source and, if it comes in a file of its own, an IPv4 source."""
    by_version = {source.ip_version: reduced(source, tree) for source in sources}
    if 6 not in by_version or len(by_version) != len(sources):
        raise GeoDataError("The sources must be one IPv6 database, alone or with one IPv4 database.")
    return with_ipv4(by_version[6], by_version[4], tree) if 4 in by_version else by_version[6]


def check(places: frozenset[Place]) -> None:
    """Raise GeoDataError if a subdivision was never met: the source must have renamed it, its rules would be lost."""
    lost = set(STRICTEST_SUBDIVISION.values()) - {f"{place.country}-{place.state}" for place in places}
    if lost:
        raise GeoDataError(f"The sources do not name {', '.join(sorted(lost))} as expected; see visitor/place.py.")


def write(root: Subtree, build_epoch: int, output: Path) -> None:
    """Write the database beside `output` and move it there: a file that someone has mapped must not be overwritten."""
    if not isinstance(root, SearchTreeNode):
        raise GeoDataError("The sources do not tell any two networks apart.")
    metadata = {
        "ip_version": 6,
        "database_type": EMBEDDED_TYPE,
        "languages": ["en"],
        "description": {"en": DESCRIPTION},
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": build_epoch,
    }
    unfinished = output.with_name(f"{output.name}.unfinished")
    TreeWriter(root, metadata).write(str(unfinished))
    unfinished.replace(output)
