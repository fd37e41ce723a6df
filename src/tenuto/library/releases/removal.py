"""How releases go when their owner leaves: before the tracks on them, with their covers."""

from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.library.releases.models import Release, ReleasePublication

BATCH = 25


def _names(account: Account) -> list[str]:
    count = Release.objects.filter(owner=account).count()
    return [ngettext("%d album, EP or single", "%d albums, EPs and singles", count) % count] if count else []


def _hide(account: Account) -> None:
    ReleasePublication.objects.filter(release__owner=account).delete()


def _remove(account: Account) -> list[str] | None:
    batch = list(Release.objects.filter(owner=account).order_by("id").values_list("id", "artwork_id")[:BATCH])
    Release.objects.filter(id__in=[pk for pk, _artwork in batch]).delete()
    return [artwork for _pk, artwork in batch if artwork] if batch else None


register(Part(_names, _hide, _remove))
