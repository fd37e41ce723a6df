"""What a job may ask of an index: what it declared, and nothing beside the volumes that it was shown."""

import os

import pytest

from tenuto.gate.attendant import Attendant, NotAskedFor
from tenuto.gate.duties import Duty, duty_named
from tenuto.gate.models import Run


def attendant(name: str) -> Attendant:
    duty = duty_named(name)
    assert isinstance(duty, Duty)
    return Attendant(duty, Run())


@pytest.mark.parametrize("word", ["index", "shelve"])
def test_a_job_that_declared_no_index_is_given_none(word: str) -> None:
    with pytest.raises(NotAskedFor):
        attendant("organisation.describe").ask(word, {"works": []}, b"")


def test_whoever_searches_does_not_add_and_whoever_adds_does_not_search() -> None:
    with pytest.raises(NotAskedFor):
        attendant("identification.check").ask("shelve", {"works": []}, b"")
    with pytest.raises(NotAskedFor):
        attendant("identification.register").ask("index", {})


@pytest.mark.parametrize("number", [1, -1, False, "0", 0.0, None])
def test_no_volume_is_handed_over_that_was_not_shown(number: object) -> None:
    """One was shown: its number is 0, not anything that equals it."""
    asked = attendant("identification.check")
    asked._volumes = [os.open(os.devnull, os.O_RDONLY)]
    try:
        with pytest.raises(NotAskedFor):
            asked.ask("volume", {"number": number})
        handle = asked.ask("volume", {"number": 0}).handle
        assert handle is not None
        os.close(handle)
    finally:
        asked.end()
