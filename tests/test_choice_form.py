"""The choice form, and who may send it."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.choice import BadChoice, Fault, MediaType, is_same_origin, parse_choice, way_back
from factories import make_policy

POLICY = make_policy()
BOTH = frozenset({"analytics", "marketing"})


@pytest.mark.parametrize(
    ("body", "granted"),
    [
        (b"choice=accept", BOTH),
        (b"choice=reject", frozenset()),
        (b"choice=save", frozenset()),
        (b"choice=save&grant=analytics", {"analytics"}),
        (b"choice=save&grant=analytics&grant=marketing", BOTH),
        (b"choice=reject&grant=analytics", frozenset()),
    ],
)
def test_a_form_grants_what_it_says_and_refuses_all_else(body: bytes, granted: frozenset[str]) -> None:
    form = parse_choice(body, POLICY)
    assert (form.granted, form.refused) == (granted, BOTH - granted)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", Fault.NO_CHOICE),
        (b"choice=", Fault.NO_CHOICE),
        (b"choice=maybe", Fault.NO_CHOICE),
        (b"choice=ACCEPT", Fault.NO_CHOICE),
        (b"choice=accept%00", Fault.NO_CHOICE),
        (b"choice=accept&choice=reject", Fault.SAID_TWICE),
        (b"choice=accept&choice=accept", Fault.SAID_TWICE),
        (b"choice=save&grant=analytics&grant=analytics", Fault.SAID_TWICE),
        (b"choice=accept&lang=en&lang=de", Fault.SAID_TWICE),
        (b"choice=save&grant=spying", Fault.UNKNOWN_CATEGORY),
        (b"choice=save&grant=necessary", Fault.UNKNOWN_CATEGORY),
        (b"choice=save&grant=", Fault.UNKNOWN_CATEGORY),
        (b"choice=save&grant=analytics%00", Fault.UNKNOWN_CATEGORY),
        (b"choice=accept&grant=spying", Fault.UNKNOWN_CATEGORY),
        (b"choice=opt_out&grant=spying", Fault.UNKNOWN_CATEGORY),
        (b"choice=allow&grant=necessary", Fault.UNKNOWN_CATEGORY),
        (b"choice=allow", Fault.NO_CHOICE),
        (b"choice=accept&unknown=1", Fault.UNKNOWN_FIELD),
        (b"choice=accept&Choice=reject", Fault.UNKNOWN_FIELD),
        (b"choice=accept&choice%00=1", Fault.UNKNOWN_FIELD),
        (b"choice=accept&override=dnt", Fault.WRONG_VALUE),
        (b"choice=accept&from=elsewhere", Fault.WRONG_VALUE),
        (b"choice=accept%FF%FE", Fault.UNREADABLE),
        (b"choice=acc\xff", Fault.UNREADABLE),
        (b"&".join([b"choice=save", *[b"grant=analytics"] * 64]), Fault.UNREADABLE),
    ],
)
def test_a_form_that_is_not_ours_is_refused_with_a_word_for_what_is_wrong(body: bytes, fault: Fault) -> None:
    with pytest.raises(BadChoice) as refused:
        parse_choice(body, POLICY)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("form", "members"),
    [
        (b"choice=accept", {"choice": "accept"}),
        (b"choice=save&grant=analytics", {"choice": "save", "grant": ["analytics"]}),
        (b"choice=save", {"choice": "save", "grant": []}),
        (b"choice=reject&back=/jobs%3Fq%3D%C3%A4&lang=de", {"choice": "reject", "back": "/jobs?q=ä", "lang": "de"}),
        (b"choice=allow&grant=marketing", {"choice": "allow", "grant": ["marketing"]}),
        (b"choice=save&override=gpc&confirmed=t&from=preferences&submission=a1",
         {"choice": "save", "override": "gpc", "confirmed": "t", "from": "preferences", "submission": "a1"}),
    ],
)  # fmt: skip
def test_json_has_the_words_of_the_form(form: bytes, members: dict[str, object]) -> None:
    assert parse_choice(json.dumps(members).encode(), POLICY, MediaType.JSON) == parse_choice(form, POLICY)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", Fault.UNREADABLE),
        (b"choice=accept", Fault.UNREADABLE),
        (b"null", Fault.UNREADABLE),
        (b'"accept"', Fault.UNREADABLE),
        (b'["accept"]', Fault.UNREADABLE),
        (b'{"choice": "accept"', Fault.UNREADABLE),
        (b'{"choice": "accept"} {}', Fault.UNREADABLE),
        (b'{"choice": "accept",}', Fault.UNREADABLE),
        (b"{'choice': 'accept'}", Fault.UNREADABLE),
        (b'{"choice": NaN}', Fault.UNREADABLE),
        (b'{"choice": "accept", "back": -Infinity}', Fault.UNREADABLE),
        (b'\xef\xbb\xbf{"choice": "accept"}', Fault.UNREADABLE),
        ('{"choice": "accept"}'.encode("utf-16"), Fault.UNREADABLE),
        (b'{"choice": "acc\xff"}', Fault.UNREADABLE),
        (b'{"choice": "accept\n"}', Fault.UNREADABLE),
        (b'{"choice": ' + b"1" * 5000 + b"}", Fault.UNREADABLE),
        (b"[" * 8000, Fault.UNREADABLE),
        (b'{"choice":' * 1000, Fault.UNREADABLE),
        (b"{}", Fault.NO_CHOICE),
        (b'{"choice": "accept\\u0000"}', Fault.NO_CHOICE),
        (b'{"choice": "\\ud800"}', Fault.NO_CHOICE),
        (b'{"choice": true}', Fault.WRONG_VALUE),
        (b'{"choice": 1}', Fault.WRONG_VALUE),
        (b'{"choice": null}', Fault.WRONG_VALUE),
        (b'{"choice": ["accept"]}', Fault.WRONG_VALUE),
        (b'{"choice": {"choice": "accept"}}', Fault.WRONG_VALUE),
        (b'{"choice": "save", "grant": "analytics"}', Fault.WRONG_VALUE),
        (b'{"choice": "save", "grant": {"analytics": true}}', Fault.WRONG_VALUE),
        (b'{"choice": "save", "grant": [["analytics"]]}', Fault.WRONG_VALUE),
        (b'{"choice": "save", "grant": [1]}', Fault.WRONG_VALUE),
        (b'{"choice": "accept", "choice": "reject"}', Fault.SAID_TWICE),
        (b'{"choice": "save", "grant": [], "grant": ["analytics"]}', Fault.SAID_TWICE),
        (b'{"choice": "save", "back": {"a": 1, "a": 2}}', Fault.SAID_TWICE),
        (b'{"choice": "save", "grant": ["analytics", "analytics"]}', Fault.SAID_TWICE),
        (b'{"choice": "save", "grant": ["spying"]}', Fault.UNKNOWN_CATEGORY),
        (b'{"choice": "allow", "grant": []}', Fault.NO_CHOICE),
        (b'{"choice": "accept", "__proto__": "x"}', Fault.UNKNOWN_FIELD),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_json_that_is_not_ours_is_refused_with_a_word_for_what_is_wrong(body: bytes, fault: Fault) -> None:
    with pytest.raises(BadChoice) as refused:
        parse_choice(body, POLICY, MediaType.JSON)
    assert refused.value.fault is fault


@given(st.binary(max_size=200), st.sampled_from(MediaType))
def test_no_body_raises_anything_else(body: bytes, media_type: MediaType) -> None:
    try:
        form = parse_choice(body, POLICY, media_type)
    except BadChoice:
        return
    assert form.granted | form.refused <= BOTH
    assert form.granted.isdisjoint(form.refused)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["accept", "save", "analytics"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["choice", "grant", "override", "confirmed", "back", "from", "lang", "x"]), JSON_VALUES
    )
)
def test_no_json_raises_anything_else(members: dict[str, object]) -> None:
    try:
        form = parse_choice(json.dumps(members).encode(), POLICY, MediaType.JSON)
    except BadChoice:
        return
    assert form.granted | form.refused <= BOTH
    assert form.granted.isdisjoint(form.refused)


@pytest.mark.parametrize("grants", [b"", b"&grant=analytics&grant=functional&grant=marketing"])
def test_opting_out_and_limiting_say_nothing_of_all_else_whatever_the_switches_stand_at(grants: bytes) -> None:
    policy = make_policy(
        categories={"analytics": {"sensitive": True}, "functional": {}, "marketing": {"sale_or_sharing": True}}
    )
    for word, refused in ((b"opt_out", "marketing"), (b"limit", "analytics")):
        form = parse_choice(b"choice=" + word + grants, policy)
        assert (form.granted, form.refused) == (frozenset(), frozenset({refused}))


def test_allowing_grants_what_it_names_and_says_nothing_of_all_else() -> None:
    form = parse_choice(b"choice=allow&grant=marketing", POLICY)
    assert (form.granted, form.refused) == (frozenset({"marketing"}), frozenset())


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs?q=a%20b&page=2", "/a/../b", "/_consent/"])
def test_a_path_on_this_site_is_a_way_back(path: str) -> None:
    assert way_back(path) == path
    assert way_back(parse_choice(urlencode({"choice": "accept", "back": path}).encode(), POLICY).back) == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "jobs", "",
        "/a\r\nSet-Cookie: a=b",
        "/a b", "/\t/evil.example", "/%\x00", "/é", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_anything_else_leads_to_the_front_page(path: str) -> None:
    assert way_back(path) == "/"


@pytest.mark.parametrize(
    ("fetch_site", "origin", "referer", "same"),
    [
        ("same-origin", None, None, True),
        ("same-origin", "null", None, True),
        ("same-site", "https://careers.example.com", None, False),
        ("cross-site", None, "https://careers.example.com/", False),
        ("none", None, None, False),
        (None, "https://careers.example.com", None, True),
        (None, "https://CAREERS.example.com", None, True),
        (None, "http://careers.example.com", None, True),
        (None, "https://careers.example.com:8443", None, False),
        (None, "https://evil.example", "https://careers.example.com/", False),
        (None, "null", "https://careers.example.com/", False),
        (None, None, "https://careers.example.com/jobs", True),
        (None, None, "https://careers.example.com.evil.example/", False),
        (None, None, "https://careers.example.com@evil.example/", False),
        (None, None, "https://[", False),
        (None, None, None, False),
    ],
)
def test_only_the_sites_own_pages_may_choose(
    fetch_site: str | None, origin: str | None, referer: str | None, same: bool
) -> None:
    assert is_same_origin(fetch_site, origin, referer, "careers.example.com") is same


def test_a_request_without_a_host_is_not_from_our_pages() -> None:
    assert not is_same_origin(None, "https://", None, "")
