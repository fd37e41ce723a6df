"""Sound through the HTTP API: what is said of it, correcting it, browsing by it, and suggested tags."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import AfterValidator, StringConstraints, model_validator

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.ai.organisation import findings
from tenuto.browse import correct, suggest
from tenuto.browse.find import Wanted, find
from tenuto.browse.similar import alike
from tenuto.browse.sound import Short, Sound, in_short, may_steer, sound_of
from tenuto.browse.tags import folded
from tenuto.browse.words import energy_of, timbre_of
from tenuto.rules.keys import Key, read_key
from tenuto.rules.tempo import FASTEST_BPM, SLOWEST_BPM
from tenuto.rules.visibility import Surface
from tenuto.tracks import access
from tenuto.tracks.api import PAGE_SIZE, Mark, TrackShown
from tenuto.tracks.models import Track
from tenuto.tracks.paging import page
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Sound and browsing"])

Bpm = Annotated[float, Field(ge=SLOWEST_BPM, le=FASTEST_BPM)]


def _known(text: str) -> str:
    if text and read_key(text) is None:
        raise ValueError("Not a key. Write it as E♭ major, Ebm or 5B.")
    return text


KeyName = Annotated[str, StringConstraints(max_length=20), AfterValidator(_known)]


class TempoShown(Schema):
    """`bpm` is null where none is clear. `otherwise`: the same beat, counted half or twice as fast."""

    bpm: float | None
    by: Literal["artist", "heard"]
    certainty: str | None
    otherwise: list[float]


class KeyShown(Schema):
    """`name` is null where it is said that there is no clear key. `tonic` counts semitones from C."""

    name: str | None
    tonic: int | None
    minor: bool | None
    camelot: str | None
    by: Literal["artist", "heard"]
    certainty: str | None


class HeardShown(Schema):
    """What Tenuto heard besides, while the artist allows it. `timbre`: mean and deviation of each measure."""

    energy: float
    energy_word: str
    timbre: dict[str, list[float]]
    timbre_words: list[str]
    tuning_cents: float
    beats_ms: list[int] | None
    at: datetime


class LoudnessShown(Schema):
    """By EBU R 128. Measured for playing at one loudness; no AI."""

    integrated_lufs: float | None
    range_lu: float | None
    true_peak_dbtp: float | None


class SoundShown(Schema):
    """What may be known of a track's sound. What nobody says, or may be told no longer, is null."""

    tempo: TempoShown | None
    key: KeyShown | None
    heard: HeardShown | None
    loudness: LoudnessShown


class SoundWish(Schema):
    """The artist's own word. What is left out is as it is heard; `no_tempo` and `no_key` say that none is clear."""

    bpm: Bpm | None = None
    no_tempo: bool = False
    key: KeyName | None = Field(None, description="As E♭ major, Ebm or 5B")
    no_key: bool = False

    @model_validator(mode="after")
    def one_or_none(self) -> "SoundWish":
        if (self.bpm is not None and self.no_tempo) or (self.key and self.no_key):
            raise ValueError("A track has a tempo or no clear one, a key or no clear one: not both.")
        return self


class FoundShown(Schema):
    """A track in a list, with the tempo and the key by which it is found, where something is said of them."""

    track: TrackShown
    bpm: float | None
    key: str | None
    camelot: str | None


class FoundPage(Schema):
    """Newest first. Ask again with `before` for those that come after."""

    found: list[FoundShown]
    before: str | None


class SimilarShown(FoundShown):
    """A track that sounds like another. `distance` orders them and means nothing by itself."""

    distance: float
    reasons: list[str]


class SuggestionShown(Schema):
    tag: str
    probability: float


class TeacherShown(Schema):
    """What the suggestions were learned from: tracks of this instance whose artists allow it."""

    works: int
    tags: list[str]
    digest: str
    at: datetime


class SuggestionsShown(Schema):
    suggested: list[SuggestionShown]
    learned_from: TeacherShown | None


class SuggestionAnswer(Schema):
    tag: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    answer: Literal["accept", "decline"]


class Filters(Schema):
    """What to look for. Everything may be left out."""

    tag: Annotated[str, StringConstraints(max_length=80)] = ""
    tempo_from: Bpm | None = None
    tempo_to: Bpm | None = None
    key: KeyName = Field("", description="As E♭ major, Ebm or 5B")
    compatible: bool = Field(False, description="Keys that mix with it too: its neighbours on the Camelot wheel")

    @model_validator(mode="after")
    def from_slow_to_fast(self) -> "Filters":
        if self.tempo_from is not None and self.tempo_to is not None and self.tempo_from > self.tempo_to:
            raise ValueError("The tempo ends below where it begins.")
        return self

    @property
    def wanted(self) -> Wanted:
        key = read_key(self.key) if self.key else None
        keys = () if key is None else key.compatible if self.compatible else (key,)
        return Wanted(folded(self.tag), self.tempo_from, self.tempo_to, keys)


@router.get("/browse", auth=anyone, response=FoundPage)
def browse(request: HttpRequest, filters: Query[Filters], before: Mark = "") -> dict[str, Any]:
    """What everybody may hear, by tag, tempo and key, newest first. Nothing is ranked."""
    found = page(find(filters.wanted, timezone.now(), visitor_of(request).country), before, PAGE_SIZE)
    shorts = in_short([track.pk for track in found.tracks])
    return {"found": [_found(track, shorts.get(track.pk)) for track in found.tracks], "before": found.before}


@router.get("/tracks/{key}/sound", auth=anyone, response=SoundShown)
def read_sound(request: HttpRequest, key: str, beats: bool = False) -> dict[str, Any]:
    """Tempo, key, energy, timbre and loudness of a track you may hear, each with whose word it is."""
    track, _hearing = access.track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    return _sound(track, beats=beats)


@router.get("/tracks/{key}/similar", auth=anyone, response=list[SimilarShown])
def read_similar(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    """Tracks that sound like one you may hear, the nearest first. Empty where its artist does not allow to compare."""
    visitor, at = visitor_of(request), timezone.now()
    track, _hearing = access.track_by_key(visitor, key, Surface.PAGE, at)
    return [
        _found(other.track, other.short) | {"distance": other.distance, "reasons": list(map(str, other.reasons))}
        for other in alike(track, at, visitor.country)
    ]


@router.put("/me/tracks/{key}/sound", auth=member, response=SoundShown)
def correct_sound(request: HttpRequest, key: str, wish: SoundWish) -> dict[str, Any]:
    """Say yourself what tempo and key a track of yours has. Your word stands before what was heard."""
    track = access.own_track(account_calling(request), key)
    said = correct.Said(wish.bpm, wish.no_tempo, read_key(wish.key) if wish.key else None, wish.no_key)
    correct.correct(track, said, timezone.now())
    return _sound(track)


@router.delete("/me/tracks/{key}/sound", auth=member, response={204: None})
def take_sound_back(request: HttpRequest, key: str) -> Status[None]:
    """Take your own tempo and key back: they are as they are heard."""
    correct.take_back(access.own_track(account_calling(request), key))
    return Status(204, None)


@router.get("/me/tracks/{key}/suggested-tags", auth=member, response=SuggestionsShown)
def list_suggested_tags(request: HttpRequest, key: str) -> dict[str, Any]:
    """Tags that the model of this instance would give a track of yours, while you allow it."""
    return _suggestions(access.own_track(account_calling(request), key))


@router.post("/me/tracks/{key}/suggested-tags", auth=member, response=SuggestionsShown)
def answer_suggested_tag(request: HttpRequest, key: str, said: SuggestionAnswer) -> dict[str, Any]:
    """Put a suggested tag among the track's own, or never be suggested it for this track again."""
    account = account_calling(request)
    track = access.own_track(account, key)
    act = suggest.accept if said.answer == "accept" else suggest.decline
    act(track, said.tag, timezone.now())
    return _suggestions(access.own_track(account, key))


def _found(track: Track, short: Short | None) -> dict[str, Any]:
    key: Key | None = short.key if short else None
    return {
        "track": track,
        "bpm": short.bpm if short else None,
        "key": key.name if key else None,
        "camelot": key.camelot if key else None,
    }


def _sound(track: Track, *, beats: bool = False) -> dict[str, Any]:
    sound, recording = sound_of(track.pk), track.recording
    return {
        "tempo": sound.tempo,
        "key": _key(sound),
        "heard": _heard(sound, beats=beats),
        "loudness": {
            "integrated_lufs": recording.loudness_lufs if recording else None,
            "range_lu": recording.loudness_range_lu if recording else None,
            "true_peak_dbtp": recording.true_peak_dbtp if recording else None,
        },
    }


def _key(sound: Sound) -> dict[str, Any] | None:
    if sound.key is None:
        return None
    key = sound.key.key
    return {
        "name": key.name if key else None,
        "tonic": key.tonic if key else None,
        "minor": key.minor if key else None,
        "camelot": key.camelot if key else None,
        "by": sound.key.by,
        "certainty": sound.key.certainty,
    }


def _heard(sound: Sound, *, beats: bool) -> dict[str, Any] | None:
    found = sound.heard
    if found is None:
        return None
    return {
        "energy": found.energy,
        "energy_word": str(energy_of(found)),
        "timbre": found.timbre,
        "timbre_words": list(map(str, timbre_of(found))),
        "tuning_cents": found.tuning_cents,
        "beats_ms": list(found.beats) if beats else None,
        "at": found.at,
    }


def _suggestions(track: Track) -> dict[str, Any]:
    teacher = findings.teacher() if may_steer(track.pk) else None
    return {"suggested": suggest.suggested(track), "learned_from": teacher}
