"""What it costs to learn who is asking: device, robot, region, decision; with cold and warm caches, in microseconds.

Cold means a visitor never seen before in this process: another User-Agent and another address for each call. The engine
that ua-parser runs on is printed; `consentgate[fast]` brings the Rust one. Compare figures of one run only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from statistics import median

import ua_parser
from starlette.datastructures import Headers

sys.path.insert(0, str(Path(__file__).parents[1]))

from consentgate.choice import ChoiceCookie
from consentgate.decide import decide
from consentgate.model import Region
from consentgate.policy.cookies import shipped_labels
from consentgate.visit import Sources, Visit
from consentgate.visitor.bots import is_bot
from consentgate.visitor.device import read_agent
from consentgate.visitor.geoip import GeoIP
from factories import KEY, NOW, make_facts, make_policy

CALLS = 300
ROUNDS = 9
HUMANS = [
    line.rpartition("\t")[2]
    for line in (Path(__file__).parents[1] / "data" / "humans.tsv").read_text("utf-8").splitlines()
    if "\t" in line and line[0] != "#"
]


def agents() -> Iterator[str]:
    """User-Agent headers of people, each with a version that no other has."""
    for number in count():
        yield f"{HUMANS[number % len(HUMANS)]} App/{number}"


def addresses() -> Iterator[IPv4Address]:
    """Addresses all over the table, each in a network of its own."""
    for number in count():
        yield IPv4Address((number * 2_654_435_761 + 0x51000000) % 0xDF000000 + 0x01000000)


def microseconds(call: Callable[[], object]) -> float:
    """The time of one call: of several rounds the median, of each round the mean."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(CALLS):
            call()
        times.append((time.perf_counter() - begun) / CALLS * 1e6)
    return median(times)


def visit_factory() -> Callable[[str, str], Visit]:
    """Makes the consent of a request from its User-Agent; the region is looked up by address, as the gate does."""
    policy = make_policy()
    geoip, fresh = GeoIP(), addresses()

    def region_of(peer: str | None, _: Headers) -> Region:
        return geoip(next(fresh) if peer is None else IPv4Address(peer))

    sources = Sources(policy, ChoiceCookie(policy, [KEY]), region_of, lambda: NOW)

    def visit(user_agent: str, peer: str) -> Visit:
        headers = [(b"user-agent", user_agent.encode()), (b"sec-ch-ua-mobile", b"?0"), (b"accept-language", b"de")]
        client = (peer, 1) if peer else None
        return Visit({"type": "http", "path": "/", "headers": headers, "client": client}, sources)

    return visit


def main() -> None:
    """Print the table."""
    policy, geoip, visit = make_policy(), GeoIP(), visit_factory()
    catalog, labels = policy.catalog, shipped_labels()
    facts = make_facts(region="DE")
    fresh_agents, fresh_addresses = agents(), addresses()
    phone, address = HUMANS[0], IPv4Address("91.0.0.1")
    measured: dict[str, Callable[[], object]] = {
        "agent, new": lambda: read_agent(next(fresh_agents)),
        "  of that, whether it is a bot": lambda: is_bot(next(fresh_agents)),
        "agent, seen before": lambda: read_agent(phone),
        "region, new": lambda: geoip(next(fresh_addresses)),
        "region, seen before": lambda: geoip(address),
        "decide": lambda: decide(facts, policy),
        "all facts and the decision, new visitor": lambda: visit(next(fresh_agents), "").decision,
        "all facts and the decision, seen before": lambda: visit(phone, "91.0.0.1").decision,
        "no decision asked for": lambda: visit(phone, "91.0.0.1").headers,
        "catalogue, cookie of a vendor": lambda: catalog.cookie("_ga_ABC123"),
        "catalogue, cookie of the site": lambda: catalog.cookie("my_own_session"),
        "label of a cookie": lambda: labels.find("my_own_session"),
    }
    for call in measured.values():
        call()  # engines are made, and files mapped, with the first call
    print(f"ua-parser runs on {ua_parser.BestAvailableResolver.__module__}")
    for what, call in measured.items():
        print(f"  {what:42} {microseconds(call):9.2f} us")


if __name__ == "__main__":
    main()
