"""What visitors read says the same in every language: same keys, same words to fill in, buttons of equal weight."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from html import unescape
from string import Formatter
from typing import Any

import pytest

from consentgate import data
from consentgate.banner.layer_one import LayerOne, Look
from consentgate.banner.texts import languages, texts
from consentgate.model import Prompt
from consentgate.policy import Policy
from factories import notice_table

LANGUAGES = sorted(languages())
OTHERS = [language for language in LANGUAGES if language != "en"]
MAY_BE_EMPTY = "categories.necessary.purpose"
OPTIONAL = ("functional", "analytics", "marketing")

# What automatic consent tools look for, to recognise a cookie banner by its words.
OPENINGS = {
    "de": "Wir verwenden Cookies",
    "en": "We use cookies",
    "es": "Utilizamos cookies",
    "fr": "Nous utilisons des cookies",
    "it": "Usiamo i cookie",
    "nl": "Wij gebruiken cookies",
    "pl": "Używamy plików cookie",
    "pt": "Utilizamos cookies",
    "sv": "Vi använder cookies",
}


def table(language: str) -> Mapping[str, Any]:
    """A locale file as it lies on the disk."""
    return tomllib.loads((data.path("locales") / f"{language}.toml").read_text(encoding="utf-8"))


def entries(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    """Every value with its dotted key, in the order of the file."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from entries(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def lines(language: str) -> dict[str, str]:
    """Every text of a language by its dotted key."""
    return {key: str(value) for key, value in entries(table(language))}


def placeholders(text: str) -> list[str]:
    """The {curly} words of a text, sorted, since languages order them differently."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def banner(language: str, names: tuple[str, ...]) -> str:
    """The banner as a policy with these categories shows it, with its character references read back."""
    policy = Policy.from_dict(
        {
            "site": "jobs.example",
            "notice": notice_table(),
            "categories": {name: {"sale_or_sharing": name == "marketing"} for name in names},
        }
    )
    look = Look(Prompt.BANNER, language, opt_out_honored=False, choices_icon=False, root="")
    return unescape(LayerOne(policy, attribution=False).html(look, "/").decode("ascii"))


def test_the_languages_that_automatic_consent_tools_know_are_all_there() -> None:
    assert set(OPENINGS) <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_locale_is_named_by_a_lower_case_language_tag_and_loads(language: str) -> None:
    assert language == language.lower()
    assert texts(language).language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_is_text(language: str) -> None:
    assert [key for key, value in entries(table(language)) if not isinstance(value, str)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_locale_has_the_keys_of_english_in_the_same_order(language: str) -> None:
    assert list(lines(language)) == list(lines("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_the_placeholders_of_the_english_one(language: str) -> None:
    english = {key: placeholders(text) for key, text in lines("en").items()}
    assert {key: placeholders(text) for key, text in lines(language).items()} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_direction_is_one_that_html_knows(language: str) -> None:
    assert texts(language).direction in {"ltr", "rtl"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_but_the_purpose_of_necessary_which_is_never_asked_for(language: str) -> None:
    assert [key for key, text in lines(language).items() if not text.strip()] == [MAY_BE_EMPTY]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_begins_or_ends_with_white_space_or_breaks_its_line(language: str) -> None:
    assert [key for key, text in lines(language).items() if text != text.strip() or "\n" in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_html_since_templates_escape_all_they_are_given(language: str) -> None:
    assert [key for key, text in lines(language).items() if set(text) & set("<>&")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_accept_and_reject_are_about_as_long_so_that_neither_button_stands_out(language: str) -> None:
    shorter, longer = sorted(len(label) for label in (texts(language).banner.accept, texts(language).banner.reject))
    assert longer <= 1.6 * shorter


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_inside_a_sentence_does_not_end_one(language: str) -> None:
    words = texts(language)
    inner = [words.status.honored, *(words.category(name).purpose for name in OPTIONAL)]
    assert [text for text in inner if text.endswith((".", "。", "।", "۔", "!"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("names", [OPTIONAL[:1], OPTIONAL[:2], OPTIONAL, OPTIONAL[::-1]], ids=", ".join)
def test_the_banner_names_every_purpose_and_leaves_nothing_to_fill_in(language: str, names: tuple[str, ...]) -> None:
    shown = banner(language, names)
    assert [name for name in names if texts(language).category(name).purpose not in shown] == []
    assert set(shown) & set("{}") == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_not_the_english_text_left_standing(language: str) -> None:
    english, words = texts("en"), texts(language)
    assert words.banner.text != english.banner.text
    assert words.preferences.intro != english.preferences.intro
    assert words.errors.not_saved_text != english.errors.not_saved_text
    said, meant = lines(language), lines("en")
    sections = ("strip", "requests", "confirm", "frame", "errors")
    assert [key for key in said if key.startswith(sections) and said[key] == meant[key]] == []


@pytest.mark.parametrize(("language", "opening"), OPENINGS.items())
def test_the_banner_says_cookies_in_words_that_automatic_consent_tools_recognise(language: str, opening: str) -> None:
    assert texts(language).banner.text.startswith(opening)
