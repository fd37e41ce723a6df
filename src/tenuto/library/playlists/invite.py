"""Working on a playlist together: its owner asks people by their handles, and each says yes or no for themselves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.asking import leave_in_peace
from tenuto.accounts.blocks import block_each_other
from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotFound, OverLimit
from tenuto.library.playlists.models import Declined, Invitation, Playlist, open_invitations
from tenuto.library.playlists.notices import INVITED
from tenuto.notifications.tell import tell

MAX_PEOPLE = 100


class NobodyOfThatName(BadRequest):
    advice = _("Nobody here has this handle.")
    status = 422
    code = "nobody_of_that_name"


class TooManyPeople(OverLimit):
    advice = _("A playlist can be shared by 100 people. Remove somebody first.")
    code = "too_many_people"


@transaction.atomic
def invite(playlist: Playlist, handle: str, at: datetime) -> Invitation:
    """Ask somebody. Asking twice is asking once.

    Raises:
        NobodyOfThatName: there is nobody, or one of the two has blocked the other: which of these is not told
        SaidNo: they did, less than a month ago
        TooManyPeople: as many as can share it
    """
    guest = Account.objects.filter(username=handle.strip().removeprefix("@").lower(), is_active=True).first()
    # Whoever has blocked the owner is not told from nobody.
    if guest is None or guest.pk == playlist.owner_id or block_each_other(guest.pk, playlist.owner_id):
        raise NobodyOfThatName(f"{handle[:60]!r} to playlist {playlist.key}")
    Playlist.objects.select_for_update().filter(pk=playlist.pk).first()
    no = Declined.objects.filter(playlist=playlist, account=guest).first()
    leave_in_peace(no.at if no else None, at)
    others = Invitation.objects.filter(playlist=playlist).exclude(account=guest).count()
    if others >= MAX_PEOPLE:
        raise TooManyPeople(f"playlist {playlist.key}")
    invitation, new = Invitation.objects.get_or_create(playlist=playlist, account=guest, defaults={"invited_at": at})
    if new:
        # The same is told once, however often it is done; that somebody is asked after a no is something else.
        what = f"after {no.at:%Y-%m-%d}" if no else ""
        tell(INVITED, [guest.pk], by=playlist.owner, about=playlist.pk, at=at, what=what)
    return invitation


def invitation_of(account: Account, playlist_key: str) -> Invitation:
    """The account's own invitation to this playlist, answered or not."""
    found = Invitation.objects.filter(account=account, playlist__key=playlist_key, playlist__owner__is_active=True)
    invitation = found.select_related("playlist").first()
    if invitation is None:
        raise NotFound(f"invitation of account {account.pk} to playlist {playlist_key}")
    return invitation


def accept(invitation: Invitation, at: datetime) -> None:
    """Say yes. From now on whoever was invited may add to it and put it in order.

    Raises:
        NotFound: one of the two has blocked the other since
    """
    if not open_invitations().filter(pk=invitation.pk).exists():
        raise NotFound(f"invitation {invitation.pk} between people of whom one blocks the other")
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=max(at, invitation.invited_at))


@transaction.atomic
def leave(invitation: Invitation, at: datetime) -> None:
    """Say no, or no longer. What they added stays. For a month they are not asked again."""
    playlist, account = invitation.playlist_id, invitation.account_id
    Declined.objects.update_or_create(playlist_id=playlist, account_id=account, defaults={"at": at})
    invitation.delete()


def remove(playlist: Playlist, handle: str) -> None:
    """Take an invitation back, or somebody off the playlist. What they added stays."""
    gone, _rows = Invitation.objects.filter(playlist=playlist, account__username=handle.lower()).delete()
    if not gone:
        raise NotFound(f"{handle} on playlist {playlist.key}")
