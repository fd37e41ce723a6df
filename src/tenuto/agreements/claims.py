"""What others claim on tracks, as the rules of consent read it: agreements, objections and disputes, set by set."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from tenuto.agreements.events import ClaimsChanged
from tenuto.agreements.models import Bond, Dispute, Objection, Resolution
from tenuto.agreements.reach import agreements_on, tracks_under
from tenuto.base.events import on
from tenuto.base.events import publish as tell
from tenuto.base.questions import Question, listed, these
from tenuto.rules import agreements as rules
from tenuto.rules import stances
from tenuto.rules.cells import EVERYTHING, cell_named, mask_of
from tenuto.tracks.events import TrackIdentified


@dataclass(frozen=True)
class Claims:
    """Everything that others say about one track. Agreements that begin later are among them, with their dates."""

    agreements: tuple[rules.Agreement, ...] = ()
    objections: tuple[stances.Objection, ...] = ()
    disputes: tuple[stances.Dispute, ...] = ()


def claims_on(track_ids: Iterable[int], now: datetime | None = None) -> dict[int, Claims]:
    """The claims on those of these tracks that have any. As many questions for a hundred thousand as for one.

    Tracks that agreements reach alike, and of which nobody else said anything, have the same claims.
    """
    asked = listed(track_ids)
    agreements = agreements_on(asked, now or timezone.now())
    objections = _objections_on(asked)
    disputes = _disputes_on(asked)
    alike = {id(bound): Claims(bound) for bound in agreements.values()}
    claims = {track_id: alike[id(bound)] for track_id, bound in agreements.items()}
    for track_id in {*objections, *disputes}:
        claims[track_id] = Claims(
            agreements.get(track_id, ()), tuple(objections.get(track_id, ())), tuple(disputes.get(track_id, ()))
        )
    return claims


def standing_objections() -> QuerySet[Objection]:
    """Objections that hold: neither withdrawn nor rejected."""
    return Objection.objects.filter(withdrawal=None).exclude(dispute__resolution__outcome=Resolution.Outcome.REJECTED)


def open_disputes() -> QuerySet[Dispute]:
    return Dispute.objects.filter(resolution=None)


def turned(bonds: Iterable[Bond], at: datetime) -> None:
    """Tell that these bonds say something else from now on."""
    if reached := tracks_under(bonds):
        tell(ClaimsChanged(tuple(sorted(reached)), at))


@on(TrackIdentified)
def look_again(event: TrackIdentified) -> None:
    """A code that was set or taken away may bring a track under an agreement, or out of it."""
    tell(ClaimsChanged((event.track_id,), event.at))


def cells_of(objection: Objection) -> int:
    """The cells that an objection names; without any, all."""
    return _mask(objection.cells)


def _mask(names: Iterable[str]) -> int:
    return mask_of(map(cell_named, names)) or EVERYTHING


def _objections_on(asked: Collection[int]) -> dict[int, list[stances.Objection]]:
    found: dict[int, list[stances.Objection]] = {}
    for pk, track_id, role, cells in _OBJECTIONS.ask(tracks=asked):
        # The role, not the name: whose word it was must be told for good, and names are people's to take away.
        found.setdefault(track_id, []).append(stances.Objection(id=pk, party=role, cells=_mask(cells)))
    return found


def _disputes_on(asked: Collection[int]) -> dict[int, list[stances.Dispute]]:
    found: dict[int, list[stances.Dispute]] = {}
    for pk, track_id in _DISPUTES.ask(tracks=asked):
        found.setdefault(track_id, []).append(stances.Dispute(id=pk))
    return found


# What is asked before every use of a work, so its SQL is made once.
_OBJECTIONS = Question(
    lambda: (
        standing_objections()
        .filter(track__in=these("tracks"))
        .order_by("pk")
        .values_list("pk", "track_id", "role", "cells")
    )
)
_DISPUTES = Question(
    lambda: open_disputes().filter(track__in=these("tracks")).order_by("pk").values_list("pk", "track_id")
)
