"""The open positions, from jobs.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """One open position. `country` is ISO 3166-1 alpha-2; `kind` is what the page says, such as "Full time".

    `video` is the id of a YouTube video, or empty.
    """

    slug: str
    title: str
    team: str
    location: str
    country: str
    kind: str
    posted: date
    summary: str
    about: str
    tasks: tuple[str, ...]
    wishes: tuple[str, ...]
    offer: str
    video: str = ""

    @property
    def posting(self) -> dict[str, Any]:
        """The position as search engines want it (https://schema.org/JobPosting, JSON-LD)."""
        return {
            "@context": "https://schema.org/",
            "@type": "JobPosting",
            "title": self.title,
            "description": f"<p>{self.summary}</p><p>{self.about}</p>",
            "datePosted": self.posted.isoformat(),
            "employmentType": self.kind.upper().replace(" ", "_"),
            "hiringOrganization": {
                "@type": "Organization",
                "name": "Northwind",
                "sameAs": [
                    "https://www.linkedin.com/company/northwind-demo",
                    "https://www.youtube.com/@northwind-demo",
                ],
            },
            "jobLocation": {
                "@type": "Place",
                "address": {
                    "@type": "PostalAddress",
                    "addressLocality": self.location.partition(",")[0],
                    "addressCountry": self.country,
                },
            },
        }

    def mentions(self, word: str) -> bool:
        """Whether a word, in any case, stands where a search looks."""
        return word.casefold() in f"{self.title} {self.team} {self.location} {self.kind} {self.summary}".casefold()


def load_jobs() -> tuple[Job, ...]:
    """All open positions, the newest first."""
    entries = tomllib.loads((Path(__file__).parent / "jobs.toml").read_text(encoding="utf-8"))["job"]
    jobs = (Job(**{**entry, "tasks": tuple(entry["tasks"]), "wishes": tuple(entry["wishes"])}) for entry in entries)
    return tuple(sorted(jobs, key=lambda job: job.posted, reverse=True))


def search(jobs: Iterable[Job], query: str) -> tuple[Job, ...]:
    """The jobs that mention every word of the query. An empty query finds all of them."""
    words = query.split()
    return tuple(job for job in jobs if all(job.mentions(word) for word in words))
