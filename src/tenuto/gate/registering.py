"""A track's keys are put on record when its sound has come, before anything may have been asked of it.

So a track that was held from the beginning can be shown to be in no list: its key was fixed before the list was. Tracks
whose sound came before the ledger did, or in a moment that a crash has swallowed, are found by the slow walk over all
works (`reconcile`); about lists that were fixed before that, nothing is claimed.
"""

from collections.abc import Sequence

from django.db import transaction

from tenuto.agreements.among import among
from tenuto.base.events import on
from tenuto.consent.unmapped import look_at, not_taken_in
from tenuto.gate.decide import audible
from tenuto.gate.duties import duties
from tenuto.ledger.book import register, registered
from tenuto.ledger.subjects import Subject
from tenuto.tracks.events import SoundReady
from tenuto.tracks.models import Track


@on(SoundReady)
def sound_has_come(event: SoundReady) -> None:
    """Register what AI jobs here could ever ask for of this track."""
    put_on_record([event.track_id])


def put_on_record(works: Sequence[int]) -> int:
    """Register those of these works that have sound and are not on record yet. How many were."""
    assets = sorted({asset.value for duty in duties() for asset in duty.assets})
    there = audible(works)
    known = registered([Subject(asset, work) for work in there for asset in assets])
    lacking = sorted({work for work in there for asset in assets if Subject(asset, work) not in known})
    look_at(not_taken_in(there - set(lacking)))
    if not lacking:
        return 0
    with transaction.atomic():
        # Works may have gone since they were named: then no key is made for them.
        rows = Track.objects.select_for_update(no_key=True).filter(pk__in=among(lacking)).order_by("pk")
        still = list(rows.values_list("pk", flat=True))
        register([Subject(asset, work) for work in still for asset in assets])
        look_at(still)
    return len(still)
