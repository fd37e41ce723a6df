"""What an artist promises of a track, on its public page: held, allowed, needed, for whoever looks.

One question to the database: the track's row of the projection, and with it which purposes the operator has stopped.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from tenuto.consent.current import mask_in
from tenuto.consent.models import COLUMNS, Consent, Stop
from tenuto.consent.words import GIVEN_UP, NEEDED_FOR
from tenuto.rules.cells import NEEDED, Asset, Purpose, Use, cell, cells_in, cells_of, exists
from tenuto.rules.marks import Open, kinds_open, mark_of
from tenuto.terms.words import ASSETS, PURPOSES, USES
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@dataclass(frozen=True)
class Allowed:
    """What one purpose may do with one asset, for people to read."""

    purpose: Promise
    asset: Promise
    uses: tuple[Promise, ...]


@panel(Place.PAGE)
def promise(request: HttpRequest, track: Track) -> SafeString:
    """What the artist allows and what is held."""
    mask, stopped = _open_and_stopped(track.pk)
    kinds = kinds_open(mask) | Open(track.ai_uses & (Open.GENERATIVE | Open.THIRD_PARTY))
    context = {
        "track": track,
        "owner": track.owner,
        "mark": mark_of(kinds),
        "allowed": list(allowed_in(mask & ~NEEDED)),
        "held": [words for kind, words in GIVEN_UP.items() if not kinds & kind],
        "trains": bool(kinds & (Open.TRAIN | Open.GENERATIVE | Open.THIRD_PARTY)),
        "needed": [NEEDED_FOR[each] for each in cells_in(mask & NEEDED)],
        "stopped": [PURPOSES[purpose] for purpose in stopped if mask & ~NEEDED & cells_of(purpose=purpose)],
    }
    return render_to_string("consent/_promise.html", context, request)


def _open_and_stopped(track_id: int) -> tuple[int, list[Purpose]]:
    stops = {f"{purpose}_stopped": Exists(Stop.objects.filter(purpose=purpose, ended_at=None)) for purpose in Purpose}
    row = Consent.objects.filter(track_id=track_id).annotate(**stops).values(*COLUMNS, *stops).first()
    if row is None:  # nothing is known of it yet, so nothing is open
        return 0, []
    return mask_in([row[name] for name in COLUMNS]), [each for each in Purpose if row[f"{each}_stopped"]]


def allowed_in(mask: int) -> Iterator[Allowed]:
    """What each purpose may do with each asset, of those in which anything is open."""
    for purpose in Purpose:
        for asset in Asset:
            uses = tuple(
                USES[use] for use in Use if exists(asset, purpose, use) and mask & cell(asset, purpose, use).bit
            )
            if uses:
                yield Allowed(PURPOSES[purpose], ASSETS[asset], uses)
