"""Renew the verdicts of the HTML wall's splice test from Chromium, then judge everything the wall makes of the corpus.

`make verdicts` runs it, in some three minutes. It writes `tests/data/html_verdicts.json`, prints what it counted, and
fails if a live canary passes the wall or comes out of it. Run it when the corpus or Chromium's parser changes, and
before a release.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright
from scripts.find_browser import find

from html_wall.corpus import CANARIES, Case, cases, documents, fingerprint
from html_wall.judge import BrowserJudge
from html_wall.pages import walled
from html_wall.tokens import is_tag
from html_wall.verdicts import Score, Verdicts, judged, score

WHERE = ("<frameset", "<template", "<svg", "<math", "<select", "<noscript", "<input", "<script")
"""What is dead and disarmed all the same is counted by the first of these that its page has."""


def asked(judge: BrowserJudge, corpus: list[str], browser: str) -> Verdicts:
    """Every case, by Chromium and by its tokens alone."""
    live = "".join(judge.live_offsets(document, canary) for document in corpus for canary in CANARIES)
    tags = "".join("01"[is_tag(case.page)] for case in cases(corpus))
    return Verdicts(browser, fingerprint(corpus), live, tags)


class Outputs:
    """What the wall makes of the pages; kept where it is not the page itself, which the browser has judged before."""

    def __init__(self) -> None:
        self.changed: list[str] = []

    def disarms(self, page: str) -> bool:
        """Whether the wall disarms anything in the page."""
        result = walled(page.encode())
        output = result.output.decode()
        if output != page:
            self.changed.append(output)
        return bool(result.wall.blocked)

    def live(self, judge: BrowserJudge) -> list[str]:
        """Those in which a canary is live even so."""
        return [page for page, live in zip(self.changed, judge.live(self.changed), strict=True) if live]


def report(result: Score) -> Iterator[str]:
    """What was counted, a line each."""
    yield f"{result.live + result.dead:,} cases, {result.live:,} live, {len(result.misses):,} misses"
    yield from (f"  missed: {case.page!r}" for case in result.misses)
    yield f"{result.dead:,} dead, of them disarmed although no tag in any reading (false alarms):"
    yield from _counted(result.false_alarms, result.dead)
    yield "and disarmed because a reader without a tree takes them for tags:"
    yield from _counted(result.disarmed_tags, result.dead)


def _counted(found: list[Case], dead: int) -> Iterator[str]:
    classes = Counter(next((where for where in WHERE if where in case.page.lower()), "other") for case in found)
    yield f"  {len(found):,}, {len(found) / dead:.2%}: " + ", ".join(
        f"{name} {n:,}" for name, n in classes.most_common()
    )


def renew(browser: Browser) -> bool:
    """Store new verdicts, and say how the wall does. Returns whether nothing live was missed or came out."""
    corpus = documents()
    judge = BrowserJudge(browser)
    verdicts = asked(judge, corpus, f"Chromium {browser.version}")
    verdicts.write()
    outputs = Outputs()
    result = score(judged(corpus, verdicts), outputs.disarms)
    print(f"{len(corpus):,} documents, judged by {verdicts.browser}", *report(result), sep="\n")
    live = outputs.live(judge)
    print(f"{len(outputs.changed):,} changed pages judged again: {len(live):,} live", *live, sep="\n  ")
    judge.close()
    return not (live or result.misses)


def main() -> None:
    """Exit with 1 where a live canary was found behind the wall, or where there is no Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        sound = renew(browser)
        browser.close()
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
