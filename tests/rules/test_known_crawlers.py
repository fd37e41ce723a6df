"""Who says that they are Googlebot is believed by what Google says, and by nothing else."""

import json
from ipaddress import ip_address, ip_network

import pytest

from tenuto.rules.known_crawlers import (
    KNOWN,
    MOST_NETWORKS,
    BadRanges,
    Claim,
    Ranges,
    by_names,
    by_ranges,
    claimed,
    outside,
    read_ranges,
)
from tests.rules.user_agents import PEOPLE

GOOGLE = next(crawler for crawler in KNOWN if crawler.name == "Googlebot")
GPT = next(crawler for crawler in KNOWN if crawler.name == "GPTBot")
THEIRS, OTHERS = ip_address("66.249.66.1"), ip_address("192.0.3.7")
INSIDE = ["127.0.0.1", "10.1.2.3", "192.168.0.9", "::1", "fe80::1", "169.254.169.254", "::ffff:10.0.0.1", "x", ""]


def listed(*networks: str) -> bytes:
    prefixes = [{"ipv6Prefix" if ":" in each else "ipv4Prefix": each} for each in networks]
    return json.dumps({"prefixes": prefixes}).encode()


def test_each_is_known_by_its_name_as_a_whole_word() -> None:
    for crawler in KNOWN:
        found = claimed(f"Mozilla/5.0 (compatible; {crawler.name}/2.1; +http://bot.example)")
        assert found is crawler
        assert claimed(f"Not{crawler.name}/1.0") is None
        assert claimed(f"{crawler.name}-fan/1.0") is None


def test_people_claim_nothing() -> None:
    engines = {"Googlebot", "bingbot", "DuckDuckBot", "Applebot", "YandexBot"}
    found = [crawler.name for text in PEOPLE if (crawler := claimed(text))]
    assert sorted(found) == sorted(engines)


@pytest.mark.parametrize(
    ("host", "is_theirs"),
    [
        ("crawl-66-249-66-1.googlebot.com", True),
        ("CRAWL-66-249-66-1.GoogleBot.com.", True),
        ("crawl.notgooglebot.com", False),
        ("googlebot.com.evil.example", False),
        ("googlebot.com", False),
        ("1.2.3.4.bc.googleusercontent.com", False),
        ("", False),
    ],
)
def test_a_host_is_theirs_by_whole_labels(host: str, is_theirs: bool) -> None:
    """Whoever owns an address may write any name for it; it counts only below the operator's own domain."""
    assert GOOGLE.has_host(host) is is_theirs


def test_a_name_counts_only_if_it_leads_back() -> None:
    """Success and failure differ in one address."""
    own = ["crawl-66-249-66-1.googlebot.com"]
    assert by_names(own, ["66.249.66.1"], THEIRS) is Claim.TRUE
    assert by_names(own, ["66.249.66.2"], THEIRS) is Claim.FALSE
    assert by_names([], ["66.249.66.1"], THEIRS) is Claim.FALSE
    assert by_names(own, [], THEIRS) is Claim.FALSE


def test_published_networks_say_yes_and_say_no_only_where_there_is_no_other_way() -> None:
    ranges = Ranges(map(ip_network, read_ranges(listed("66.249.66.0/24", "2001:4860:4801::/48"))))
    assert by_ranges(GPT, ranges, THEIRS) is Claim.TRUE
    assert by_ranges(GPT, ranges, ip_address("2001:4860:4801::9")) is Claim.TRUE
    assert by_ranges(GPT, ranges, OTHERS) is Claim.FALSE
    assert by_ranges(GOOGLE, ranges, OTHERS) is Claim.UNKNOWN  # its hosts have names too
    assert by_ranges(GPT, None, OTHERS) is Claim.UNKNOWN


def test_an_address_is_found_among_many_networks_and_beside_none() -> None:
    ranges = Ranges(ip_network(f"{100 + number}.1.0.0/16") for number in range(0, 100, 2))
    for number in range(100):
        assert (ip_address(f"{100 + number}.1.255.255") in ranges) is (number % 2 == 0)
        assert ip_address(f"{100 + number}.2.0.0") not in ranges
    assert ip_address("2001:db8::1") not in ranges


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b'{"prefixes": 1}', b'{"prefixes": []}', b'{"prefixes": [{"ipv4Prefix": "x"}]}', b"\xff",
        listed("0.0.0.0/0"), listed("8.0.0.0/7"), listed("::/0"), listed("10.0.0.0/8"), listed("127.0.0.1/32"),
        listed("66.249.66.1/24"), listed("fe80::/64"), listed(*["8.8.8.8/32"] * (MOST_NETWORKS + 1)),
    ],
)  # fmt: skip
def test_what_is_no_list_of_a_crawlers_networks_is_refused(content: bytes) -> None:
    """A list that named everybody, or one's own house, would make every claim true."""
    with pytest.raises(BadRanges):
        read_ranges(content)


@pytest.mark.parametrize("address", INSIDE)
def test_there_is_nothing_to_find_out_about_ones_own_house(address: str) -> None:
    assert outside(address) is None


def test_an_address_has_one_form() -> None:
    assert outside("::ffff:66.249.66.1") == THEIRS == outside("66.249.66.1")
