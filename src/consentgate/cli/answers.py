"""The five questions of `consentgate init`, and how each answer is read.

They are the five that no default can answer: for which site a choice counts (1) and what visitors know it as (2), which
notice choices are made under (3), who is behind the tags (4), and whose word on where visitors are can be believed (5),
without which everybody behind one proxy has that proxy's region. All else has a cautious default, which the file shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from consentgate.cli.naming import named
from consentgate.model import Vendor
from consentgate.policy.shipped import shipped_catalog
from consentgate.policy.values import EDGES_WITH_OWN_HEADERS, Edge
from consentgate.walls.url import host_and_path


@dataclass(frozen=True, slots=True)
class Answers:
    """All that the file depends on. It begins as a sound example, so that each answer can be judged by itself."""

    sites: tuple[str, ...] = ("careers.example.com",)
    name: str = "Careers"
    notice_url: str = "/privacy"
    updated: date = date(2026, 1, 1)
    vendors: tuple[Vendor, ...] = ()
    strange_hosts: tuple[str, ...] = ()
    edge: Edge | None = None
    proxies: tuple[str, ...] = ()

    @property
    def edge_names_headers(self) -> bool:
        """Whether the edge sends headers of names that its operator chose."""
        return self.edge in EDGES_WITH_OWN_HEADERS


class NotUnderstood(ValueError):  # noqa: N818 - it is said to whoever answered, and the question is asked again
    """An answer that can't be taken, with the reason. `answers` keeps what was understood of it."""

    def __init__(self, reason: str, answers: Answers | None = None) -> None:
        super().__init__(reason)
        self.answers = answers


@dataclass(frozen=True, slots=True)
class Question:
    """`read` puts an answer into the answers so far, or raises NotUnderstood.

    `option` is the name of the command's option for it, `default` what an empty answer stands for (None: one is
    needed). `lines`: an answer may have several, and an empty line ends it.
    """

    option: str
    text: str
    help: str
    read: Callable[[Answers, str], Answers]
    default: Callable[[Answers], str] | None = None
    lines: bool = False


def _sites(answers: Answers, text: str) -> Answers:
    sites = tuple(dict.fromkeys(_site(item.strip()) for item in text.split(",") if item.strip()))
    if not sites:
        raise NotUnderstood("A choice is always made for a site.")
    return replace(answers, sites=sites)


def _site(text: str) -> str:
    """`https://Careers.Example.com/` -> `careers.example.com`. A port and a path stay."""
    found = re.fullmatch(r"(?:https?://)?([^/?#:]*)(:\d+)?(/[^?#]*)?.*", text, re.IGNORECASE)
    host, port, path = found.groups(default="") if found else ("", "", "")
    place = host_and_path(f"//{host}/")
    if place is None or not host:
        raise NotUnderstood(f"{text!r} has no host.")
    return place[0] + port + path.rstrip("/")


def _name(answers: Answers, text: str) -> Answers:
    if not text.isprintable():
        raise NotUnderstood("The name has a character that can't be shown.")
    return replace(answers, name=text)


def _notice(answers: Answers, text: str) -> Answers:
    url, _, day = text.strip().rpartition(" ")
    try:
        updated = date.fromisoformat(day)
    except ValueError as error:
        raise NotUnderstood(
            f"{day!r} is no date. The date that the notice shows comes last, as in: /privacy 2026-10-12"
        ) from error
    if not url.strip():
        raise NotUnderstood("The address of the notice is missing before the date.")
    return replace(answers, notice_url=url.strip(), updated=updated)


def _vendors(answers: Answers, text: str) -> Answers:
    found = named(text, shipped_catalog())
    known = {vendor.id: vendor for vendor in answers.vendors} | found.vendors
    strange = tuple(dict.fromkeys((*answers.strange_hosts, *found.strange_hosts)))
    understood = replace(answers, vendors=tuple(known.values()), strange_hosts=strange)
    if found.unclear:
        raise NotUnderstood("\n".join([*found.unclear, *_so_far(understood)]), understood)
    return understood


def _so_far(answers: Answers) -> list[str]:
    names = ", ".join(vendor.name for vendor in answers.vendors)
    return [f"Noted: {names}. Answer for the rest, or with an empty line."] if names else []


def _front(answers: Answers, text: str) -> Answers:
    who, *proxies = re.split(r"[,\s]+", text.strip())
    who = who.casefold()
    if who not in {"nobody", "proxy", *Edge}:
        raise NotUnderstood(f"{who!r} is not one of nobody, proxy, {', '.join(Edge)}.")
    if who == "nobody" and proxies:
        raise NotUnderstood("Nobody has no addresses. Write `proxy` before them.")
    if who != "nobody" and not proxies:
        raise NotUnderstood(
            f"From where does it connect to the app? Write its addresses too, as in: {who} 10.0.0.0/8\n"
            "What it says of a visitor is believed from there only; from anywhere else it could be the visitor's word."
        )
    return replace(answers, edge=Edge(who) if who in {*Edge} else None, proxies=tuple(proxies))


QUESTIONS = (
    Question(
        "site",
        "Which site is it for?",
        "Its host, such as careers.example.com; with a path where only a part of it is meant, such as"
        " www.example.com/careers. Several are separated by commas: each has a consent of its own.",
        _sites,
    ),
    Question(
        "name",
        "What do visitors know it as?",
        "The banner says: Cookies on ...",
        _name,
        default=lambda answers: answers.sites[0],
    ),
    Question(
        "notice",
        "Where is the privacy notice, and when was it last updated?",
        "A path or an address, and the date that the notice itself shows, such as: /privacy 2026-10-12",
        _notice,
    ),
    Question(
        "vendors",
        "Whose tags do the pages carry?",
        "Names or hosts with commas between, such as: google analytics, px.ads.linkedin.com. Or paste the tags."
        " An empty line ends the answer.",
        _vendors,
        default=lambda _: "",
        lines=True,
    ),
    Question(
        "front",
        "Who stands between visitors and the app, and with which addresses?",
        "nobody; or your own proxy, such as: proxy 10.0.0.0/8; or one that says where visitors are, such as:"
        f" cloudflare 10.0.0.0/8 ({', '.join(Edge)}). The addresses are those that connect to the app.",
        _front,
        default=lambda _: "nobody",
    ),
)
