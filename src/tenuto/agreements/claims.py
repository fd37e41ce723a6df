"""What others claim on tracks, as the rules of consent read it: agreements, objections and disputes, set by set."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from tenuto.agreements.events import ClaimsChanged
from tenuto.agreements.models import Bond, Dispute, Objection, Resolution
from tenuto.agreements.reach import agreements_on, tracks_under
from tenuto.base.events import on
from tenuto.base.events import publish as tell
from tenuto.base.questions import Question, listed, moment, these
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
    """The claims on those of these tracks that have any, as of a moment: what was said after it is not among them.

    As many questions for a hundred thousand as for one. Tracks that agreements reach alike, and of which nobody else
    said anything, have the same claims.
    """
    asked, at = listed(track_ids), now or timezone.now()
    agreements = agreements_on(asked, at)
    objections = _objections_on(asked, at)
    disputes = _disputes_on(asked, at)
    alike = {id(bound): Claims(bound) for bound in agreements.values()}
    claims = {track_id: alike[id(bound)] for track_id, bound in agreements.items()}
    for track_id in {*objections, *disputes}:
        claims[track_id] = Claims(
            agreements.get(track_id, ()), tuple(objections.get(track_id, ())), tuple(disputes.get(track_id, ()))
        )
    return claims


def last_said(track_ids: Collection[int]) -> datetime | None:
    """When anybody last objected to one of these tracks, disputed over one, or ended either. None: nobody ever did."""
    asked = listed(track_ids)
    said = (when for ask in (_SAID_IN_OBJECTIONS, _SAID_IN_DISPUTES) for row in ask.ask(tracks=asked) for when in row)
    return max(filter(None, said), default=None)


def standing_objections() -> QuerySet[Objection]:
    """Objections that hold by all that is written: neither withdrawn nor rejected."""
    return Objection.objects.filter(withdrawal=None).exclude(dispute__resolution__outcome=Resolution.Outcome.REJECTED)


def objections_standing_at(at: datetime | RawSQL) -> QuerySet[Objection]:
    """Objections that held at a moment: raised until then, and neither withdrawn nor rejected until then."""
    rejected_by_then = Q(dispute__resolution__outcome=Resolution.Outcome.REJECTED, dispute__resolution__at__lte=at)
    return Objection.objects.filter(Q(withdrawal=None) | Q(withdrawal__at__gt=at), at__lte=at).exclude(rejected_by_then)


def open_disputes() -> QuerySet[Dispute]:
    """Disputes that are open by all that is written."""
    return Dispute.objects.filter(resolution=None)


def disputes_open_at(at: datetime | RawSQL) -> QuerySet[Dispute]:
    """Disputes that were open at a moment: begun until then, and not resolved until then."""
    return Dispute.objects.filter(Q(resolution=None) | Q(resolution__at__gt=at), at__lte=at)


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


def _objections_on(asked: Collection[int], at: datetime) -> dict[int, list[stances.Objection]]:
    found: dict[int, list[stances.Objection]] = {}
    for pk, track_id, role, cells in _OBJECTIONS.ask(tracks=asked, at=at):
        # The role, not the name: whose word it was must be told for good, and names are people's to take away.
        found.setdefault(track_id, []).append(stances.Objection(id=pk, party=role, cells=_mask(cells)))
    return found


def _disputes_on(asked: Collection[int], at: datetime) -> dict[int, list[stances.Dispute]]:
    found: dict[int, list[stances.Dispute]] = {}
    for pk, track_id in _DISPUTES.ask(tracks=asked, at=at):
        found.setdefault(track_id, []).append(stances.Dispute(id=pk))
    return found


# What is asked before every use of a work, so its SQL is made once.
_OBJECTIONS = Question(
    lambda: (
        objections_standing_at(moment("at"))
        .filter(track__in=these("tracks"))
        .order_by("pk")
        .values_list("pk", "track_id", "role", "cells")
    )
)
_DISPUTES = Question(
    lambda: (
        disputes_open_at(moment("at")).filter(track__in=these("tracks")).order_by("pk").values_list("pk", "track_id")
    )
)
_SAID_IN_OBJECTIONS = Question(
    lambda: Objection.objects.filter(track__in=these("tracks")).order_by().values_list("at", "withdrawal__at")
)
_SAID_IN_DISPUTES = Question(
    lambda: Dispute.objects.filter(track__in=these("tracks")).order_by().values_list("at", "resolution__at")
)
