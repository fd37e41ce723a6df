"""In which country somebody is: by a file of networks that the operator brought, or by the word of a proxy."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from tenuto.web import networks, whereabouts
from tenuto.web.checks import check_whereabouts
from tests.web import networks_file

MAXMIND = {"country": {"iso_code": "DE"}}
IPINFO, OLD_IPINFO = {"country": "Portugal", "country_code": "PT"}, {"country": "FR"}
RECORDS: dict[str, Any] = {
    "192.0.2.0/24": MAXMIND,
    "198.51.100.0/25": IPINFO,
    "198.51.100.128/25": OLD_IPINFO,
    "203.0.113.0/24": {"country": {"iso_code": "ZZ"}},
    "233.252.0.0/24": {"city": "Lisboa"},
    "240.0.0.0/8": {"country": {"names": {}}},
    "2001:db8::/32": MAXMIND,
}


@pytest.fixture(autouse=True)
def anew() -> None:
    networks._file.cache_clear()


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    settings.COUNTRY_FILE = str(tmp_path / "countries.mmdb")
    return networks_file.write(tmp_path / "countries.mmdb", RECORDS)


def country(address: str, **headers: str) -> str | None:
    return whereabouts.country_of(RequestFactory(REMOTE_ADDR=address).get("/", headers=headers))


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("192.0.2.7", "DE"),
        ("::ffff:192.0.2.7", "DE"),
        ("2001:db8:1::7", "DE"),
        ("198.51.100.7", "PT"),
        ("198.51.100.200", "FR"),
        ("203.0.113.7", None),  # letters of no country
        ("233.252.0.7", None),  # a file of another kind
        ("240.1.1.1", None),
        ("8.8.8.8", None),  # in none of its networks
        ("2001:db9::1", None),
        ("127.0.0.1", None),
        ("10.0.0.1", None),
        ("fe80::1%eth0", None),
        ("", None),
        ("unix:", None),
    ],
)
def test_an_address_is_looked_up_in_the_file(file: Path, address: str, found: str | None) -> None:
    assert country(address) == found
    client = f"[{address}]:443" if ":" in address else f"{address}:443"
    assert whereabouts.country_at(client, lambda name: None) == found


def test_a_file_of_ipv4_alone_knows_no_other_address(tmp_path: Path, settings: Settings) -> None:
    settings.COUNTRY_FILE = str(networks_file.write(tmp_path / "four.mmdb", {"192.0.2.0/24": MAXMIND}, ip_version=4))
    assert [country("192.0.2.7"), country("2001:db8::1")] == ["DE", None]


def test_behind_a_proxy_it_is_the_address_that_the_proxy_names(file: Path, settings: Settings) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.7, 192.0.2.7"}
    assert country("10.0.0.1", **forwarded) is None
    settings.BEHIND_PROXY = True
    assert country("10.0.0.1", **forwarded) == "DE"
    assert whereabouts.country_at("10.0.0.1:5000", {"x-forwarded-for": "192.0.2.7"}.get) == "DE"


def test_where_a_header_is_named_it_alone_is_asked(file: Path, settings: Settings) -> None:
    assert country("192.0.2.7", **{"CF-IPCountry": "JP"}) == "DE"
    settings.COUNTRY_HEADER = "CF-IPCountry"
    assert country("192.0.2.7", **{"CF-IPCountry": "jp"}) == "JP"
    assert country("192.0.2.7") is None
    assert [message.id for message in check_whereabouts()] == ["web.W001"]


def test_countries_are_known_where_either_is_set(settings: Settings) -> None:
    assert not whereabouts.are_known()
    settings.COUNTRY_FILE = "countries.mmdb"
    assert whereabouts.are_known()
    settings.COUNTRY_FILE, settings.COUNTRY_HEADER = "", "CF-IPCountry"
    assert whereabouts.are_known()


# ——— the file itself ———


def test_a_newer_file_in_its_place_is_read(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "LOOK_AGAIN_SECONDS", 0)
    assert country("192.0.2.7") == "DE"
    networks_file.write(tmp_path / "newer", {"192.0.2.0/24": {"country": {"iso_code": "AT"}}}).replace(file)
    assert country("192.0.2.7") == "AT"


def test_it_is_not_looked_at_with_each_page(file: Path, tmp_path: Path) -> None:
    assert country("192.0.2.7") == "DE"
    networks_file.write(tmp_path / "newer", {"192.0.2.0/24": {"country": {"iso_code": "AT"}}}).replace(file)
    assert country("192.0.2.7") == "DE"


def test_where_the_new_one_is_broken_or_gone_the_old_one_is_asked(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(networks, "LOOK_AGAIN_SECONDS", 0)
    assert country("192.0.2.7") == "DE"
    (tmp_path / "newer").write_text("<html>Too many requests</html>")
    (tmp_path / "newer").replace(file)
    assert country("192.0.2.7") == "DE"
    assert "TENUTO_COUNTRY_FILE" in caplog.text
    file.unlink()
    assert country("192.0.2.7") == "DE"


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"\xab\xcd\xefMaxMind.com", b"\xab\xcd\xefMaxMind.com\xe0"])
def test_a_file_that_cannot_be_read_is_said_and_knows_no_country(
    tmp_path: Path, settings: Settings, content: bytes | None
) -> None:
    settings.COUNTRY_FILE = str(tmp_path / "countries.mmdb")
    if content is not None:
        Path(settings.COUNTRY_FILE).write_bytes(content)
    [message] = check_whereabouts()
    assert (message.id, message.is_serious()) == ("web.E001", True)
    assert settings.COUNTRY_FILE in message.msg
    assert country("192.0.2.7") is None


def test_a_folder_is_no_file_and_a_whole_file_is_well(tmp_path: Path, file: Path, settings: Settings) -> None:
    assert check_whereabouts() == []
    settings.COUNTRY_FILE = str(tmp_path)
    assert [message.id for message in check_whereabouts()] == ["web.E001"]
    settings.COUNTRY_FILE = ""
    assert check_whereabouts() == []


@pytest.mark.parametrize("cut", range(1, 200, 7))
def test_a_damaged_file_is_no_error_of_a_page(file: Path, cut: int) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: -cut * 3] + whole[-cut:])
    os.utime(file, ns=(cut, cut))
    assert country("192.0.2.7") in {None, "DE", "PT", "FR"}
