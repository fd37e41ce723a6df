"""What has happened is told after the commit, to everybody who listens, and only if it has happened."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction

from tenuto.base import events
from tenuto.base.events import on, publish

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class SongSung:
    song_id: int


@pytest.fixture(autouse=True)
def _own_listeners() -> Iterator[None]:
    yield
    events._listeners.pop(SongSung, None)


@pytest.fixture
def heard() -> list[int]:
    """What a listener was told."""
    told: list[int] = []
    on(SongSung)(lambda event: told.append(event.song_id))
    return told


def test_an_event_is_told_after_the_commit(heard: list[int]) -> None:
    with transaction.atomic():
        publish(SongSung(7))
        assert heard == []
    assert heard == [7]


def test_what_was_taken_back_is_not_told(heard: list[int]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        publish(SongSung(7))
        raise RuntimeError
    assert heard == []


def test_one_listener_that_fails_leaves_the_others_told(caplog: pytest.LogCaptureFixture) -> None:
    told: list[int] = []

    @on(SongSung)
    def fail(event: SongSung) -> None:
        raise RuntimeError("no voice")

    on(SongSung)(lambda event: told.append(event.song_id))
    with transaction.atomic():
        publish(SongSung(7))
    assert told == [7]
    assert "no voice" in caplog.text
