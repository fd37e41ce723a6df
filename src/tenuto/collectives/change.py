"""What people do in a collective: begin it, ask others in, join, leave, show music under it, close it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.asking import leave_in_peace
from tenuto.accounts.blocks import block_each_other
from tenuto.accounts.models import Account
from tenuto.base import pictures
from tenuto.base.errors import BadRequest, NotFound, OverLimit
from tenuto.base.ids import new_key
from tenuto.collectives.models import Collective, Declined, Membership, Shown
from tenuto.collectives.notices import ASKED
from tenuto.library.releases.access import own_release
from tenuto.notifications.tell import tell
from tenuto.rules.collectives import Act, Role, heir, may
from tenuto.tracks.access import own_track
from tenuto.tracks.slugs import slug_of

MOST_COLLECTIVES = 50  # to which one account belongs
MOST_OPEN = 100  # invitations of one person that nobody has answered
MOST_PEOPLE = 200
MOST_SHOWN = 2_000  # by one member under one collective
_RESERVED = frozenset({"new", "all", "edit"})


class NobodyOfThatName(BadRequest):
    advice = _("Nobody here has this handle.")
    status = 422
    code = "nobody_of_that_name"


class AlreadyIn(BadRequest):
    advice = _("They belong to it already, or have an invitation.")
    status = 409
    code = "already_in"


class OnlyOwner(BadRequest):
    advice = _("Somebody must own it. Make another member its owner first, or close it.")
    status = 409
    code = "only_owner"


class TooMany(OverLimit):
    advice = _(
        "That is as many as there can be: 50 collectives of a person, 200 people in one, 2,000 works of a member."
    )
    code = "too_many"


class TooManyAsked(OverLimit):
    advice = _("100 people have not answered you yet. Wait for them, or take invitations back.")
    code = "too_many_asked"


@transaction.atomic
def begin(account: Account, name: str, kind: str, at: datetime) -> Collective:
    """A new one, which the account owns and is named by."""
    Account.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
    if Membership.objects.filter(account=account, joined_at__isnull=False).count() >= MOST_COLLECTIVES:
        raise TooMany(f"account {account.pk}")
    made = _at_a_free_address(name, kind, at)
    Membership.objects.create(
        collective=made, account=account, role=Role.OWNER, is_shown=True, invited_at=at, joined_at=at
    )
    return made


def _at_a_free_address(name: str, kind: str, at: datetime) -> Collective:
    base = slug_of(name)[:50].rstrip("-") or "collective"
    for ending in ("", "-2", "-3", "-4"):
        if base + ending in _RESERVED:
            continue
        try:
            with transaction.atomic():
                return Collective.objects.create(slug=f"{base}{ending}", name=name, kind=kind, begun_at=at)
        except IntegrityError:
            continue
    return Collective.objects.create(slug=f"{base}-{new_key()[:6].lower()}", name=name, kind=kind, begun_at=at)


@transaction.atomic
def invite(collective: Collective, handle: str, role: Role, by: Account, at: datetime) -> Membership:
    """Ask somebody. They belong to it once they say yes themselves.

    Raises:
        NobodyOfThatName: there is nobody, or one of the two has blocked the other: which of these is not told
        AlreadyIn: they are in it, or were asked
        SaidNo: they did, or went, less than a month ago
    """
    _lock(collective)
    guest = Account.objects.filter(username=handle.strip().removeprefix("@").lower(), is_active=True).first()
    if guest is None or block_each_other(guest.pk, by.pk):
        raise NobodyOfThatName(f"{handle[:60]!r} to {collective.slug}")
    if Membership.objects.filter(collective=collective, account=guest).exists():
        raise AlreadyIn(f"{guest.pk} in {collective.slug}")
    no = Declined.objects.filter(collective=collective, account=guest).first()
    leave_in_peace(no.at if no else None, at)
    # What nobody said yes to takes none of their places.
    theirs = guest.collective_memberships.filter(joined_at__isnull=False).count()
    if collective.memberships.count() >= MOST_PEOPLE or theirs >= MOST_COLLECTIVES:
        raise TooMany(f"{collective.slug} and {guest.pk}")
    if Membership.objects.filter(invited_by=by, joined_at=None).count() >= MOST_OPEN:
        raise TooManyAsked(f"account {by.pk}")
    made = Membership.objects.create(collective=collective, account=guest, role=role, invited_by=by, invited_at=at)
    # So told once, however often asked; that somebody is asked after a no is something else.
    tell(ASKED, [guest.pk], by=by, about=collective.pk, at=at, what=f"after {no.at:%Y-%m-%d}" if no else "")
    return made


@transaction.atomic
def join(membership: Membership, at: datetime, *, shown: bool) -> None:
    """Say yes, and whether the page names one. Said again it changes the second alone.

    Raises:
        TooMany: they belong to as many as anybody may
    """
    Account.objects.select_for_update(no_key=True).filter(pk=membership.account_id).first()
    others = Membership.objects.filter(account=membership.account_id, joined_at__isnull=False)
    if others.exclude(pk=membership.pk).count() >= MOST_COLLECTIVES:
        raise TooMany(f"account {membership.account_id}")
    Membership.objects.filter(pk=membership.pk, joined_at=None).update(joined_at=max(at, membership.invited_at))
    Membership.objects.filter(pk=membership.pk).update(is_shown=shown)


@transaction.atomic
def decline(membership: Membership, at: datetime) -> None:
    """Say no oneself, or go. For a month one is not asked again.

    Raises:
        OnlyOwner: nobody else owns it
    """
    leave(membership)
    Declined.objects.update_or_create(
        collective_id=membership.collective_id, account_id=membership.account_id, defaults={"at": at}
    )


@transaction.atomic
def leave(membership: Membership) -> None:
    """Go, or be removed: what one showed goes with one. The last owner has to stay.

    Raises:
        OnlyOwner: nobody else owns it
    """
    _lock(membership.collective)
    _not_the_last_owner(membership)
    membership.delete()


@transaction.atomic
def appoint(membership: Membership, role: Role) -> None:
    """Give somebody another role. The last owner stays one."""
    _lock(membership.collective)
    if role is not Role.OWNER:
        _not_the_last_owner(membership)
    Membership.objects.filter(pk=membership.pk).update(role=role)


def _not_the_last_owner(membership: Membership) -> None:
    owners = membership.collective.memberships.filter(
        role=Role.OWNER, joined_at__isnull=False, account__is_active=True
    ).values_list("pk", flat=True)
    if list(owners) == [membership.pk]:
        raise OnlyOwner(f"{membership.account_id} of {membership.collective.slug}")


@transaction.atomic
def show_track(membership: Membership, key: str, at: datetime) -> None:
    """Put a track under it: one's own alone. Putting it there twice is once."""
    _show(membership, at, track=own_track(membership.account, key))


@transaction.atomic
def show_release(membership: Membership, key: str, at: datetime) -> None:
    """The same of a release."""
    _show(membership, at, release=own_release(membership.account, key))


def _show(membership: Membership, at: datetime, **work: object) -> None:
    _lock(membership.collective)
    if membership.shown.count() >= MOST_SHOWN:
        raise TooMany(f"{membership.account_id} under {membership.collective.slug}")
    Shown.objects.get_or_create(membership=membership, **work, defaults={"since": at})


def take_off(membership: Membership, *, track: str = "", release: str = "") -> None:
    """Take something off: one's own, or anybody's for whoever may. It stays where it is otherwise."""
    found = Shown.objects.filter(membership__collective=membership.collective)
    found = found.filter(track__key=track) if track else found.filter(release__key=release)
    if not may(Role(membership.role), Act.TAKE_OFF):
        found = found.filter(membership=membership)
    if not found.delete()[0]:
        raise NotFound(f"{track or release} under {membership.collective.slug}")


@transaction.atomic
def close(collective: Collective) -> None:
    """Gone, with who belonged to it. Everybody's music stays theirs, where it is."""
    collective.delete()
    pictures.let_go(collective.picture_id)


@transaction.atomic
def hand_over(membership: Membership) -> None:
    """Whoever leaves the site leaves it to an heir; where there is none, it is closed."""
    collective = membership.collective
    _lock(collective)
    if membership.joined_at is not None:
        others = collective.memberships.filter(joined_at__isnull=False, account__is_active=True)
        rest = others.exclude(pk=membership.pk).order_by("joined_at", "pk").values_list("role", "account_id")
        account = heir([(Role(role), one) for role, one in rest])
        if account is None:
            close(collective)
            return
        # Where there is another owner, it is they, and nothing changes.
        collective.memberships.filter(account=account).update(role=Role.OWNER)
    membership.delete()


def _lock(collective: Collective) -> None:
    if not Collective.objects.select_for_update(of=("self",)).filter(pk=collective.pk).exists():
        raise NotFound(f"collective {collective.slug}")
