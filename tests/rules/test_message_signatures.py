"""Whoever signs its requests is known by its key; nothing that was signed for another purpose, place or time counts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.base.signatures import SigningKey, verify
from tenuto.rules.message_signatures import Signed, origin_of, read_signature, thumbprint
from tenuto.rules.structured_fields import Malformed, dictionary
from tests.safeguards.signing import AGENT, JWK, KEY, NOW, asked, key_of, signed_headers

GOLDEN = json.loads((Path(__file__).parents[1] / "golden/web-bot-auth/cloudflare.json").read_text())


def read(headers: dict[str, str], now: float = NOW, **other: str) -> Signed | None:
    return read_signature(asked(headers, **other), now)


def holds(found: Signed | None) -> bool:
    return found is not None and verify(KEY.public, found.base, found.signature)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_cloudflares_own_signatures_hold(case: dict[str, dict[str, str]]) -> None:
    found = read_signature(asked(case["headers"], authority="example.com", path="/path/to/resource"), GOLDEN["at"])
    assert found is not None
    assert found.key_id == thumbprint(GOLDEN["key"])
    assert verify(key_of(GOLDEN["key"]), found.base, found.signature)
    assert found.agent == ("https://signature-agent.test" if "Signature-Agent" in case["headers"] else "")
    elsewhere = read_signature(asked(case["headers"], authority="other.example"), GOLDEN["at"])
    assert elsewhere is not None
    assert not verify(key_of(GOLDEN["key"]), elsewhere.base, elsewhere.signature)


def test_the_standards_own_example_gives_the_standards_own_bytes() -> None:
    """RFC 9421, B.2.6, but for the tag and the window, which that example has not."""
    headers = {
        "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "Content-Type": "application/json",
        "Content-Length": "18",
        "Signature-Input": 'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");'
        'created=1618884473;keyid="test-key-ed25519"',
        "Signature": "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jr"
        "nDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    }
    assert read(headers) is None, "no tag of ours: not meant for this"
    within = ';created=1618884473;keyid="test-key-ed25519"'
    ours = headers | {
        "Signature-Input": headers["Signature-Input"].replace(within, within + ';expires=1618884573;tag="web-bot-auth"')
    }
    found = read_signature(
        replace(asked(ours, authority="example.com", path="/foo", query="param=Value&Pet=dog"), method="POST"),
        1618884480,
    )
    assert found is not None
    as_in_the_standard = found.base.replace(b';expires=1618884573;tag="web-bot-auth"', b"")
    assert verify(key_of(GOLDEN["key"]), as_in_the_standard, found.signature)


def test_a_signature_of_ours_holds() -> None:
    found = read(signed_headers())
    assert holds(found)
    assert found is not None
    assert (found.agent, found.key_id) == (AGENT, thumbprint(JWK))


@pytest.mark.parametrize(
    "change",
    [
        {"tag": "something-else"},
        {"expires": NOW - 1},
        {"created": NOW + 120},
        {"expires": NOW + 3 * 24 * 3600},
        {"alg": "hmac-sha256"},
        {"covered": '("signature-agent";key="crawler")'},  # not a word of whom it was meant for
        {"covered": '("@authority")'},  # an agent that anybody could have added
        {"covered": '("@authority" "@authority" "signature-agent";key="crawler")'},
        {"covered": '("@authority" "signature-agent";key="nobody")'},
        {"covered": '("@authority" "x-missing" "signature-agent";key="crawler")'},
        {"covered": '("@authority";req "signature-agent";key="crawler")'},
        {"covered": '("@status" "@authority" "signature-agent";key="crawler")'},
    ],
    ids=str,
)
def test_one_thing_wrong_and_it_says_nothing(change: dict[str, Any]) -> None:
    assert holds(read(signed_headers()))
    assert read(signed_headers(**change)) is None


def test_signed_for_another_address_it_does_not_hold() -> None:
    headers = signed_headers(covered='("@target-uri" "signature-agent";key="crawler")')
    assert holds(read(headers))
    assert not holds(read(headers, path="/another"))
    assert not holds(read(headers, authority="elsewhere.example"))
    assert not holds(read(headers | {"Signature-Agent": 'crawler="https://another.example"'}))


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Crawler.example/some/where", "https://crawler.example"),
        ("https://crawler.example:8443", "https://crawler.example:8443"),
        ("http://crawler.example", ""),
        ("https://user:pass@crawler.example", ""),
        ("https://crawler.example:port", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
    ],
)
def test_a_directory_lies_at_an_https_address(address: str, origin: str) -> None:
    assert origin_of(address) == origin


@given(st.text(max_size=200))
def test_whatever_stands_in_the_headers_no_request_breaks(text: str) -> None:
    headers = {"Signature-Input": text, "Signature": text, "Signature-Agent": text}
    assert read(headers) is None
    good = signed_headers()
    for name in good:
        read(good | {name: good[name] + text})


def test_a_dictionary_is_read_as_the_standard_has_it() -> None:
    found = dictionary('a=1, b=?0;x="y\\"z",c, a=("in" 2.5;q);w=:AQI=:')
    assert list(found) == ["b", "c", "a"]
    assert found["a"].words == '("in" 2.5;q);w=:AQI=:'
    assert found["b"].parameters == {"x": 'y"z'}
    for malformed in ("a=", "a=1,", "A=1", "a=(1", "a=(1 2", 'a="ü"', "a=:é:", "a=1 b=2", 'a=("x""y")', "a=:A:"):
        with pytest.raises(Malformed):
            dictionary(malformed)
    with pytest.raises(Malformed):
        dictionary("a" * 10_000)


def test_the_key_of_the_standard_has_its_published_name() -> None:
    assert thumbprint(GOLDEN["key"]) == "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U"


def test_another_key_does_not_hold() -> None:
    found = read(signed_headers())
    assert found is not None
    assert not verify(SigningKey(b"\2" * 32).public, found.base, found.signature)
