"""The artist says what the tempo and the key are. Her word stands until she takes it back, whatever a machine hears."""

from dataclasses import dataclass
from datetime import datetime

from tenuto.browse.models import Correction
from tenuto.rules.keys import Key
from tenuto.tracks.models import Track


@dataclass(frozen=True)
class Said:
    """What she says; nothing said of one leaves it as it is heard."""

    bpm: float | None = None
    no_tempo: bool = False
    key: Key | None = None
    no_key: bool = False

    def __bool__(self) -> bool:
        return self.bpm is not None or self.no_tempo or self.key is not None or self.no_key


def correct(track: Track, said: Said, at: datetime) -> None:
    """Note it. Nothing said takes an earlier word back."""
    if not said:
        return take_back(track)
    Correction.objects.update_or_create(
        track=track,
        defaults={
            "bpm": said.bpm,
            "no_tempo": said.no_tempo,
            "tonic": said.key.tonic if said.key else None,
            "minor": said.key.minor if said.key else False,
            "no_key": said.no_key,
            "at": at,
        },
    )
    return None


def take_back(track: Track) -> None:
    """As it is heard again. Twice is once."""
    Correction.objects.filter(track=track).delete()
