"""How an agreement ends before its last day: both sides sign that it does, or one gives the notice it allows."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements.claims import turned
from tenuto.agreements.drafting import locked
from tenuto.agreements.letters import send_letter
from tenuto.agreements.models import Agreement, Bond, Ending, Parting, Proof, Side, Turn
from tenuto.agreements.reach import living, over_at
from tenuto.agreements.signing import check_name, may_speak
from tenuto.agreements.wording import read
from tenuto.base.errors import BadRequest


class NotBinding(BadRequest):
    advice = _("This agreement binds nobody now, so there is nothing to end.")
    status = 409
    code = "not_binding"


class LaterThanItEnds(BadRequest):
    advice = _("It ends before that day anyway. Choose an earlier one.")
    status = 422
    code = "later_than_it_ends"


def part(
    agreement: Agreement, ends_at: datetime, name: str, method: Proof, *, side: Side, by: Account, at: datetime
) -> Parting:
    """Say, signed, that it shall end at `ends_at`, or now if that is past.

    It does where the agreement allows notice of that length; else once the other side has said the same.
    """
    name = check_name(name)
    may_speak(agreement, side, by)
    with transaction.atomic():
        locked(agreement)
        bond = living_bond(agreement, at)
        over = over_at(bond)
        if over is not None and ends_at >= over:
            raise LaterThanItEnds
        # Saying again what one said is nothing new; a second press of the button, for one.
        said: Parting | None = agreement.partings.filter(side=side, ends_at=ends_at).first()
        if said is not None:
            return said
        answers_other = agreement.partings.filter(side=side.other, ends_at=ends_at).exclude(account=by).exists()
        made: Parting = Parting.objects.create(
            agreement=agreement, side=side, account=by, name=name, method=method, ends_at=ends_at, at=at
        )
        if answers_other:
            _end(bond, max(ends_at, at), Ending.How.BOTH, at)
        elif (notice := earliest_by_notice(bond, at)) is not None and ends_at >= notice:
            _end(bond, ends_at, Ending.How.NOTICE, at)
        send_letter("parting", made.pk)
    return made


def earliest_by_notice(bond: Bond, at: datetime) -> datetime | None:
    """The earliest moment at which one side alone can end it; None where it cannot."""
    days = read(bond.wording.text).notice_days
    return None if days is None else at + timedelta(days=days)


def living_bond(agreement: Agreement, at: datetime) -> Bond:
    found: Bond | None = living(at).filter(agreement=agreement).first()
    if found is None:
        raise NotBinding
    return found


def end_for_one_who_leaves(agreement: Agreement, at: datetime) -> None:
    """End it because the artist's account goes: nobody would be left to keep it or to end it."""
    bond = living(at).filter(agreement=agreement).first()
    if bond is not None:
        _end(bond, at, Ending.How.LEFT, at)


def _end(bond: Bond, ends_at: datetime, how: Ending.How, at: datetime) -> None:
    # Told from the tracks that it reaches until now: they are what changes.
    turned([bond], at)
    Ending.objects.create(agreement_id=bond.agreement_id, ends_at=ends_at, how=how, at=at)
    if ends_at > at:
        Turn.objects.get_or_create(bond=bond, at=ends_at)
