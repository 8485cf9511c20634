"""How fast the HTML wall is: `python tests/bench/bench_html.py`. Compare figures of one run only.

Typical pages show megabytes a second, whole and in chunks of 16 KiB. Hostile pages show the time for n and for 2n
bytes: a ratio near 2 is linear, near 4 quadratic.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from statistics import median

from consentgate.model import Vendor
from consentgate.walls.html import HtmlWall, Injection
from consentgate.walls.url import host_and_path

TRACKERS = frozenset({"www.googletagmanager.com", "connect.facebook.net", "px.ads.linkedin.com"})
VENDOR = Vendor("tracker", "Tracker", "marketing", tuple(sorted(TRACKERS)))
INJECTION = Injection(b"<script>guard</script>", lambda _: b"<section id=consentgate></section>")
PAGE_KILOBYTES = (5, 30, 100, 500)
HOSTILE_BYTES = 100_000
PACKET = 1460

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

HOSTILE: dict[str, Callable[[int], bytes]] = {
    "nested svg": lambda n: b"<svg>" * (n // 5),
    "svg and foreignObject": lambda n: b"<svg><foreignObject>" * (n // 20),
    "svg, style, breakout": lambda n: b"<svg><style><p>" * (n // 15),
    "one tag of many attributes": lambda n: b"<img" + b" a=b" * (n // 4),
    "one tag, > in a value": lambda n: b"<img alt='" + b"a>" * (n // 2),
    "tags that never end": lambda n: b"<a " * (n // 3),
    "quotes that never end": lambda n: b'="' * (n // 2),
    "less-than signs": lambda n: b"<" * n,
    "comments that never end": lambda n: b"<!--" * (n // 4),
    "noscript with comments": lambda n: b"<noscript><!--</noscript>" * (n // 25),
    "noscript, closed well": lambda n: b"<noscript><p></noscript>" * (n // 24),
    "CDATA in CDATA": lambda n: b"<svg>" + b"<![CDATA[ >" * (n // 11) + b"]]>",
    "select with titles": lambda n: b"<select>" + b"<title><p></title>" * (n // 18),
    "escaped scripts": lambda n: b"<script><!--<script>" + b"</script><script>" * (n // 17),
    "character references": lambda n: b'<img src="' + b"&#" * (n // 2) + b'">',
    "srcset of commas": lambda n: b'<img srcset="//a ' + b"(,)" * (n // 3) + b'">',
}


class BenchJudge:
    """As the real judge does, it remembers what it has judged."""

    def __init__(self) -> None:
        self.url = lru_cache(8192)(self._url)

    def _url(self, url: str) -> Vendor | None:
        found = host_and_path(url)
        return VENDOR if found and found[0] in TRACKERS else None

    def inline(self, script: bytes) -> Vendor | None:
        return VENDOR if b"www.googletagmanager.com/gtm.js" in script else None


def careers_page(kilobytes: int) -> bytes:
    jobs: list[bytes] = []
    size = len(HEAD) + len(FOOT)
    while size < kilobytes * 1024:
        jobs.append(JOB % ((len(jobs),) * 7))
        size += len(jobs[-1])
    return HEAD + b"".join(jobs) + FOOT


def run(judge: BenchJudge, page: bytes, chunk: int) -> HtmlWall:
    wall = HtmlWall(judge, INJECTION)
    for at in range(0, len(page), chunk):
        wall.feed(page[at : at + chunk])
    wall.close()
    return wall


def seconds(judge: BenchJudge, page: bytes, chunk: int, rounds: int) -> float:
    return median(_timed(judge, page, chunk) for _ in range(rounds))


def _timed(judge: BenchJudge, page: bytes, chunk: int) -> float:
    start = time.perf_counter()
    run(judge, page, chunk)
    return time.perf_counter() - start


def main() -> None:
    judge = BenchJudge()
    print(f"{'careers page':28}{'whole ms':>10}{'MB/s':>8}{'16 KiB ms':>11}{'MB/s':>8}  blocked")
    for kilobytes in PAGE_KILOBYTES:
        page = careers_page(kilobytes)
        whole, chunked = (seconds(judge, page, chunk, 15) for chunk in (len(page), 16384))
        rates = (
            f"{whole * 1e3:10.2f}{len(page) / whole / 1e6:8.0f}{chunked * 1e3:11.2f}{len(page) / chunked / 1e6:8.0f}"
        )
        print(f"{kilobytes:>25} KB{rates}  {sum(run(judge, page, len(page)).blocked.values())}")
    columns = f"{'n ms':>10}{'2n ms':>10}{'ratio':>8}{'packets n':>11}{'2n ms':>10}{'ratio':>8}"
    print(f"\n{'hostile page':28}{columns}  failed closed")
    for name, page_of in HOSTILE.items():
        row = f"{name:28}"
        for chunk in (10**9, PACKET):
            one, two = (seconds(judge, page_of(n), chunk, 1) * 1e3 for n in (HOSTILE_BYTES, 2 * HOSTILE_BYTES))
            row += f"{one:{10 + (chunk == PACKET)}.1f}{two:10.1f}{two / one:8.1f}"
        print(f"{row}  {run(judge, page_of(2 * HOSTILE_BYTES), PACKET).failed_closed or '-'}")


if __name__ == "__main__":
    main()
