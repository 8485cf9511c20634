"""What a statement about Do Not Track promises: sentences as public notices have them, and what is read from each.

Unclear is always right, as the loader then asks for `dnt_says`; a wrong reading never is.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.policy.signals import DntSetting
from consentgate.policy.statement import settings_promised

CORPUS = """
# Nothing is done with it.
log       | Our websites do not currently process or respond to 'DNT' signals. We will continue to monitor.
log       | Do Not Track signals are received, not honored.
log       | We don’t act on Do Not Track.
log       | This site ignores Do Not Track signals.
log       | Our sites don't support DNT.
log       | We do not respond to Do Not Track, but we honor Global Privacy Control.
log       | How do we respond to Do Not Track? We never recognise it.
log       | It is not honored.
log       | Do Not Track is received and not honored.
log       | We receive Do Not Track signals and do not respond to them.
log       | Do Not Track signals are received and not honored.
log       | Do Not Track signals are received and logged, not honored: our sites do not respond to them.
log       | Our websites do not process or respond to Do Not Track signals.
log       | Our sites do not currently respond to Do Not Track.
log       | Without exception we do not respond to Do Not Track.
log       | No matter which browser you use, we do not respond to Do Not Track signals.
log       | No matter which browser you use we do not respond to Do Not Track signals.
log       | Whether or not your browser sends Do Not Track, we do not change our practices.
log       | There is no accepted standard on how to respond to Do Not Track signals, and we do not respond to
            such signals.
log       | No uniform technology standard for recognizing and implementing DNT signals has been finalized. As
            such, we do not currently respond to DNT browser signals or any other mechanism that automatically
            communicates your choice not to be tracked online.
log       | We do not track our customers over time and across third party websites and therefore do not respond
            to Do Not Track (DNT) signals.
log       | Because there is not yet a common understanding of how to interpret the DNT signal, our Site does
            not currently respond to browser DNT signals.
log       | Some browsers have a "Do Not Track" feature. Our systems do not recognize browser "Do Not Track" signals.
log       | We do not alter our practices when we receive a "Do Not Track" signal from a visitor's browser.
log       | Please note that we do not alter our Site's data collection and use practices when we see a Do Not
            Track signal from your browser.
log       | These features are not uniform, so our services are not currently configured to respond to those signals.
log       | Northwind does not respond to Do Not Track requests.
log       | Acme Inc. does not respond to DNT signals.
log       | Like many websites and online services, we do not respond to Do Not Track signals.
log       | At this time, we do not respond to DNT signals.
log       | We do not, at this time, respond to DNT signals.
log       | We neither process nor respond to Do Not Track.
log       | Do Not Track signals are neither processed nor honored.
log       | Do Not Track headers are ignored.
log       | DNT requests are disregarded by our servers.
log       | We are unable to respond to Do Not Track.
log       | Our Services do not have the ability to respond to "Do Not Track" signals.
log       | We do not take any action in response to Do Not Track signals.
log       | Your DNT setting is sent with every request. It has no effect on our site.
log       | We do not support Do Not Track requests at this time.
log       | We currently disregard DNT headers.
log       | Our website will not react to Do Not Track.
log       | We do not honor Do Not Track, nor do we respond to it.
log       | Such signals cannot be honored.
log       | Our site can't recognise DNT headers yet.
log       | We do not comply with DNT.
log       | We no longer respond to Do Not Track.
log       | Until a standard exists, we do not respond to DNT signals.
log       | We do not respond to DNT signals when your browser sends them.
log       | If your browser sends Do Not Track, we do not act on it.
log       | We log Do Not Track signals for statistics, but we do not act on them.
log       | We do not treat Do Not Track as an objection.
log       | Do Not Track is not treated as an objection.
log       | We do not engage in cross-site tracking; accordingly we do not respond to DNT signals.
log       | California law requires us to tell you how we respond to DNT signals. We do not respond to them.
log       | Your browser may let you send Do Not Track. Our website is not set up to respond to it.
log       | UJET does not currently respond to DNT signals.
log       | Under the California Online Privacy Protection Act, we do not respond to DNT signals.

# It is acted on.
objection | We treat Do Not Track as an objection.
objection | We honour Do Not Track.
objection | Without exception we respect Do Not Track.
objection | Without exception, we respect "Do Not Track".
objection | No matter which browser you use, we honor Do Not Track.
objection | We honor Do Not Track signals and Do Not Track, plant cookies, or use advertising when a Do Not
            Track (DNT) browser mechanism is in place.
objection | Our sites respect Do Not Track.
objection | If your browser sends Do Not Track, we treat it as an objection.
objection | Do Not Track signals are honored.
objection | Do Not Track is treated as an objection under Article 21(5) GDPR.
objection | When we receive a Do Not Track signal, we respect it.
objection | We recognize and honor Do Not Track signals.
objection | We always respect the Do Not Track setting of your browser.
objection | We treat a Do Not Track request as a valid objection.
objection | We respond to Do Not Track signals.
objection | Please note that we honor Do Not Track.
objection | Unlike others who ignore it, we respect Do Not Track.
objection | We do not merely log Do Not Track; we treat it as an objection, too.

# It depends on where the visitor is, and both are said.
both      | In Germany Do Not Track is treated as an objection; elsewhere we do not respond to it.
both      | In Germany we treat Do Not Track as an objection; elsewhere we do not respond to it.
both      | We treat Do Not Track as an objection in Germany, but do not respond elsewhere.
both      | We do not respond to Do Not Track, except in Germany, where we treat it as an objection.

# Hedges, conditions, double negatives, other people's doings, other languages: whoever means it says it in dnt_says.
unclear   | Do Not Track is a signal of your browser.
unclear   | Auf Do Not Track reagieren wir nicht.
unclear   | We do not only receive Do Not Track signals, we also act on them.
unclear   | We not only receive but honor Do Not Track.
unclear   | We respond not only to Global Privacy Control but to Do Not Track.
unclear   | We never fail to honor Do Not Track.
unclear   | We do not ignore Do Not Track.
unclear   | It is not true that we do not respond to Do Not Track.
unclear   | It is not true that we respond to Do Not Track.
unclear   | We do not disregard Do Not Track signals.
unclear   | There is no signal of Do Not Track that we do not honor.
unclear   | Nobody who sends Do Not Track is ignored.
unclear   | No Do Not Track signal is ignored.
unclear   | We cannot ignore Do Not Track signals.
unclear   | We don't not respond to DNT.
unclear   | We fail to honor Do Not Track.
unclear   | We plan to honor Do Not Track.
unclear   | We will honor Do Not Track from 2028 on.
unclear   | We try to respect Do Not Track.
unclear   | We may not respond to all Do Not Track signals.
unclear   | We do not always respond to Do Not Track signals.
unclear   | We generally honor Do Not Track.
unclear   | We sometimes do not respond to Do Not Track signals.
unclear   | Some of our sites do not respond to Do Not Track.
unclear   | We honor Do Not Track only if you are logged in.
unclear   | We honor Do Not Track unless you have consented.
unclear   | We do not respond to Do Not Track unless the law requires it.
unclear   | We honor Do Not Track where required by law.
unclear   | In Germany we treat Do Not Track as an objection.
unclear   | We do not respond to Do Not Track, except in Germany.
unclear   | We honor Do Not Track. We do not respond to Do Not Track.
unclear   | Third parties do not respond to Do Not Track.
unclear   | Most websites do not respond to Do Not Track signals.
unclear   | Third parties, like most, do not respond to Do Not Track.
unclear   | We cannot promise that third parties honor Do Not Track.
unclear   | Do we honor Do Not Track? No.
unclear   | Do you respond to DNT? Yes.
unclear   | We honor Global Privacy Control.
unclear   | Your browser may send Global Privacy Control. We honor it.
unclear   | This section explains how we respond to Do Not Track.
unclear   | We respect your privacy.
unclear   | We honor your cookie preferences.
unclear   | We respond to Do Not Track signals by not loading advertising cookies.
unclear   | We support Do Not Track.
unclear   | We process Do Not Track signals for statistics.
unclear   | The industry has not agreed on what Do Not Track means.
unclear   | Many of our partners do not respond to DNT.
unclear   | Neither our partners nor advertisers respond to DNT.
unclear   | You may believe we do not respond to DNT.
unclear   | We are not among those sites that do not respond to DNT.
unclear   | We respect Do Not Track and do not respond to Do Not Track.
unclear   | Rather than ignoring DNT, we respect it.
unclear   | We reserve the right to ignore DNT.
unclear   | We do not process personal data of those who send Do Not Track.
unclear   | We do not follow visitors who send DNT.
unclear   | We are committed to honoring Do Not Track.
unclear   | It would be wrong to say that we honor DNT.
unclear   | We used to ignore Do Not Track.
unclear   | We do not honor Do Not Track only in Internet Explorer.
unclear   | Nous ne répondons pas aux signaux Do Not Track.
unclear   | We do not respond to Do Not Track as others do, we honor it.
unclear   | We only honor Do Not Track.
unclear   | We do not honor Do Not Track less than Global Privacy Control.
unclear   | We treat Do Not Track as noise.
unclear   | There is nothing we honor more than Do Not Track.
unclear   | We can't but honor Do Not Track.
unclear   | We do nothing but honor Do Not Track.
unclear   | We never said that we do not respond to Do Not Track.
unclear   | Our policy is to respect Do Not Track.
unclear   | Our policy is not to respond to Do Not Track.
unclear   | We do not honor Do Not Track any less.
unclear   | We do not simply respect Do Not Track.
unclear   | Do Not Track isn't ignored.
unclear   | Do Not Track is never ignored.
unclear   | No one here ignores Do Not Track.
unclear   | Nothing stops us from honoring Do Not Track.
unclear   | We do not believe that Do Not Track should be ignored.
unclear   | Not a single Do Not Track signal is disregarded.
unclear   | Do Not Track signals don't go unanswered: we respect them without asking questions.
unclear   | Hardly any site honors Do Not Track.
unclear   | Hardly ever do we respect Do Not Track.
unclear   | Far from ignoring Do Not Track, we honor it.
unclear   | Who says we do not respond to DNT is wrong.
unclear   | We do not respond to Do Not Track signals with a banner, we simply turn tracking off.
unclear   | By no means do we honor Do Not Track.
unclear   | Under no circumstances do we ignore Do Not Track.
unclear   | In no case do we honor Do Not Track.
unclear   | We stopped honoring Do Not Track in 2019.
unclear   | We refuse to respond to Do Not Track.
unclear   | Not every site honors Do Not Track, but ours does.
unclear   | We respect Do Not Track, don't we?
unclear   | We process Do Not Track signals and respond to them.
unclear   | Northwind's website honors DNT.
unclear   | We honor requests to delete your data.
unclear   | We do not process requests from minors.
unclear   | We do not respond to DNT with tracking, ever.
unclear   | We treat users who send Do Not Track differently.
"""

LINES = CORPUS.replace("\n            ", " ").splitlines()
"""A line that begins with blanks goes on from the one before."""
ROWS = [tuple(line.split(" | ", 1)) for line in LINES if line and not line.startswith("#")]
PROMISED = {
    "log": {DntSetting.LOG},
    "objection": {DntSetting.OBJECTION},
    "both": set(DntSetting),
    "unclear": set(),
}
PLAIN = [sentence for promised, sentence in ROWS if promised.strip() in {"log", "objection"}]
OUTRIGHT = [one for one in PLAIN if one.startswith(("We ", "Our ")) and not any(end in one[:-1] for end in ".;?")]
"""One sentence each that begins with what is said."""


@pytest.mark.parametrize(("promised", "sentence"), ROWS)
def test_a_statement_is_read_from_plain_words_or_not_at_all(promised: str, sentence: str) -> None:
    assert settings_promised(sentence) == PROMISED[promised.strip()]


@pytest.mark.parametrize(("promised", "sentence"), ROWS)
def test_it_does_not_matter_how_it_is_set(promised: str, sentence: str) -> None:
    curly = sentence.replace("'", "\u2019").replace("Do Not Track", "\u201cDo\u2011Not\u2011Track\u201d")
    assert settings_promised(f"  {curly.replace(' ', chr(10))}\n") == PROMISED[promised.strip()]


@pytest.mark.parametrize("sentence", OUTRIGHT)
@pytest.mark.parametrize("lead", ["It is not true that", "Nobody says that", "Sometimes", "If you are logged in,"])
def test_a_plain_word_is_not_read_out_of_a_sentence_that_takes_it_back(lead: str, sentence: str) -> None:
    assert settings_promised(f"{lead} {sentence[0].lower()}{sentence[1:]}") == set()


@given(st.lists(st.sampled_from(" ".join(sentence for _, sentence in ROWS).split()), max_size=150).map(" ".join))
def test_any_words_are_read_in_no_time_and_to_something(words: str) -> None:
    assert settings_promised(words) <= set(DntSetting)


def test_the_corpus_is_as_large_as_it_has_to_be_and_says_nothing_twice() -> None:
    assert len(ROWS) == len({sentence for _, sentence in ROWS}) >= 60
