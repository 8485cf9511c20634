"""`consentgate init`, as someone who types it, or a script that calls it, meets it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from consentgate import Policy
from consentgate.cli import app
from consentgate.cli.schema import schema_text
from consentgate.policy.schema import PolicyFile
from factories import BY_REGION
from test_cli_schema import errors_of

ANSWERS = ("careers.example.com", "Example Careers", "/privacy 2026-10-12", "hotjar, meta", "", "proxy 10.0.0.0/8")
SITE, NOTICE = ("--site", "careers.example.com"), ("--notice", "/privacy 2026-10-12")
HOTJAR = (Path(__file__).parents[1] / "demo_app" / "templates" / "vendors" / "hotjar.html").read_text("utf-8")

BARE_SCRIPT = "window.x = [];\n(function(h){\n  load\n})(window, 'https://static.hotjar.com/c/hotjar-');\ntiktok"
HOTJAR_AND_TWO = ["linkedin-insight", "hotjar", "tiktok"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(*options: str, typed: tuple[str, ...] = ()) -> Result:
    given = "".join(f"{line}\n" for line in typed)
    return CliRunner().invoke(app, ["init", *options], input=given, env={"COLUMNS": "200", "TERM": "dumb"})


def written() -> dict[str, Any]:
    return tomllib.loads(Path("consentgate.toml").read_text("utf-8"))


def test_five_answers_make_a_file_that_check_finds_fine() -> None:
    assert init(typed=ANSWERS).exit_code == 0
    assert CliRunner().invoke(app, ["check"]).exit_code == 0
    policy = Policy.load("consentgate.toml")
    assert policy.sites[0].name == "careers.example.com"
    assert (policy.name, policy.notice.url) == ("Example Careers", "/privacy")
    assert [vendor.id for vendor in policy.vendors] == ["hotjar", "meta"]
    assert [str(network) for network in policy.trusted_proxies] == ["10.0.0.0/8"]


def test_five_questions_are_asked_and_no_more() -> None:
    assert re.findall(r"^(\d/\d) ", init(typed=ANSWERS).stderr, re.MULTILINE) == ["1/5", "2/5", "3/5", "4/5", "5/5"]


def test_the_same_answers_as_options_make_the_same_file_and_ask_nothing() -> None:
    init(typed=ANSWERS)
    asked = Path("consentgate.toml").read_text("utf-8")
    options = (*SITE, "--name", ANSWERS[1], *NOTICE, "--vendors", ANSWERS[3], "--front", ANSWERS[5])
    result = init(*options, "--output", "other.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert Path("other.toml").read_text("utf-8") == asked


def test_with_yes_only_what_has_no_sensible_default_is_needed() -> None:
    assert init("--yes", *SITE, *NOTICE).exit_code == 0
    policy = Policy.load("consentgate.toml")
    assert (policy.name, policy.vendors, policy.trusted_proxies) == ("careers.example.com", (), ())


@pytest.mark.parametrize(("given", "missing"), [(SITE, "--notice"), (NOTICE, "--site")])
def test_with_yes_a_missing_answer_is_named_by_its_option(given: tuple[str, ...], missing: str) -> None:
    result = init("--yes", *given)
    assert result.exit_code == 2
    assert missing in result.stderr
    assert not Path("consentgate.toml").exists()


@pytest.mark.parametrize(
    ("option", "answer", "reason"),
    [
        ("--site", " ", "always made for a site"),
        ("--site", "https://", "no host"),
        ("--site", "careers.example.com/a b", "form"),
        ("--name", "", "at least 1 character"),
        ("--name", "a\x07b", "can't be shown"),
        ("--notice", "/privacy", "no date"),
        ("--notice", "2026-10-12", "address of the notice is missing"),
        ("--notice", "privacy.html 2026-10-12", "form"),
        ("--notice", "/privacy 2026-13-12", "no date"),
        ("--vendors", "hotjr", "Did you mean hotjar?"),
        ("--vendors", "foo", "'foo' is not in the catalogue"),
        ("--vendors", "gtm", "'gtm' could be google-tag-manager"),
        ("--vendors", "facebook", "'facebook' could be meta"),
        ("--vendors", "our own tool <script src='https://static.hotjar.com/x.js'></script>", "'our own tool' is not"),
        ("--vendors", "hotjar\nMeta (Facebook)", "'Meta (Facebook)' could be meta"),
        ("--vendors", "hotjr\n<script>hj('event', 'x')</script>", "Did you mean hotjar?"),
        ("--vendors", "linkedin", "could be linkedin-insight or linkedin-plugins"),
        ("--vendors", "our own tool", "not in the catalogue"),
        ("--vendors", "<b>nothing</b>", "Neither a vendor nor a host"),
        ("--front", "caddy 10.0.0.0/8", "not one of nobody, proxy, cloudflare"),
        ("--front", "cloudflare", "From where does it connect"),
        ("--front", "nobody 10.0.0.0/8", "Write `proxy` before them"),
        ("--front", "proxy 0.0.0.0/0", "Everybody would be a trusted proxy"),
        ("--front", "proxy everywhere", "everywhere"),
    ],
)
def test_a_wrong_answer_in_an_option_is_refused_with_the_reason_and_nothing_is_written(
    option: str, answer: str, reason: str
) -> None:
    given = {SITE[0]: SITE[1], NOTICE[0]: NOTICE[1], option: answer}
    result = init("--yes", *(word for pair in given.items() for word in pair))
    assert result.exit_code == 2
    assert reason in " ".join(result.stderr.replace("│", " ").split())
    assert not Path("consentgate.toml").exists()


def test_a_wrong_answer_is_asked_again_with_the_reason() -> None:
    site, name, _, _, end, _ = ANSWERS
    typed = ("", "?", site, name, "/privacy", "/privacy 2026-10-12", end, "cloudflare", "cloudflare 10.0.0.0/8")
    result = init(typed=typed)
    assert result.exit_code == 0
    for reason in ("always made for a site", "no host", "no date", "From where does it connect"):
        assert reason in result.stderr
    assert Policy.load("consentgate.toml").edge == "cloudflare"


def test_what_was_understood_of_an_answer_is_kept_when_the_rest_is_asked_again() -> None:
    site, name, notice, *_ = ANSWERS
    assert init(typed=(site, name, notice, "linkedin, hotjar", "", "linkedin-insight", "", "")).exit_code == 0
    assert written()["vendors"] == ["hotjar", "linkedin-insight"]


@pytest.mark.parametrize(
    ("text", "vendors"),
    [
        ("Google Analytics", ["google-analytics"]),
        ("TikTok, meta pixel and plugins", ["tiktok", "meta"]),
        (BARE_SCRIPT, ["hotjar", "tiktok"]),
        (
            'hotjar <script src="https://snap.licdn.com/li.lms-analytics/insight.min.js"></script>, tiktok',
            HOTJAR_AND_TWO,
        ),
        ('<img\n  width=1\n  hidden\n  src="https://www.facebook.com/tr?id=1">\ntiktok', ["meta", "tiktok"]),
        ("px.ads.linkedin.com/collect", ["linkedin-insight"]),
        ("https://static.hotjar.com/c/hotjar-1.js, hotjar", ["hotjar"]),
        (HOTJAR, ["hotjar"]),
        (f"microsoft clarity\n{HOTJAR}", ["hotjar", "microsoft-clarity"]),
        ('<script\n  async\n  src="//www.googletagmanager.com/gtag/js?id=G-1">', ["google-analytics"]),
        (r'{"src": "https:\/\/connect.facebook.net\/en_US\/fbevents.js"}', ["meta"]),
        ("", []),
    ],
)
def test_vendors_are_known_by_name_by_host_and_by_their_tags(text: str, vendors: list[str]) -> None:
    assert init("--yes", *SITE, *NOTICE, "--vendors", text).exit_code == 0
    assert written()["vendors"] == vendors


def test_a_host_that_is_nobodys_is_named_and_noted_in_the_file() -> None:
    result = init("--yes", *SITE, *NOTICE, "--vendors", '<script src="https://stats.strange.example/x.js"></script>')
    assert "Nobody in the catalogue is behind stats.strange.example" in result.stdout
    assert "behind these hosts of the tags: stats.strange.example." in Path("consentgate.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("answer", "site", "sites"),
    [
        ("https://Careers.Example.com/", "careers.example.com", None),
        ("www.example.com/careers/", "www.example.com/careers", None),
        ("localhost:8000", "localhost:8000", None),
        ("münchen.example", "xn--mnchen-3ya.example", None),
        ("a.example, b.example/jobs", None, ["a.example", "b.example/jobs"]),
    ],
)
def test_a_site_is_taken_as_people_write_it(answer: str, site: str | None, sites: list[str] | None) -> None:
    assert init("--yes", "--site", answer, *NOTICE).exit_code == 0
    assert (written().get("site"), written().get("sites")) == (site, sites)


@pytest.mark.parametrize("text", ['Say "hi" \\ # bye', "Grüße", "{{ 7 * 7 }}", "'; drop"])
def test_a_name_stands_in_the_file_as_it_was_given(text: str) -> None:
    assert init("--yes", *SITE, *NOTICE, "--name", text).exit_code == 0
    assert Policy.load("consentgate.toml").name == text


@pytest.mark.parametrize("edge", ["cloudflare", "cloudfront", "vercel", "appengine", "google_lb", "akamai", "fastly"])
def test_every_edge_gets_the_settings_that_it_needs(edge: str) -> None:
    assert init("--yes", *SITE, *NOTICE, "--front", f"{edge} 10.0.0.0/8").exit_code == 0
    assert Policy.load("consentgate.toml").edge == edge


def test_a_file_that_is_there_is_never_replaced_without_being_told() -> None:
    Path("consentgate.toml").write_text("# mine\n")
    result = init(typed=ANSWERS)
    assert (result.exit_code, "1/5" in result.stderr) == (1, False)
    assert "--force" in result.stderr
    assert Path("consentgate.toml").read_text() == "# mine\n"
    assert init("--yes", *SITE, *NOTICE, "--force").exit_code == 0
    assert written()["site"] == "careers.example.com"


def test_a_schema_of_ones_own_is_not_replaced_either() -> None:
    Path("consentgate.schema.json").write_text("{}")
    assert init(typed=ANSWERS).exit_code == 1
    assert Path("consentgate.schema.json").read_text() == "{}"
    assert not Path("consentgate.toml").exists()


def test_a_file_that_cant_be_written_is_an_error_with_its_name() -> None:
    result = init("--yes", *SITE, *NOTICE, "--output", "no/such/folder/consentgate.toml")
    assert result.exit_code == 1
    assert "can't be written" in result.stderr


def test_the_schema_that_the_first_line_names_lies_beside_it_and_finds_the_file_valid() -> None:
    init("--yes", *SITE, *NOTICE)
    first = Path("consentgate.toml").read_text("utf-8").splitlines()[0]
    assert first.startswith("#:schema ./")
    assert Path(first.removeprefix("#:schema ")).read_text("utf-8") == schema_text()
    assert errors_of(written()) == []


@pytest.mark.parametrize("stdin", [b"", b"careers.example.com\n", b"\xff\xfe\n"])
def test_without_a_terminal_and_without_answers_it_says_how_to_give_them(stdin: bytes) -> None:
    words = [sys.executable, "-c", "from consentgate.cli import main; main()", "init"]
    result = subprocess.run(words, input=stdin, capture_output=True, check=False)
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"Nothing is written" in result.stderr
    assert b"Traceback" not in result.stderr
    assert not Path("consentgate.toml").exists()


def switched_on(text: str) -> str:
    """The file with everything in it that is commented out. The site stays in the place of a list,
    and Germany's example in [signals] needs a statement that says both.
    """
    lines = re.sub(r"^# (?=\[|[A-Za-z_]+ = )", "", text, flags=re.MULTILINE).replace("  # {", "  {")
    one_site = re.sub(r"^sites = .*$", "", lines, flags=re.MULTILINE)
    both = re.sub(r"^dnt = .*$", f"dnt = {json.dumps(BY_REGION)}", one_site, count=1, flags=re.MULTILINE)
    return both.replace('dnt_says = "not_honored"', 'dnt_says = "both"')


def test_what_is_commented_out_is_sound_when_it_is_switched_on() -> None:
    init("--yes", *SITE, *NOTICE, "--front", "proxy 10.0.0.0/8")
    text = switched_on(Path("consentgate.toml").read_text("utf-8"))
    assert Policy.from_dict(tomllib.loads(text)).vendors[-1].id == "own-statistics"


EXAMPLES = {"geoip", "edge", "regions", "vendor", "categories", "notice", "site", "name", "vendors", "trusted_proxies"}
"""What stands in the file as an example, or as an answer."""


def test_what_is_commented_out_and_no_example_is_the_default() -> None:
    init("--yes", *SITE, *NOTICE, "--front", "proxy 10.0.0.0/8")
    on = tomllib.loads(switched_on(Path("consentgate.toml").read_text("utf-8")))
    plain = PolicyFile.model_validate({"site": on["site"], "notice": {**on["notice"], "cookies_url": None}})
    for key, value in on.items():
        if key not in EXAMPLES:
            default = getattr(plain, key)
            inner = value if isinstance(value, dict) else {}
            assert value == default or inner, key
            for name in inner.keys() - EXAMPLES:
                assert inner[name] == getattr(default, name), f"{key}.{name}"


def test_every_table_and_every_key_that_matters_stands_in_the_file() -> None:
    init("--yes", *SITE, *NOTICE)
    text = Path("consentgate.toml").read_text("utf-8")
    left_out = {"sites", "dnt_says", "cookie_domain", "gpc_since", "controller", "policy", "config"}
    tables = set(re.findall(r"^(?:# )?\[+([a-z_.]+)\]+", text, re.MULTILINE))
    keys = set(re.findall(r"^(?:# )?([a-z_]+) = ", text, re.MULTILINE))
    top = set(PolicyFile.model_fields) - left_out
    assert {key for key in top if key not in keys and not any(t.partition(".")[0] == key for t in tables)} == set()


def test_no_line_of_the_file_is_longer_than_an_editor_shows() -> None:
    init("--yes", *SITE, *NOTICE)
    assert max(map(len, Path("consentgate.toml").read_text("utf-8").splitlines())) <= 120
