import pytest

from tenuto.rules.keys import KEYS, Key, read_key


@pytest.mark.parametrize(
    ("text", "name", "camelot"),
    [
        ("8A", "A minor", "8A"),
        ("8b", "C major", "8B"),
        ("E♭ major", "E♭ major", "5B"),
        ("Ebm", "E♭ minor", "2A"),
        ("F# min", "F♯ minor", "11A"),
        ("db", "D♭ major", "3B"),
        ("Cb", "B major", "1B"),
        ("b minor", "B minor", "10A"),
        ("12A", "C♯ minor", "12A"),
    ],
)
def test_a_key_is_read_however_musicians_write_it(text: str, name: str, camelot: str) -> None:
    key = read_key(text)
    assert key is not None
    assert (key.name, key.camelot) == (name, camelot)


@pytest.mark.parametrize("text", ["", "H", "13A", "0B", "A majorly", "8C", "loud", "E♭♭"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert read_key(text) is None


def test_every_key_has_one_place_on_the_wheel_and_is_found_by_it_and_by_its_name() -> None:
    assert len({key.camelot for key in KEYS}) == len(KEYS) == 24
    assert all(read_key(key.camelot) == read_key(key.name) == key for key in KEYS)


def test_compatible_keys_are_neighbours_on_the_wheel() -> None:
    """One step round the wheel, or across it: and whoever is compatible with a key is so the other way round."""
    assert {key.camelot for key in Key(9, minor=True).compatible} == {"8A", "8B", "9A", "7A"}
    assert {key.camelot for key in Key(11, minor=False).compatible} == {"1B", "1A", "2B", "12B"}
    assert all(key in other.compatible for key in KEYS for other in key.compatible)
