"""How uploads, renditions and listens go when somebody leaves."""

from django.conf import settings

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.audio.models import Listen, MarkedCopy, Rendition, Upload, Waveform
from tenuto.audio.remember import forget_who_listened

BATCH = 100


def _names(account: Account) -> list[str]:
    return []


def _hide(account: Account) -> None:
    """Renditions are heard through their track, which is hidden."""


def _remove(account: Account) -> list[str] | None:
    for step in (_plays, _uploads, _renditions):
        digests = step(account)
        if digests is not None:
            return digests
    return None


def _plays(account: Account) -> list[str] | None:
    """What they heard of others stays counted. Each track's rows get a name of their own that leads nowhere."""
    heard = Listen.objects.filter(account=account).exclude(track__owner=account)
    tracks = list(heard.order_by().values_list("track_id", flat=True).distinct()[:BATCH])
    forget_who_listened(heard.filter(track_id__in=tracks))
    return [] if tracks else None


def _uploads(account: Account) -> list[str] | None:
    """Bytes still coming in, and the receipts of those that came."""
    uploads = list(Upload.objects.filter(owner=account).order_by("id")[:BATCH])
    for upload in uploads:
        for path in settings.UPLOADS_DIR.glob(f"{upload.key}*"):
            path.unlink(missing_ok=True)
    Upload.objects.filter(id__in=[upload.pk for upload in uploads]).delete()
    return [] if uploads else None


def _renditions(account: Account) -> list[str] | None:
    """What was made from their originals. The originals themselves go with the tracks."""
    digests: list[str] = []
    for model in (Rendition, Waveform, MarkedCopy):
        rows = list(
            model._default_manager.filter(recording__track__owner=account)
            .order_by("id")
            .values_list("id", "blob_id")[:BATCH]
        )
        model._default_manager.filter(id__in=[row for row, _digest in rows]).delete()
        digests += [digest for _row, digest in rows]
    return digests or None


register(Part(_names, _hide, _remove))
