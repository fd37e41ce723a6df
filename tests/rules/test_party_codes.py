"""Codes of people: whatever way they are written, and no slip goes unnoticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tenuto.rules.credits import Role, has_a_say, role_of
from tenuto.rules.party_codes import mbid_address, read_ipi, read_isni, read_mbid, write_isni

ISNI = "0000000218250097"  # the example of ISO 7064's check in ISNI's own block for ORCID
IPI = "00017798450"
MBID = "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d"


@pytest.mark.parametrize(
    "text", [ISNI, "0000 0002 1825 0097", "ISNI: 0000-0002-1825-0097", "https://isni.org/isni/0000000218250097"]
)
def test_an_isni_is_read_however_it_is_written(text: str) -> None:
    assert read_isni(text) == ISNI
    assert read_isni(write_isni(ISNI)) == ISNI


@pytest.mark.parametrize("text", [IPI, "17798450".zfill(9), "IPI 00017798450", "0.001.779.84.50"])
def test_an_ipi_is_read_however_it_is_written(text: str) -> None:
    assert read_ipi(text) == IPI
    assert read_ipi("00014107338") == "00014107338"


@given(some.integers(0, 15), some.integers(0, 9))
def test_one_wrong_digit_of_an_isni_is_noticed(place: int, digit: int) -> None:
    changed = f"{ISNI[:place]}{digit}{ISNI[place + 1 :]}"
    assert (read_isni(changed) == ISNI) is (changed == ISNI)
    assert changed == ISNI or read_isni(changed) is None


@given(some.integers(0, 10), some.integers(0, 9))
def test_one_wrong_digit_of_an_ipi_is_noticed(place: int, digit: int) -> None:
    changed = f"{IPI[:place]}{digit}{IPI[place + 1 :]}"
    assert changed == IPI or read_ipi(changed) is None


@given(some.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    for found in (read_isni(text), read_ipi(text), read_mbid(text, "artist")):
        assert found is None or found


@pytest.mark.parametrize("text", ["", "x", ISNI[:-1], ISNI + "1", "00000002182500971"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert read_isni(text) is None
    assert read_mbid(text, "artist") is None


@pytest.mark.parametrize("text", [MBID, MBID.upper(), f" https://musicbrainz.org/artist/{MBID}/releases "])
def test_an_id_of_musicbrainz_is_read_from_its_address_too(text: str) -> None:
    assert read_mbid(text, "artist") == MBID
    assert read_mbid(mbid_address("artist", MBID), "artist") == MBID


def test_the_address_of_a_work_is_no_id_of_an_artist() -> None:
    assert read_mbid(mbid_address("work", MBID), "artist") is None


def test_terms_are_known_in_letters_of_any_size_and_other_words_are_the_artists() -> None:
    assert role_of("Composer") is Role.COMPOSER
    assert role_of("Accordion lent by") is None


def test_writers_and_performers_have_a_say() -> None:
    """Whoever wrote some of it, or performs on it, may object; whoever mixed it has no rights by that."""
    assert has_a_say("lyricist")
    assert has_a_say("Vocals")
    assert not has_a_say("mastering")
    assert not has_a_say("Accordion lent by")
