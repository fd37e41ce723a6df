"""Organisations and their people: founded by anybody, trusted once staff have looked, joined only by one's own yes."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements.claims import turned
from tenuto.agreements.letters import send_letter
from tenuto.agreements.models import Membership, Organisation, Verification
from tenuto.agreements.reach import living
from tenuto.base.errors import BadRequest, NotAllowed, NotFound, OverLimit
from tenuto.base.ids import new_key

MOST_FOUNDED = 5  # by one account, that staff have not looked at
MOST_INVITATIONS = 50  # of one organisation in a day


class NameTaken(BadRequest):
    advice = _("There is an organisation of this name here. Write to its contact to be let in, or choose another name.")
    status = 409
    code = "name_taken"


class OnlyOwner(BadRequest):
    advice = _("Somebody must own the organisation. Make another member its owner first.")
    status = 409
    code = "only_owner"


class AlreadyIn(BadRequest):
    advice = _("They belong to it already, or have an invitation. To change their role, remove them and invite again.")
    status = 409
    code = "already_in"


class TooMany(OverLimit):
    status = 429
    code = "too_many"


def found(name: str, kind: str, website: str, contact: str, *, by: Account, at: datetime) -> Organisation:
    """A new organisation, which `by` owns. Until staff have verified it, nothing is drafted or signed for it."""
    name = " ".join(name.split())
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=by.pk)  # of two presses of one button, one waits
        waiting = [each for each in Organisation.objects.filter(founded_by=by) if not is_verified(each)]
        if len(waiting) >= MOST_FOUNDED:
            raise TooMany(
                advice=_("You have founded several that nobody has verified yet. Let staff look at these first.")
            )
        # The same name twice would let one speak as the other.
        if Organisation.objects.filter(name__iexact=name).exists():
            raise NameTaken
        made = Organisation.objects.create(
            slug=_free_slug(name),
            name=name,
            kind=kind,
            website=website,
            contact=contact,
            founded_by=by,
            created_at=at,
        )
        Membership.objects.create(
            organisation=made,
            account=by,
            role=Membership.Role.OWNER,
            invited_by=by,
            invited_at=at,
            confirmed_at=at,
        )
    return made


def organisation_at(slug: str) -> Organisation:
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(f"organisation {slug}")
    return found


def verify(organisation: Organisation, how: str, *, by: Account | None, at: datetime, is_verified: bool = True) -> None:
    """Write down that staff looked, what they found, and how. Without trust, its codes reach nobody else's tracks."""
    if by is not None and not by.is_staff:
        raise NotAllowed(f"{by.pk} is no staff")
    with transaction.atomic():
        made = Verification.objects.create(organisation=organisation, is_verified=is_verified, how=how, by=by, at=at)
        send_letter("verified", made.pk)
        turned(living(at).filter(agreement__organisation=organisation), at)


def last_verification(organisation: Organisation) -> Verification | None:
    found: Verification | None = organisation.verifications.select_related("by").first()
    return found


def is_verified(organisation: Organisation) -> bool:
    last = last_verification(organisation)
    return last is not None and last.is_verified


# ——— its people ———


def membership_of(account: Account, organisation: Organisation) -> Membership | None:
    """What somebody is in an organisation: invited (`confirmed_at` is None) or in it; None where neither."""
    found: Membership | None = organisation.memberships.filter(account=account, ended_at=None).first()
    return found


def role_of(account: Account, organisation: Organisation) -> str | None:
    """The role in which somebody speaks for it now. An invitation is no role yet."""
    membership = membership_of(account, organisation)
    return membership.role if membership is not None and membership.confirmed_at is not None else None


def may_sign(account: Account, organisation: Organisation) -> bool:
    return role_of(account, organisation) in {Membership.Role.OWNER, Membership.Role.SIGNATORY}


def invite(organisation: Organisation, account: Account, role: str, *, by: Account, at: datetime) -> Membership:
    """Ask somebody to join. They are in it once they say yes themselves."""
    only_owner(organisation, by)
    with transaction.atomic():
        since = at - timedelta(days=1)
        if organisation.memberships.filter(invited_at__gt=since).count() >= MOST_INVITATIONS:
            raise TooMany(advice=_("That are many invitations for one day. Go on tomorrow."))
        try:
            with transaction.atomic():
                made = Membership.objects.create(
                    organisation=organisation, account=account, role=role, invited_by=by, invited_at=at
                )
        except IntegrityError as error:
            raise AlreadyIn from error
        send_letter("invited", made.pk)
    return made


def confirm(organisation: Organisation, *, by: Account, at: datetime) -> None:
    """Say yes to one's invitation. Saying it twice changes nothing."""
    asked = Membership.objects.filter(organisation=organisation, account=by, ended_at=None)
    if not asked.exists():
        raise NotFound(f"no invitation of {by.pk} to {organisation.slug}")
    asked.filter(confirmed_at=None).update(confirmed_at=at)


def end(membership: Membership, *, by: Account, at: datetime) -> None:
    """Leave, decline an invitation, or be removed by an owner. The row stays; the last owner must stay too."""
    if membership.account_id != by.pk:
        only_owner(membership.organisation, by)
    with transaction.atomic():
        owners = membership.organisation.memberships.select_for_update().filter(
            role=Membership.Role.OWNER, ended_at=None, confirmed_at__isnull=False, account__is_active=True
        )
        if [owner.pk for owner in owners] == [membership.pk]:
            raise OnlyOwner
        Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=at, ended_by=by)


def appoint(organisation: Organisation, account: Account, *, at: datetime) -> None:
    """Make somebody an owner by the operator's hand, where none is left who could."""
    with transaction.atomic():
        organisation.memberships.filter(account=account, ended_at=None).update(ended_at=at)
        Membership.objects.create(
            organisation=organisation, account=account, role=Membership.Role.OWNER, invited_at=at, confirmed_at=at
        )


def only_owner(organisation: Organisation, account: Account) -> None:
    """To whoever does not own it, there is nothing to manage."""
    if role_of(account, organisation) != Membership.Role.OWNER:
        raise NotFound(f"{account.pk} does not own {organisation.slug}")


def _free_slug(name: str) -> str:
    slug = slugify(name)[:32].strip("-") or "organisation"
    if slug in _RESERVED or Organisation.objects.filter(slug=slug).exists():
        return f"{slug}-{new_key()[:6].lower()}"
    return slug


_RESERVED = frozenset({"new", "edit", "members", "verified", "all"})
