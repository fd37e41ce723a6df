"""What is said of a track's sound, and by whom: the artist's own word first, then what was heard, while she allows it.

Here the two are joined, and nowhere else: nothing that a machine found is shown by another way.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, QuerySet

from tenuto.ai.organisation import findings
from tenuto.ai.organisation.findings import Found
from tenuto.base.questions import Question, these
from tenuto.browse.key_names import name_of
from tenuto.browse.models import Correction
from tenuto.consent.current import rows_open_now
from tenuto.rules.cells import Asset, Purpose, Use, cell
from tenuto.rules.keys import Key
from tenuto.rules.tempo import counted_otherwise, written

INPUT = cell(Asset.RECORDING, Purpose.ORGANISATION, Use.INPUT)
INFORM = cell(Asset.RECORDING, Purpose.ORGANISATION, Use.INFORM)
LISTED = (INPUT, INFORM)  # what must be open where findings steer: lists, likeness, suggestions


class By(StrEnum):
    """Whose word something is."""

    ARTIST = "artist"
    HEARD = "heard"


class Certainty(StrEnum):
    """How sure the machine is, in words that do not pretend to digits."""

    SURE = "sure"
    FAIRLY_SURE = "fairly sure"
    GUESS = "a guess"


@dataclass(frozen=True)
class Tempo:
    """`bpm` is None where it is said that no tempo is clear."""

    bpm: float | None
    by: By
    certainty: Certainty | None = None
    otherwise: tuple[float, ...] = ()  # the same beat, counted half or twice as fast


@dataclass(frozen=True)
class KeySaid:
    """`key` is None where it is said that no key is clear."""

    key: Key | None
    by: By
    certainty: Certainty | None = None


@dataclass(frozen=True)
class Sound:
    """All that may be shown of one track. What nobody says, or may be told no longer, is None."""

    tempo: Tempo | None = None
    key: KeySaid | None = None
    heard: Found | None = None
    correction: Correction | None = None
    placed: bool = False  # others can be found that sound like it

    @property
    def heard_key(self) -> Key | None:
        """The key that was heard, whatever the artist says."""
        found = self.heard.key if self.heard else None
        return Key(found.tonic, found.minor) if found else None


def sound_of(track_id: int) -> Sound:
    """What may be shown of this track's sound at this moment. Three questions, two where nothing is allowed."""
    correction = Correction.objects.filter(track_id=track_id).first()
    heard, placed = _findings(track_id)
    return Sound(_tempo(correction, heard), _key(correction, heard), heard, correction, placed)


def may_steer(track_id: int) -> bool:
    """May what was found of it steer a list, or suggest something?"""
    return rows_open_now(*LISTED).filter(track_id=track_id).exists()


def _findings(track_id: int) -> tuple[Found | None, bool]:
    placed = Exists(findings.placed().filter(track_id=track_id))
    steers = Exists(rows_open_now(*LISTED).filter(track_id=track_id))
    rows = rows_open_now(INPUT).filter(track_id=track_id).annotate(placed=placed, steers=steers)
    row = rows.values_list("placed", "steers").first()
    if row is None:
        return None, False
    return findings.found_in(track_id), all(row)


def _tempo(correction: Correction | None, heard: Found | None) -> Tempo | None:
    if correction is not None and (correction.no_tempo or correction.bpm is not None):
        return Tempo(correction.bpm, By.ARTIST)
    if heard is None:
        return None
    if heard.bpm is None:
        return Tempo(None, By.HEARD)
    main = heard.bpm
    otherwise = tuple(bpm for bpm, _weight in heard.bpm_candidates if counted_otherwise(main, bpm))
    return Tempo(main, By.HEARD, _certainty(heard.bpm_confidence, sure=0.9, fairly=0.7), otherwise)


def _key(correction: Correction | None, heard: Found | None) -> KeySaid | None:
    if correction is not None and correction.no_key:
        return KeySaid(None, By.ARTIST)
    if correction is not None and correction.tonic is not None:
        return KeySaid(Key(correction.tonic, correction.minor), By.ARTIST)
    if heard is None:
        return None
    if heard.key is None:
        return KeySaid(None, By.HEARD)
    certainty = _certainty(heard.key_confidence, sure=0.75, fairly=0.5)
    return KeySaid(Key(heard.key.tonic, heard.key.minor), By.HEARD, certainty)


def _certainty(confidence: float, *, sure: float, fairly: float) -> Certainty:
    if confidence >= sure:
        return Certainty.SURE
    return Certainty.FAIRLY_SURE if confidence >= fairly else Certainty.GUESS


# ——— many tracks at once, for lists ———


@dataclass(frozen=True)
class Short:
    """Tempo and key of one track in a list."""

    bpm: float | None = None
    key: Key | None = None

    def __bool__(self) -> bool:
        return self.bpm is not None or self.key is not None

    def __str__(self) -> str:
        tempo = f"{written(self.bpm)} BPM" if self.bpm is not None else ""
        key = f"{name_of(self.key)} ({self.key.camelot})" if self.key is not None else ""
        return " · ".join(filter(None, (tempo, key)))


def in_short(track_ids: Collection[int]) -> dict[int, Short]:
    """Tempo and key of these tracks, where something is said. Two questions, however many they are."""
    heard = {
        track_id: Short(bpm, None if tonic is None else Key(tonic, minor))
        for track_id, bpm, tonic, minor in _HEARD.ask(tracks=track_ids)
    }
    for said in _SAID.ask(tracks=track_ids):
        before = heard.get(said.track_id, Short())
        bpm = said.bpm if said.bpm is not None or said.no_tempo else before.bpm
        own = Key(said.tonic, said.minor) if said.tonic is not None else None
        heard[said.track_id] = Short(bpm, own if own is not None or said.no_key else before.key)
    return {track_id: short for track_id, short in heard.items() if short}


def _heard() -> QuerySet[Any, Any]:
    open_now = rows_open_now(*LISTED).filter(track_id__in=these("tracks")).values("track_id")
    return findings.placed().filter(track_id__in=open_now).values_list("track_id", "bpm", "tonic", "minor")


# What every list of tracks asks, so its SQL is made once.
_HEARD = Question(_heard)
_SAID = Question(lambda: Correction.objects.filter(track_id__in=these("tracks")))
