"""Where the page's own additions go."""

from __future__ import annotations

import pytest

from consentgate.walls.html import Injection
from html_wall.pages import walled

BOTH = Injection(b"[H]", lambda _: b"[B]")


@pytest.mark.parametrize(
    ("page", "output"),
    [
        # Documents that say where.
        ("<html><head><title>x</title></head><body><p>", "<html><head>[H]<title>x</title></head><body>[B]<p>"),
        ("<HEAD lang=a></HEAD><BODY class='>'>x", "<HEAD lang=a>[H]</HEAD><BODY class='>'>[B]x"),
        ("<!doctype html>\n<!-- c -->\n<html>\n<head>\n", "<!doctype html>\n<!-- c -->\n<html>\n<head>[H]\n[B]"),
        ("<head></head>\n<!-- c --> <body>", "<head>[H]</head>\n<!-- c --> <body>[B]"),
        ("<body>x<body>y", "[H]<body>[B]x<body>y"),
        # Documents that leave it out.
        ("<title>x</title><p>y", "[H]<title>x</title>[B]<p>y"),
        ("<html><p>y", "<html>[H][B]<p>y"),
        ("hello <b>", "[H][B]hello <b>"),
        ("\n\t hello", "\n\t [H][B]hello"),
        ("<!doctype html>1 < 2", "<!doctype html>[H][B]1 < 2"),
        ("<head></head><div>", "<head>[H]</head>[B]<div>"),
        ("<head><div>", "<head>[H][B]<div>"),
        ("<head></head>text", "<head>[H]</head>[B]text"),
        ("<head></head></p></br>", "<head>[H]</head></p>[B]</br>"),
        ("<head></head></body>", "<head>[H]</head>[B]</body>"),
        ("<svg></svg>", "[H][B]<svg></svg>"),
        ("\ufeff<p>", "\ufeff[H][B]<p>"),
        ("\ufefftext", "\ufeff[H][B]text"),
        # Elements that belong to the head wherever they stand do not open the body.
        (
            "<meta><link><base><style>a</style><script>b</script><noscript>c</noscript><template>d</template><p>",
            "[H]<meta><link><base><style>a</style><script>b</script><noscript>c</noscript><template>d</template>[B]<p>",
        ),
        # Nothing goes into templates, comments, raw text or scripts.
        ("<head><template><body><p>x</template><p>", "<head>[H]<template><body><p>x</template>[B]<p>"),
        (
            "<head><template><template></template><p></template><p>",
            "<head>[H]<template><template></template><p></template>[B]<p>",
        ),
        ("<!-- <head><body> --><p>", "<!-- <head><body> -->[H][B]<p>"),
        ("<script>'<head><body>'</script><p>", "[H]<script>'<head><body>'</script>[B]<p>"),
        ("<title><body></title><body>", "[H]<title><body></title><body>[B]"),
        ("<noscript><body></noscript><body>", "[H]<noscript><body></noscript><body>[B]"),
        # Frames have no body.
        ("<frameset><frame src=a></frameset>", "[H]<frameset><frame src=a></frameset>"),
        ("<head></head><frameset><frame></frameset>x", "<head>[H]</head><frameset><frame></frameset>x"),
        # Nothing came at all, or nothing more.
        ("", "[H][B]"),
        ("  \n", "  \n[H][B]"),
        ("<head>", "<head>[H][B]"),
        ("<html><body>", "<html>[H]<body>[B]"),
        ("<head><p", "<head>[H][B]<p"),
        ("<head><title>never closed", "<head>[H]<title>never closed"),
        ("<head><!-- never closed", "<head>[H]<!-- never closed"),
        ("<head><template>never closed", "<head>[H]<template>never closed"),
    ],
)
def test_each_injection_goes_first_into_its_element(page: str, output: str) -> None:
    assert walled(page.encode(), BOTH).output.decode() == output


@pytest.mark.parametrize("page", ["", "<p>", "<head></head><body>", "text"])
def test_nothing_to_inject_changes_nothing(page: str) -> None:
    assert walled(page.encode()).output == page.encode()


def test_head_alone_and_body_alone_can_be_injected() -> None:
    page = b"<head></head><body>"
    assert walled(page, Injection(head=b"[H]")).output == b"<head>[H]</head><body>"
    assert walled(page, Injection(body=lambda _: b"[B]")).output == b"<head></head><body>[B]"


def test_an_injected_head_comes_before_the_first_tag_even_if_that_tag_is_disarmed() -> None:
    output = walled(b"<script src=//tracker.example/a></script>", BOTH).output
    assert output.startswith(b"[H]<script type=text/plain data-cg=marketing ")


def test_a_page_of_two_readings_gets_its_injection_once() -> None:
    output = walled(b"<head><noscript><!--</noscript><p>x</p>-->", BOTH).output
    assert (output.count(b"[H]"), output.count(b"[B]")) == (1, 1)


@pytest.mark.parametrize(
    ("page", "language"),
    [
        (b'<!doctype html><html lang="de-AT"><head></head><body>', "de-AT"),
        (b"<HTML class=x LANG=pt-br><body>", "pt-br"),
        (b'<html lang="&#100;e"><body>', "de"),
        (b"<html><body lang=fr>", ""),
        (b"<html lang=de><html lang=fr><body>", "de"),
        (b"<!-- <html lang=fr> --><body>", ""),
        (b"<p>no tags of its own", ""),
    ],
)
def test_the_body_is_told_the_language_that_the_page_is_written_in(page: bytes, language: str) -> None:
    told = Injection(body=lambda seen: f"[{seen}]".encode())
    assert f"[{language}]".encode() in walled(page, told).output
    assert walled(page, told, cuts=list(range(1, len(page)))).output == walled(page, told).output
