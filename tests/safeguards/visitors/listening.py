"""What tests of the guard share: a clock of their own, a catalogue that has been there for a while, and guests."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.tracks.models import Publication, Track
from tests.audio.sounding import public

ADDRESS = "203.0.113.7"
NEIGHBOUR = "203.0.113.99"  # in the same /24
ELSEWHERE = "198.51.100.7"


class Clock:
    """Time as a test has it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def goes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def catalogue(alma: Account, size: int) -> list[Track]:
    """Tracks that have been there for a while."""
    tracks = [public(alma, f"Piece {number}") for number in range(size)]
    Publication.objects.update(starts_at=timezone.now() - timedelta(days=30))
    return tracks


def guest(address: str = ADDRESS, **headers: str) -> Client:
    return Client(REMOTE_ADDR=address, headers=headers)


def sound_of(track: Track) -> str:
    return f"/media/{track.recordings.get(current=True).key}/aac.mp4"


def fetch(client: Client, track: Track) -> Any:
    return client.get(sound_of(track))


def hear(client: Client, played: dict[str, Any], seconds: float) -> None:
    body = json.dumps({"position": seconds, "heard": seconds})
    assert client.patch(played["report"], body, "application/json").status_code == 204
