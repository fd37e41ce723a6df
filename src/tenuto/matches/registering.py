"""Registering: an artist wants works to be recognised. An answer like any other, and taken back like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tenuto.accounts.models import Account
from tenuto.ai.identification import findings
from tenuto.consent.answer import Wish, answer
from tenuto.consent.current import open_among
from tenuto.consent.models import Act
from tenuto.matches.works import BE_FOUND, BE_KNOWN
from tenuto.rules.cells import mask_of
from tenuto.tracks.access import whole
from tenuto.tracks.models import Track

CELLS = mask_of([BE_KNOWN, BE_FOUND])


@dataclass(frozen=True)
class Registration:
    """One's own track, and whether it is to be recognised. `since`: when its fingerprint came into the index."""

    track: Track
    is_wanted: bool
    since: datetime | None


def register(account: Account, track_ids: Sequence[int], at: datetime, how: Act.How = Act.How.PAGE) -> None:
    """These works are to be recognised. Raises what answering raises, as NotInTerms, and then has changed nothing."""
    answer(account, track_ids, Wish(allowed=CELLS), how, at=at)


def let_go(account: Account, track_ids: Sequence[int], at: datetime, how: Act.How = Act.How.PAGE) -> None:
    """They are to be recognised no more: their fingerprints are deleted."""
    answer(account, track_ids, Wish(held=CELLS), how, at=at)


def own_tracks(account: Account) -> QuerySet[Track]:
    return whole(Track.objects.filter(owner=account))


def registrations(tracks: Sequence[Track]) -> list[Registration]:
    ids = [track.pk for track in tracks]
    wanted, known = open_among(BE_KNOWN, ids), findings.registered(ids)
    return [
        Registration(track, track.pk in wanted, known.get(track.pk) if track.pk in wanted else None)
        for track in tracks
    ]  # fmt: skip
