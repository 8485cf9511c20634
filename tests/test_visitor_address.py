"""Whom a connection is from: what proxies may say, what they can't make us believe, and what ends in unknown."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.model import Address
from consentgate.policy.values import Forwarded
from consentgate.visitor.client_ip import client_address, is_trusted, parse_address
from consentgate.visitor.forwarded import read_hops
from factories import make_policy

TRUSTED = (
    ip_network("127.0.0.1/32"),
    ip_network("10.0.0.0/8"),
    ip_network("198.51.100.0/24"),
    ip_network("fd00::/8"),
)


def address_behind(peer: str | None, values: list[str], kind: Forwarded = Forwarded.X_FORWARDED_FOR) -> Address | None:
    return client_address(peer, read_hops(kind, values), TRUSTED)


def expected(address: str | None) -> Address | None:
    return ip_address(address) if address else None


X_FORWARDED_FOR: list[tuple[str | None, list[str], str | None]] = [
    # An untrusted peer is the visitor.
    ("91.0.0.1", [], "91.0.0.1"),
    ("91.0.0.1", ["203.0.113.9"], "91.0.0.1"),
    ("91.0.0.1", ["10.0.0.1", "127.0.0.1"], "91.0.0.1"),
    ("2003::1", ["203.0.113.9"], "2003::1"),
    # A trusted one vouches for the hop before it, and so on to the left.
    ("127.0.0.1", ["91.0.0.1"], "91.0.0.1"),
    ("127.0.0.1", ["203.0.113.9, 91.0.0.1"], "91.0.0.1"),
    ("127.0.0.1", ["203.0.113.9", "91.0.0.1, 10.1.1.1"], "91.0.0.1"),
    ("127.0.0.1", ["91.0.0.1,10.1.1.1", "10.1.1.2"], "91.0.0.1"),
    ("127.0.0.1", ["not an address, 91.0.0.1"], "91.0.0.1"),
    ("fd00::7", ["2003::1"], "2003::1"),
    # IPv4 by way of IPv6, at the peer and in the header.
    ("::ffff:127.0.0.1", ["::ffff:91.0.0.1"], "91.0.0.1"),
    ("::ffff:10.3.2.1", ["91.0.0.1, ::ffff:10.0.0.9"], "91.0.0.1"),
    ("127.0.0.1", ["64:ff9b::5b00:1"], "91.0.0.1"),
    ("127.0.0.1", ["91.0.0.1, 64:ff9b::c633:6407"], None),
    # Nobody but proxies: none of them is the visitor.
    ("127.0.0.1", [], None),
    ("127.0.0.1", ["10.0.0.1"], None),
    ("127.0.0.1", ["10.0.0.1, 10.0.0.2"], None),
    # Malformed where it matters.
    ("127.0.0.1", ["unknown"], None),
    ("127.0.0.1", ["91.0.0.1, unknown"], None),
    ("127.0.0.1", ["91.0.0.1, _hidden"], None),
    ("127.0.0.1", ["91.0.0.1,"], None),
    ("127.0.0.1", ["91.0.0.1", ""], None),
    ("127.0.0.1", ["91.0.0.1, <script>, 10.0.0.1"], None),
    # At most twenty hops, counted over all headers.
    ("127.0.0.1", [", ".join(["91.0.0.1"] * 20)], "91.0.0.1"),
    ("127.0.0.1", [", ".join(["91.0.0.1"] * 21)], "91.0.0.1"),
    ("127.0.0.1", [", ".join([*["forged"] * 40, "91.0.0.1"])], "91.0.0.1"),
    ("127.0.0.1", ["91.0.0.1"] * 21, "91.0.0.1"),
    # No address at all.
    ("testclient", ["91.0.0.1"], None),
    ("unix:/run/site.sock", ["91.0.0.1"], None),
    ("", ["91.0.0.1"], None),
    (None, ["91.0.0.1"], None),
]


@pytest.mark.parametrize(("peer", "values", "address"), X_FORWARDED_FOR)
def test_the_address_is_that_of_the_first_hop_nobody_vouches_for(
    peer: str | None, values: list[str], address: str | None
) -> None:
    assert address_behind(peer, values) == expected(address)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("91.0.0.1", "91.0.0.1"),
        ("91.0.0.1:51234", "91.0.0.1"),
        ("91.0.0.1:_gazonk", "91.0.0.1"),
        ("[2003::1]", "2003::1"),
        ("[2003::1]:443", "2003::1"),
        ("2003::1", "2003::1"),
        ("2003:0:0:0:0:0:0:1", "2003::1"),
        ("2003::ABCD", "2003::abcd"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:443", "fe80::1"),
        ("::ffff:91.0.0.1", "91.0.0.1"),
        ("[::ffff:5b00:1]:443", "91.0.0.1"),
        ("64:ff9b::91.0.0.1", "91.0.0.1"),
        ("64:ff9b::5b00:1", "91.0.0.1"),
        ("2002:5b00:1::1", "91.0.0.1"),
        ("2001:0:4136:e378:8000:63bf:a4ff:fffe", "91.0.0.1"),
        # A private address can't have come through the internet: it is made up.
        ("64:ff9b::10.0.0.1", None),
        ("64:ff9b::127.0.0.1", None),
        ("2002:a00:1::1", None),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", None),
        # The local-use prefix of RFC 8215 is no well-known one, and what stands in it is for the network to know.
        ("64:ff9b:1::5b00:1", "64:ff9b:1::5b00:1"),
        ("", None),
        ("unknown", None),
        ("_hidden", None),
        ("testclient", None),
        ("localhost", None),
        ("8.8.8", None),
        ("1", None),
        ("0x5b.0.0.1", None),
        ("091.0.0.1", None),
        ("91.0.0.1.", None),
        ("91.0.0.256", None),
        ("٩١.0.0.1", None),
        ("91.0.0.1%eth0", None),
        ("91.0.0.1:", None),
        ("91.0.0.1:123456", None),
        ("91.0.0.1:80:80", None),
        ("91.0.0.1 ", None),
        ("91.0.0.1\n", None),
        ("91.0.0.0/8", None),
        ("[91.0.0.1]", None),
        ("[2003::1", None),
        ("2003::1]", None),
        ("[2003::1]443", None),
        ("[2003::1]x", None),
        ("2003::1::2", None),
        ('"91.0.0.1"', None),
    ],
)
def test_a_node_is_read_with_port_brackets_and_zone_or_not_at_all(text: str, address: str | None) -> None:
    assert parse_address(text) == expected(address)


FORWARDED: list[tuple[list[str], list[str]]] = [
    (["for=91.0.0.1"], ["91.0.0.1"]),
    (["For=91.0.0.1"], ["91.0.0.1"]),
    (["FOR=91.0.0.1;PROTO=https"], ["91.0.0.1"]),
    (["proto=https;for=91.0.0.1;by=203.0.113.43"], ["91.0.0.1"]),
    (['for="91.0.0.1:47011"'], ["91.0.0.1:47011"]),
    (['for="[2001:db8:cafe::17]:4711"'], ["[2001:db8:cafe::17]:4711"]),
    (['for="[2001:db8::1]:443", for=91.0.0.1'], ["[2001:db8::1]:443", "91.0.0.1"]),
    (["for=192.0.2.43,for=198.51.100.17"], ["192.0.2.43", "198.51.100.17"]),
    (["for=192.0.2.43", 'for="[2001:db8::1]"'], ["192.0.2.43", "[2001:db8::1]"]),
    (["for=91.0.0.1 ; proto=https , for=10.0.0.1"], ["91.0.0.1", "10.0.0.1"]),
    ([r'for="\9\1.0.0.1"'], ["91.0.0.1"]),
    (['for="a,b;c=\\"d\\"", for=91.0.0.1'], ['a,b;c="d"', "91.0.0.1"]),
    (["for=unknown"], ["unknown"]),
    (["for=_SEVKISEK, for=91.0.0.1"], ["_SEVKISEK", "91.0.0.1"]),
    (["for=91.0.0.1;"], ["91.0.0.1"]),
    # Who names nobody is a hop all the same.
    (["proto=https"], [""]),
    ([""], [""]),
    (["for=91.0.0.1,"], ["91.0.0.1", ""]),
    (["for=91.0.0.1, by=10.0.0.1"], ["91.0.0.1", ""]),
    (['for=""'], [""]),
    # Said twice is not said.
    (["for=91.0.0.1;for=10.0.0.1"], [""]),
    # A value that breaks the grammar anywhere is one hop that can't be read.
    (["for=2001:db8::1"], [""]),
    (["for=[2001:db8::1]"], [""]),
    (["for=91.0.0.1:80"], [""]),
    (["for= 91.0.0.1"], [""]),
    (['for="91.0.0.1'], [""]),
    (['for="91.0.0.1" x'], [""]),
    (["91.0.0.1"], [""]),
    (["for"], [""]),
    (["=91.0.0.1"], [""]),
    (["for=91.0.0.1 proto=https"], [""]),
    # The visitor opens a quote, or ends in an escape, and the proxy's own element lands inside of it.
    (['for=203.0.113.9;by=", for=91.0.0.1'], [""]),
    (['for=203.0.113.9;by=", for="[2003::1]"'], [""]),
    (['for=203.0.113.9;by="\\", for="[2003::1]"'], [""]),
    # In a header of its own the proxy's element stays what it is.
    (['for=203.0.113.9;by="', "for=91.0.0.1"], ["", "91.0.0.1"]),
    (["for=a\nb"], [""]),
]


@pytest.mark.parametrize(("values", "hops"), FORWARDED)
def test_forwarded_is_read_as_rfc_7239_says(values: list[str], hops: list[str]) -> None:
    assert read_hops(Forwarded.FORWARDED, values) == hops


@pytest.mark.parametrize(
    ("peer", "values", "address"),
    [
        ("127.0.0.1", ['for="[2003::1]:443"'], "2003::1"),
        ("127.0.0.1", ["for=203.0.113.9, for=91.0.0.1;proto=https, for=10.0.0.1"], "91.0.0.1"),
        ("127.0.0.1", ["for=203.0.113.9", "for=91.0.0.1"], "91.0.0.1"),
        ("127.0.0.1", ["for=91.0.0.1, for=_hidden"], None),
        ("127.0.0.1", ["for=91.0.0.1, for=unknown, for=10.0.0.1"], None),
        ("127.0.0.1", ["for=91.0.0.1, proto=https"], None),
        ("127.0.0.1", ["for=91.0.0.1, " * 20 + "for=91.0.0.1"], "91.0.0.1"),
        ("91.0.0.1", ["for=203.0.113.9"], "91.0.0.1"),
    ],
)
def test_forwarded_is_walked_like_x_forwarded_for(peer: str, values: list[str], address: str | None) -> None:
    assert address_behind(peer, values, Forwarded.FORWARDED) == expected(address)


@pytest.mark.parametrize("kind", Forwarded)
@given(values=st.lists(st.text(max_size=60), max_size=5))
def test_an_untrusted_peer_is_the_visitor_whatever_it_sends(kind: Forwarded, values: list[str]) -> None:
    assert address_behind("91.0.0.1", values, kind) == ip_address("91.0.0.1")


@pytest.mark.parametrize("kind", Forwarded)
@given(st.text(max_size=80), st.lists(st.text('for="[:]\\,;_ =.0129afAF%', max_size=80), max_size=3))
def test_no_header_raises(kind: Forwarded, peer: str, values: list[str]) -> None:
    for trusted_or_not in (peer, "127.0.0.1"):
        address_behind(trusted_or_not, values, kind)


@given(st.text('for="[:]\\,;_ =.0129', max_size=80))
def test_what_the_visitor_writes_never_hides_what_the_proxy_adds(forged: str) -> None:
    for appended in (f"{forged}, for=91.0.0.1", f'{forged}, for="91.0.0.1:443"'):
        assert address_behind("127.0.0.1", [appended], Forwarded.FORWARDED) in {ip_address("91.0.0.1"), None}
    assert address_behind("127.0.0.1", [forged, "for=91.0.0.1"], Forwarded.FORWARDED) == ip_address("91.0.0.1")


@given(st.ip_addresses(), st.booleans())
def test_every_address_is_read_back_however_it_is_written(address: Address, ported: bool) -> None:
    written = f"[{address}]" if address.version == 6 else str(address)
    assert parse_address(f"{written}:443" if ported else written) == parse_address(str(address))


@pytest.mark.parametrize("tail", ["x", "\\", '"', ";", "a=b;", 'a="b";', " "])
def test_a_long_header_takes_time_in_proportion(tail: str) -> None:
    # A regular expression that backtracks would never come back from this.
    assert read_hops(Forwarded.FORWARDED, ['for="' + tail * 100_000]) == [""]
    assert parse_address("1." * 100_000) is None


@pytest.mark.parametrize("space", [" ", "\t", " \t"])
@pytest.mark.parametrize("before", ["", "for=91.0.0.1", "for=91.0.0.1;", "for=91.0.0.1,", 'for="91.0.0.1";'])
def test_many_spaces_before_an_error_take_time_in_proportion(before: str, space: str) -> None:
    # Two runs of spaces that give back what they took would need hours.
    assert read_hops(Forwarded.FORWARDED, [before + space * 200_000 + "@"]) == [""]


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [
        ("10.0.0.0/8", "10.200.0.1", "11.0.0.1"),
        ("10.0.0.0/8", "::ffff:10.200.0.1", "::ffff:11.0.0.1"),
        ("::ffff:10.0.0.0/104", "10.200.0.1", "11.0.0.1"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
        ("2400:cb00::/32", "2400:cb00::1", "2400:cb01::1"),
        ("fe80::/10", "fe80::1%eth0", "fec0::1"),
    ],
)
def test_trusted_proxies_are_networks_of_either_kind(network: str, inside: str, outside: str) -> None:
    trusted = make_policy(visitor={"trusted_proxies": [network]}).trusted_proxies
    assert is_trusted(inside, trusted)
    assert not is_trusted(outside, trusted)
    assert not is_trusted(None, trusted)
    assert not is_trusted("testclient", trusted)
