"""Requests are read as clients send them; what is unfit is refused with a reason, whatever the bytes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules import der, time_stamps
from tenuto.rules.der import NotDer, read_all
from tenuto.rules.time_stamps import Stamper, Unfit, read_request, refused, token

SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.wrap(der.NULL))


def request(*more: bytes, algorithm: bytes = SHA256, digest: bytes = bytes(32), version: int = 1) -> bytes:
    return der.sequence(der.integer(version), der.sequence(algorithm, der.octets(digest)), *more)


def test_nonce_and_wish_for_the_certificate_are_kept() -> None:
    found = read_request(request(der.integer(77), der.boolean(True)))
    assert (found.nonce, found.wants_certificate) == (der.integer(77), True)
    assert not read_request(request()).wants_certificate


@pytest.mark.parametrize(
    "unfit",
    [
        b"",
        b"\x30\x80",
        bytes(5000),
        request(version=2),
        request(digest=bytes(20)),
        request(algorithm=der.sequence(der.oid("1.3.14.3.2.26")), digest=bytes(20)),  # SHA-1
        request(der.oid("1.2.3.4")),
        request(der.explicit(0, b"\0" * 20)),
        request() + b"x",
        der.sequence(*[der.integer(1)] * 200),
    ],
)
def test_what_is_unfit_is_refused_with_a_reason(unfit: bytes) -> None:
    with pytest.raises(Unfit) as caught:
        read_request(unfit)
    status = read_all(read_all(refused(caught.value))[0][1])[0][1]
    assert read_all(status)[0] == (der.INTEGER, b"\2")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    for asked in (data, request() + data, request(data)):
        try:
            read_request(asked)
        except Unfit:
            continue


@given(st.binary(max_size=100))
def test_der_is_read_or_refused(data: bytes) -> None:
    try:
        read_all(data)
    except NotDer:
        return


@given(st.integers(-(2**130), 2**130))
def test_whole_numbers_are_written_in_their_shortest_form(number: int) -> None:
    tag, content, rest = der.read(der.integer(number))
    assert (tag, int.from_bytes(content, "big", signed=True), rest) == (der.INTEGER, number, b"")
    assert len(content) == 1 or not (content[0] in (0, 0xFF) and content[0] >> 7 == content[1] >> 7)


@given(st.binary(max_size=70_000))
def test_long_values_come_back_whole(data: bytes) -> None:
    assert der.read(der.octets(data) + b"x") == (der.OCTETS, data, b"x")


def test_a_token_says_the_time_it_was_given() -> None:
    at = datetime(2026, 11, 29, 0, 30, 5, tzinfo=UTC)
    stamper = Stamper(b"\x30\0", b"\x30\0", 9, lambda data: b"signed")
    assert b"20261129003005Z" in token(time_stamps.of(b"x"), stamper, 1, at)
