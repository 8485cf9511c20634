"""The pages that the wall is timed on: careers pages of any size, and real ones that this machine happens to hold."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

KILOBYTE = 1024
REAL_PAGES = 400
SMALLEST, LARGEST = 2 * KILOBYTE, 2 * KILOBYTE * KILOBYTE

HEAD = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Jobs at Acme</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="og:image" content="https://careers.acme.example/og.png">
<link rel="canonical" href="https://careers.acme.example/jobs"><link rel="stylesheet" href="/static/site.css">
<link rel="preconnect" href="https://fonts.acme.example" crossorigin><style>body{margin:0}.job > h3{color:#123}</style>
<script>(function(w,d,s,l,i){w[l]=w[l]||[];j=d.createElement(s);j.src='https://www.googletagmanager.com/gtm.js?id='+i;
})(window,document,'script','dataLayer','GTM-ABC');</script>
<script async src="https://connect.facebook.net/en_US/fbevents.js"></script>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"Organization","name":"Acme"}</script>
</head><body class="careers"><noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-ABC"></iframe></noscript>
<header><a href="/"><img src="/static/logo.svg" alt="Acme" width="120" height="40"></a><nav><ul>
"""
JOB = b"""<li class="job" data-id="%d"><article itemscope itemtype="https://schema.org/JobPosting">
<h3 class="job__title"><a href="https://careers.acme.example/jobs/%d?ref=list&amp;page=1">Software Engineer %d</a></h3>
<picture><source srcset="/img/%d.webp 1x, /img/%d@2x.webp 2x" type="image/webp">
<img src="https://cdn.acme.example/img/%d.jpg" alt="Team" loading="lazy" width="320" height="180"></picture>
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
<path d="M12 2a7 7 0 0 1 7 7c0 5-7 13-7 13S5 14 5 9a7 7 0 0 1 7-7z"/></svg>
<p class="job__place">Berlin, Germany &middot; Full-time</p><p>We look for someone who likes clear code, kind
colleagues and calm releases. You will work on the systems that match people with work they enjoy, and you will see what
comes of it.</p><form action="/apply" method="post"><input type="hidden" name="id" value="%d"><button class="button"
type="submit">Apply now</button></form></article></li>
"""
FOOT = b"""</ul></main><footer><img height="1" width="1" src="https://px.ads.linkedin.com/collect?pid=1"></footer>
<script src="/static/app.js" defer></script></body></html>
"""


def careers_page(kilobytes: int) -> bytes:
    """A list of open positions with the usual vendors' tags around it."""
    jobs: list[bytes] = []
    size = len(HEAD) + len(FOOT)
    while size < kilobytes * KILOBYTE:
        jobs.append(JOB % ((len(jobs),) * 7))
        size += len(jobs[-1])
    return HEAD + b"".join(jobs) + FOOT


def endless_page(megabytes: int, chunk: int) -> Iterator[bytes]:
    """The same page, so long that nobody wants to hold it, in chunks."""
    jobs = b"".join(JOB % ((number,) * 7) for number in range(100))
    yield HEAD
    sent = len(HEAD)
    while sent < megabytes * KILOBYTE * KILOBYTE:
        for at in range(0, len(jobs), chunk):
            yield jobs[at : at + chunk]
        sent += len(jobs)
    yield FOOT


def real_pages(folders: list[Path]) -> list[bytes]:
    """HTML files in these folders, or else those that came with Python packages, the system's documentation and npm.

    No two are the same. Where there are very many, every so-manieth is taken, so that all folders have a share.
    """
    found = sorted({path for folder in folders or _usual_folders() for path in folder.rglob("*.htm*") if _fits(path)})
    step = len(found) // REAL_PAGES + 1
    return list(dict.fromkeys(path.read_bytes() for path in found[::step]))


def _fits(path: Path) -> bool:
    return path.suffix in {".html", ".htm"} and path.is_file() and SMALLEST <= path.stat().st_size <= LARGEST


def _usual_folders() -> list[Path]:
    prefixes = {Path("/usr"), Path("/usr/local"), Path(sys.prefix), Path(sys.base_prefix)}
    below = ("share/doc", "share/gtk-doc", "share/javascript", "lib/node_modules")
    return [Path(sysconfig.get_path("purelib")), *(prefix / folder for prefix in prefixes for folder in below)]
