"""Disputes: an uploader contests what others claim on a track. Until staff have decided, everything is held."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements.claims import standing_objections
from tenuto.agreements.events import ClaimsChanged
from tenuto.agreements.letters import send_letter
from tenuto.agreements.models import Acceptance, Agreement, Dispute, Objection, Resolution
from tenuto.agreements.objections import NoLonger, SayMore
from tenuto.agreements.objections import locked as locked_objection
from tenuto.agreements.organisations import role_of
from tenuto.agreements.reach import agreements_on
from tenuto.base.errors import BadRequest, NotAllowed, NotFound
from tenuto.base.events import publish as tell
from tenuto.tracks.models import Track

FEWEST_LETTERS = 10  # of an uploader's words, and of staff's reasons


class AcceptedAlready(BadRequest):
    advice = _("You accepted this objection. It can be contested no more; whoever raised it can withdraw it.")
    status = 409
    code = "accepted_already"


class OwnAgreement(BadRequest):
    advice = _("You signed this agreement yourself. To get out of it, end it; to leave a track out, change the track.")
    status = 409
    code = "own_agreement"


class NotReached(BadRequest):
    advice = _("This agreement does not reach this track, or no longer.")
    status = 409
    code = "not_reached"


class DisputedAlready(BadRequest):
    advice = _("You have contested this before. What came of it stands on the page of that dispute.")
    status = 409
    code = "disputed_already"


class NoReasons(BadRequest):
    advice = _("Write down the reasons: both sides read them, and must be able to follow them.")
    status = 422
    code = "no_reasons"


class ResolvedAlready(BadRequest):
    advice = _("This dispute is resolved already.")
    status = 409
    code = "resolved_already"


class OwnCause(NotAllowed):
    advice = _("You have a part in this dispute yourself. Somebody else of the staff must decide it.")
    code = "own_cause"


def contest(objection: Objection, words: str, *, by: Account, at: datetime) -> Dispute:
    """The uploader says that an objection is wrong. Twice is once. Raises SayMore, NoLonger, AcceptedAlready."""
    if objection.track.owner_id != by.pk:
        raise NotFound(f"{by.pk} does not own the track of {objection.key}")
    words = _said(words)
    with transaction.atomic():
        locked_objection(objection)
        there: Dispute | None = Dispute.objects.filter(objection=objection).first()
        if there is not None:
            return there
        if not standing_objections().filter(pk=objection.pk).exists():
            raise NoLonger
        if Acceptance.objects.filter(objection=objection).exists():
            raise AcceptedAlready
        made: Dispute = Dispute.objects.create(track=objection.track, objection=objection, words=words, at=at)
        _opened(made, at)
    return made


def contest_agreement(track: Track, agreement_key: str, words: str, *, by: Account, at: datetime) -> Dispute:
    """The uploader says that an agreement of others reaches this track by mistake. Once, for a track and an agreement.

    Raises SayMore, NotReached, OwnAgreement, DisputedAlready.
    """
    if track.owner_id != by.pk:
        raise NotFound(f"{by.pk} does not own {track.key}")
    words = _said(words)
    with transaction.atomic():
        Track.objects.select_for_update().get(pk=track.pk)
        agreement = Agreement.objects.filter(key=agreement_key).first()
        there: Dispute | None = Dispute.objects.filter(track=track, agreement=agreement).first() if agreement else None
        if there is not None:
            if hasattr(there, "resolution"):
                raise DisputedAlready
            return there
        reaching = {claim.id for claim in agreements_on([track.pk], at).get(track.pk, ())}
        if agreement is None or agreement.pk not in reaching:
            raise NotReached
        if agreement.artist_id == by.pk:
            raise OwnAgreement
        made: Dispute = Dispute.objects.create(track=track, agreement=agreement, words=words, at=at)
        _opened(made, at)
    return made


def withdraw_dispute(dispute: Dispute, *, by: Account, at: datetime) -> None:
    """The uploader no longer contests it: what was claimed holds on, and nothing else. Twice is once."""
    if dispute.track.owner_id != by.pk:
        raise NotFound(f"{by.pk} did not open {dispute.key}")
    _resolve(dispute, Resolution.Outcome.UPHELD, str(_("The uploader contests it no longer.")), by, at)


def resolve(dispute: Dispute, outcome: str, reasons: str, *, by: Account, at: datetime) -> None:
    """Staff decide, and say why. Rejected, what was claimed holds no longer. Saying the same twice is saying it once.

    Raises NotAllowed, OwnCause, NoReasons, ResolvedAlready.
    """
    if not by.is_staff:
        raise NotFound(f"{by.pk} is no staff")
    if is_party(by, dispute):
        raise OwnCause
    if outcome not in (Resolution.Outcome.UPHELD, Resolution.Outcome.REJECTED):
        raise NotAllowed(f"staff cannot find {outcome}")
    reasons = reasons.strip()
    if sum(letter.isalnum() for letter in reasons) < FEWEST_LETTERS:
        raise NoReasons
    _resolve(dispute, outcome, reasons, by, at)


def is_party(account: Account, dispute: Dispute) -> bool:
    """Is it about their track, their objection, or an agreement of an organisation that they belong to?"""
    objection, agreement = dispute.objection, dispute.agreement
    return (
        dispute.track.owner_id == account.pk
        or (objection is not None and objection.account_id == account.pk)
        or (
            agreement is not None
            and (agreement.artist_id == account.pk or role_of(account, agreement.organisation) is not None)
        )
    )


def dispute_of(account: Account, key: str) -> Dispute:
    """The dispute of this key, for its parties and staff. To everybody else it is missing."""
    found = told_whole(Dispute.objects.filter(key=key)).first()
    if found is None or not (account.is_staff or is_party(account, found)):
        raise NotFound(f"dispute {key} of account {account.pk}")
    return found


def told_whole(disputes: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """These with all that a page says of them."""
    return disputes.select_related(
        "track__owner", "objection__account", "agreement__organisation", "agreement__artist", "resolution__by"
    )


def _resolve(dispute: Dispute, outcome: str, reasons: str, by: Account, at: datetime) -> None:
    with transaction.atomic():
        Dispute.objects.select_for_update().get(pk=dispute.pk)
        there = Resolution.objects.filter(dispute=dispute).first()
        if there is not None:
            if (there.outcome, there.reasons, there.by_id) == (outcome, reasons, by.pk):
                return
            raise ResolvedAlready
        made = Resolution.objects.create(dispute=dispute, outcome=outcome, reasons=reasons, by=by, at=at)
        send_letter("resolved", made.pk)
        tell(ClaimsChanged((dispute.track_id,), at))


def _opened(made: Dispute, at: datetime) -> None:
    send_letter("contested", made.pk)
    tell(ClaimsChanged((made.track_id,), at))


def _said(words: str) -> str:
    words = words.strip()
    if sum(letter.isalnum() for letter in words) < FEWEST_LETTERS:
        raise SayMore(advice=_("Say in a sentence or two why it is wrong, so that others can follow it."))
    return words
