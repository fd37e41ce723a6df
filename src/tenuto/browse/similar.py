"""Tracks that sound like one: the nearest first, among those whose artists allow it and that everybody may hear."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.agreements.among import among
from tenuto.ai.organisation import findings
from tenuto.browse.sound import LISTED, Short, in_short, may_steer
from tenuto.consent.current import rows_open_now
from tenuto.rules import tempo
from tenuto.tracks.access import newest_public
from tenuto.tracks.models import Track

SHOWN = 12
# Many of the nearest may be hidden, or held since: so many are looked through for those that may be shown.
LOOKED_THROUGH = 1_000


@dataclass(frozen=True)
class Alike:
    """A track that sounds like another, and what the two have in common that can be said in words."""

    track: Track
    distance: float
    short: Short
    reasons: tuple[Promise, ...]


def alike(track: Track, at: datetime, country: str | None, most: int = SHOWN) -> list[Alike]:
    """The nearest first. Empty where the track may not be compared, or is not yet."""
    if not may_steer(track.pk):
        return []
    distances = dict(findings.near(track.pk, count=LOOKED_THROUGH))
    open_now = rows_open_now(*LISTED).filter(track_id__in=among(distances)).values("track_id")
    public = newest_public(at, country)
    seen = public.filter(pk__in=open_now).order_by().values_list("pk", flat=True)
    nearest = sorted(seen, key=lambda other: (distances[other], other))[:most]
    shorts = in_short([track.pk, *nearest])
    own = shorts.get(track.pk, Short())
    whole = public.order_by().in_bulk(nearest)
    # One that was hidden between the two questions is left out.
    return [
        Alike(whole[other], distances[other], short, tuple(_common(own, short)))
        for other in nearest
        for short in [shorts.get(other, Short())]
        if other in whole
    ]


def _common(own: Short, other: Short) -> Iterator[Promise]:
    if own.bpm is not None and other.bpm is not None and tempo.alike(own.bpm, other.bpm):
        yield _("nearly the same tempo")
    if own.key is not None and own.key == other.key:
        yield _("the same key")
    elif own.key is not None and other.key in own.key.compatible:
        yield _("a key that mixes with it")
