"""Tracks by tag, tempo and key, newest first, among what everybody may hear.

Few matches are collected first and then sorted; of many, a page is soon found on the walk from the newest downwards.
Both take the same conditions, so they agree; docs/develop/measurements.md has their times with 200,000 tracks.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenuto.agreements.among import among
from tenuto.ai.organisation import findings
from tenuto.browse.models import Correction, Tagging
from tenuto.browse.sound import LISTED
from tenuto.consent.current import rows_open_now
from tenuto.rules.keys import Key
from tenuto.rules.tempo import FASTEST_BPM, SLOWEST_BPM
from tenuto.tracks.access import newest_public
from tenuto.tracks.models import Publication, Track

FEW = 2_000  # up to so many matches are collected; of more than one in a hundred, twenty are soon met on a walk


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. Nothing given: everything, newest first."""

    tag: str = ""  # folded, as `tags.folded` does
    bpm_from: float | None = None
    bpm_to: float | None = None
    keys: tuple[Key, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tag or self.tempo or self.keys)

    @property
    def tempo(self) -> tuple[float, float] | None:
        """The range, open ends closed."""
        if self.bpm_from is None and self.bpm_to is None:
            return None
        return self.bpm_from or SLOWEST_BPM, self.bpm_to or FASTEST_BPM


def find(wanted: Wanted, at: datetime, country: str | None) -> QuerySet[Track]:
    """What everybody in `country` may hear of it, newest first; to be paged as every list of tracks is."""
    return narrowed(newest_public(at, country), wanted)


def narrowed(tracks: QuerySet[Track], wanted: Wanted) -> QuerySet[Track]:
    """Of tracks that are published those that match."""
    if not wanted:
        return tracks
    few = _few(wanted)
    if few is None:
        return tracks.filter(_matches(wanted, "pk"))
    return tracks.filter(pk__in=among(few))


def _few(wanted: Wanted) -> list[int] | None:
    """The numbers of all tracks that match, if they are few. The database begins with the rarest that was asked for."""
    found: set[int] = set()
    for rows in _rows(wanted):
        published = Exists(Publication.objects.filter(track=OuterRef("track_id")))
        found.update(rows.filter(published).values_list("track_id", flat=True)[: FEW + 1])
        if len(found) > FEW:
            return None
    return sorted(found)


def _rows(wanted: Wanted) -> list[QuerySet[Any]]:
    """Tables whose rows stand for the tracks that match: of the artists' tags, or of each whose word a sound is."""
    if wanted.tag:
        rows = Tagging.objects.filter(tag=wanted.tag)
        return [rows.filter(_sounds(wanted, "track_id"))]
    heard = findings.placed().filter(Exists(rows_open_now(*LISTED).filter(track_id=OuterRef("track_id"))))
    return [
        # Said by the artist in one respect, and perhaps heard in the other.
        Correction.objects.filter(_said(wanted)).filter(_sounds(wanted, "track_id")),
        _heard(heard, wanted, "track_id"),
    ]


def _matches(wanted: Wanted, track: str) -> Q:
    """The condition on a table whose column `track` holds numbers of tracks."""
    tagged = Q(Exists(Tagging.objects.filter(tag=wanted.tag, track=OuterRef(track)))) if wanted.tag else Q()
    return tagged & _sounds(wanted, track)


def _sounds(wanted: Wanted, track: str) -> Q:
    condition = Q()
    for said, heard, silent in _respects(wanted):
        own = Correction.objects.filter(track=OuterRef(track))
        found = findings.placed().filter(heard, track_id=OuterRef(track))
        condition &= Q(Exists(own.filter(said))) | (
            Q(Exists(found))
            & Q(Exists(rows_open_now(*LISTED).filter(track=OuterRef(track))))
            & ~Q(Exists(own.exclude(silent)))
        )
    return condition


def _said(wanted: Wanted) -> Q:
    """A correction that matches in one respect at least."""
    condition = Q()
    for said, _heard, _silent in _respects(wanted):
        condition |= said
    return condition


def _heard(rows: QuerySet[Any], wanted: Wanted, track: str) -> QuerySet[Any]:
    """Of what was heard: those that match in every respect, where no artist says otherwise in any."""
    for _said, heard, silent in _respects(wanted):
        own = Correction.objects.filter(track=OuterRef(track)).exclude(silent)
        rows = rows.filter(heard).exclude(Exists(own))
    return rows


def _respects(wanted: Wanted) -> list[tuple[Q, Q, Q]]:
    """For tempo and key, where asked for: what must be said, what must be heard, and where the artist is silent."""
    respects = []
    if wanted.tempo is not None:
        within = Q(bpm__gte=wanted.tempo[0], bpm__lte=wanted.tempo[1])
        respects.append((within, within, Q(bpm=None, no_tempo=False)))
    if wanted.keys:
        one_of = Q()
        for key in wanted.keys:
            one_of |= Q(tonic=key.tonic, minor=key.minor)
        respects.append((one_of, one_of, Q(tonic=None, no_key=False)))
    return respects
