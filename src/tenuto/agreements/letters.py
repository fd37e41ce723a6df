"""Mail about what happened: to whoever must know or do something next. Each letter is a job of its own.

A letter is a template whose first line is its subject. It may come twice, should a worker die after sending it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django_tasks import task

from tenuto.accounts.letters import post
from tenuto.accounts.models import Account
from tenuto.agreements.models import (
    Acceptance,
    Agreement,
    Dispute,
    Membership,
    Objection,
    Organisation,
    Parting,
    Resolution,
    Side,
    Signature,
    Verification,
    Withdrawal,
    Wording,
)
from tenuto.agreements.notices import AGREED
from tenuto.base import jobs
from tenuto.notifications.tell import tell


@dataclass(frozen=True)
class Letter:
    """To whom it goes, and what its words are filled in with."""

    to: Iterable[Account | None]
    context: dict[str, Any] = field(default_factory=dict)


def send_letter(kind: str, about: int) -> None:
    """Have a letter written about the row `about`, once the current transaction is committed."""
    jobs.send(deliver, kind, about, once=f"letter:{kind}:{about}")


@task(queue_name="default")
def deliver(kind: str, about: int) -> None:
    """Write one letter and hand it to the mail server. Where the row is gone, so is what there was to say."""
    letter = _LETTERS[kind](about)
    if letter is None:
        return
    to = list(letter.to)
    post(f"agreements/letters/{kind}.txt", to, letter.context)
    tell(AGREED, [one.pk for one in to if one is not None], what=kind, about=about, at=timezone.now())


def _people(side: Side | str, agreement: Agreement) -> list[Account | None]:
    return _signatories(agreement.organisation) if side == Side.ORGANISATION else [agreement.artist]


def _signatories(organisation: Organisation) -> list[Account | None]:
    speaking = organisation.memberships.filter(ended_at=None, confirmed_at__isnull=False).exclude(
        role=Membership.Role.MEMBER
    )
    return [membership.account for membership in speaking.select_related("account")]


def _invited(about: int) -> Letter | None:
    one = Membership.objects.select_related("organisation", "account", "invited_by").filter(pk=about).first()
    return None if one is None else Letter([one.account], {"membership": one, "organisation": one.organisation})


def _verified(about: int) -> Letter | None:
    one = Verification.objects.select_related("organisation").filter(pk=about).first()
    return (
        None
        if one is None
        else Letter(_signatories(one.organisation), {"verification": one, "organisation": one.organisation})
    )


def _drafted(about: int) -> Letter | None:
    one = Agreement.objects.select_related("organisation", "artist").filter(pk=about).first()
    if one is None:
        return None
    side = Side(one.drafted_by)
    return Letter(_people(side.other, one), {"agreement": one, "side": side})


def _voided(about: int) -> Letter | None:
    one = Wording.objects.select_related("agreement__organisation", "agreement__artist").filter(pk=about).first()
    if one is None:
        return None
    void = Signature.objects.filter(wording__agreement=one.agreement, wording__number=one.number - 1)
    return Letter(
        [signature.account for signature in void.select_related("account")],
        {"agreement": one.agreement, "side": Side(one.side)},
    )


def _signed(about: int) -> Letter | None:
    found = Signature.objects.select_related(
        "wording__agreement__organisation", "wording__agreement__artist", "wording__agreement__bond"
    )
    one = found.filter(pk=about).first()
    if one is None:
        return None
    agreement, side = one.wording.agreement, Side(one.side)
    binds = hasattr(agreement, "bond")
    to = [*_people(side.other, agreement), *(_people(side, agreement) if binds else [])]
    return Letter(to, {"agreement": agreement, "signature": one, "binds": binds})


def _parting(about: int) -> Letter | None:
    one = Parting.objects.select_related("agreement__organisation", "agreement__artist").filter(pk=about).first()
    if one is None:
        return None
    ending = one.agreement.endings.first()
    to = [*_people(Side(one.side).other, one.agreement), *(_people(one.side, one.agreement) if ending else [])]
    return Letter(to, {"agreement": one.agreement, "parting": one, "ending": ending})


def _objected(about: int) -> Letter | None:
    one = Objection.objects.select_related("track__owner", "account").filter(pk=about).first()
    return None if one is None else Letter([one.track.owner], {"objection": one, "track": one.track})


def _withdrawn(about: int) -> Letter | None:
    one = Withdrawal.objects.select_related("objection__track__owner").filter(pk=about).first()
    return (
        None
        if one is None
        else Letter([one.objection.track.owner], {"objection": one.objection, "track": one.objection.track})
    )


def _accepted(about: int) -> Letter | None:
    one = Acceptance.objects.select_related("objection__track__owner", "objection__account").filter(pk=about).first()
    return (
        None
        if one is None
        else Letter([one.objection.account], {"objection": one.objection, "track": one.objection.track})
    )


def _contested(about: int) -> Letter | None:
    one = Dispute.objects.select_related("track__owner", "objection__account", "agreement__organisation")
    dispute = one.filter(pk=about).first()
    return (
        None
        if dispute is None
        else Letter(
            [*_claimants(dispute), *Account.objects.filter(is_staff=True)], {"dispute": dispute, "track": dispute.track}
        )
    )


def _resolved(about: int) -> Letter | None:
    found = Resolution.objects.select_related(
        "dispute__track__owner", "dispute__objection__account", "dispute__agreement__organisation"
    )
    one = found.filter(pk=about).first()
    return (
        None
        if one is None
        else Letter(
            [one.dispute.track.owner, *_claimants(one.dispute)],
            {"resolution": one, "dispute": one.dispute, "track": one.dispute.track},
        )
    )


def _claimants(dispute: Dispute) -> list[Account | None]:
    """Whose claim is disputed."""
    if dispute.objection is not None:
        return [dispute.objection.account]
    return _signatories(dispute.agreement.organisation) if dispute.agreement is not None else []


_LETTERS: dict[str, Callable[[int], Letter | None]] = {
    "invited": _invited,
    "verified": _verified,
    "drafted": _drafted,
    "voided": _voided,
    "signed": _signed,
    "parting": _parting,
    "objected": _objected,
    "withdrawn": _withdrawn,
    "accepted": _accepted,
    "contested": _contested,
    "resolved": _resolved,
}
