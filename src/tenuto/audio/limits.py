"""What the operator allows, said before a byte is sent: size, number, quota, room on the disk."""

from django.conf import settings
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.audio.models import Upload
from tenuto.base import storage
from tenuto.base.errors import BadRequest, OverLimit
from tenuto.base.models import Blob
from tenuto.tracks.models import Track


class NothingInIt(BadRequest):
    advice = _("This file is empty: it has no bytes. Export it again from your audio program.")
    code = "empty"


class FileTooLarge(OverLimit):
    code = "file_too_large"


class QuotaReached(OverLimit):
    code = "quota_reached"


class TooMany(OverLimit):
    code = "too_many"


def check(owner: Account, length_bytes: int, *, is_new_track: bool) -> None:
    """Raise what stands against one more file of this length."""
    if length_bytes <= 0:
        raise NothingInIt(f"{length_bytes} bytes")
    if length_bytes > settings.MAX_FILE_BYTES:
        largest = filesizeformat(settings.MAX_FILE_BYTES)
        raise FileTooLarge(advice=_("This file is larger than this server takes: up to %s.") % largest)
    if is_new_track and Track.objects.filter(owner=owner).count() >= settings.MAX_TRACKS:
        raise TooMany(advice=_("You have %s tracks, as many as this server allows.") % settings.MAX_TRACKS)
    open_uploads = Upload.objects.filter(owner=owner, finished_at=None)
    if open_uploads.count() >= settings.MAX_OPEN_UPLOADS:
        most = settings.MAX_OPEN_UPLOADS
        raise TooMany(advice=_("You have %s unfinished uploads. Finish or remove some first.") % most)
    coming = open_uploads.aggregate(total=Sum("length_bytes"))["total"] or 0
    left = quota_of(owner) - used_bytes(owner) - coming
    if length_bytes > left:
        words = _("You have %(left)s left of %(quota)s, and this file has %(size)s. Remove something first.")
        sizes = {"left": max(0, left), "quota": quota_of(owner), "size": length_bytes}
        raise QuotaReached(advice=words % {name: filesizeformat(size) for name, size in sizes.items()})
    storage.make_room(length_bytes)


def quota_of(owner: Account) -> int:
    return owner.quota_bytes if owner.quota_bytes is not None else settings.QUOTA_BYTES


def used_bytes(owner: Account) -> int:
    """What the originals of an account take; the same bytes twice count once, as they are stored once."""
    originals = Blob.objects.filter(recordings__track__owner=owner).distinct()
    return originals.aggregate(total=Sum("size_bytes"))["total"] or 0
