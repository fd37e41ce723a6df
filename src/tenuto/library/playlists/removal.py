"""How playlists go when their owner leaves. What they added to playlists of others stays there, without their name."""

from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.library.playlists.models import Playlist

BATCH = 25  # of up to 500 entries each


def _names(account: Account) -> list[str]:
    count = Playlist.objects.filter(owner=account).count()
    return [ngettext("%d playlist", "%d playlists", count) % count] if count else []


def _hide(account: Account) -> None:
    """The playlists of an account that is not active are seen by nobody."""


def _remove(account: Account) -> list[str] | None:
    batch = list(Playlist.objects.filter(owner=account).order_by("id").values_list("id", flat=True)[:BATCH])
    Playlist.objects.filter(id__in=batch).delete()
    return [] if batch else None


register(Part(_names, _hide, _remove))
