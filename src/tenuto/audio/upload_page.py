"""The page on which music comes in: what is on its way, how far it is, what needs the artist.

With scripts, files go by tus (tus.py) and each row renews itself. Without, the same form posts its files here, and the
page loads itself again until all are ready.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST

from tenuto.accounts.callers import account_calling
from tenuto.accounts.models import Account
from tenuto.audio import arrive, journey
from tenuto.audio.arrive import Wish
from tenuto.audio.models import Upload
from tenuto.base.errors import BadRequest, NotFound
from tenuto.rules.visibility import Audience
from tenuto.tracks import publish
from tenuto.tracks.access import own_track
from tenuto.tracks.models import Recording, Track

Stage = Recording.Stage
SHOWN_FOR = timedelta(hours=24)
MOST_SHOWN = 50

# What a row of the page says of each stage, in the order in which they are passed.
STAGES = [
    ("uploading", _("Uploading")),
    (Stage.ARRIVED.value, _("Checking")),
    (Stage.RENDERING.value, _("Rendering")),
    (Stage.READY.value, _("Ready")),
]


class UploadPage(LoginRequiredMixin, View):
    """GET shows the page; POST takes files from a browser without scripts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account, now = account_calling(request), timezone.now()
        rows = [row_of(upload) for upload in shown_to(account, now)]
        replaced = own_track(account, request.GET["replaces"]) if request.GET.get("replaces") else None
        context: dict[str, Any] = {
            "rows": rows,
            "busy": any(row["stage"] in {Stage.ARRIVED, Stage.RENDERING} for row in rows),
            "replaced": replaced,
            "followers": account.followers.count(),
            "largest": settings.MAX_FILE_BYTES,
        }
        return render(request, "audio/upload.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        account = account_calling(request)
        wish = wish_of(account, request.POST)
        files = request.FILES.getlist("files")
        if not files:
            messages.error(request, _("No file was chosen."))
        taken = sum(self._take(request, account, file, wish) for file in files)
        if taken:
            words = ngettext("%d file has come in.", "%d files have come in.", taken) % taken
            messages.success(request, words)
        return redirect("audio:upload")

    def _take(self, request: HttpRequest, account: Account, file: UploadedFile[bytes], wish: Wish) -> bool:
        """The very same path as every upload; one file's refusal does not stop the others."""
        try:
            upload = arrive.begin(account, file.name or "", file.size or 0, wish, timezone.now())
            journey.receive(upload, 0, file, timezone.now())
        except BadRequest as error:
            messages.error(request, f"{file.name}: {error.advice}")
            return False
        return True


def row(request: HttpRequest, key: str) -> HttpResponse:
    """One row of the page, as it stands now."""
    return render(request, "audio/_file.html", {"row": row_of(own_upload(request, key))})


@require_POST
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """POST takes a file off the page: an unfinished one is forgotten, one that never sounded goes with its track."""
    upload = own_upload(request, key)
    recording = upload.recording
    if recording is None:
        arrive.abandon(upload)
    elif recording.stage != Stage.READY:
        account, track = account_calling(request), recording.track
        if Recording.objects.filter(track=track).exclude(pk=recording.pk).exists():
            recording.delete()
        else:
            publish.remove(track, by=account, at=timezone.now())
        upload.delete()
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return redirect("audio:upload")


@require_POST
def again(request: HttpRequest, key: str) -> HttpResponse:
    """POST has what was refused, or failed, tried once more."""
    upload = own_upload(request, key)
    if upload.recording is not None:
        journey.try_again(upload.recording)
    if request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("audio:upload-row", args=[key]))
    return redirect("audio:upload")


def own_upload(request: HttpRequest, key: str) -> Upload:
    """The caller's upload of this key; anybody else's is missing."""
    if not isinstance(request.user, Account):
        raise NotFound(f"upload {key}")
    upload = whole().filter(owner=request.user, key=key).first()
    if upload is None:
        raise NotFound(f"upload {key}")
    return upload


def shown_to(account: Account, now: datetime) -> list[Upload]:
    """What is on its way, and what came within a day, newest first."""
    recent = whole().filter(owner=account, created_at__gt=now - SHOWN_FOR)
    return list(recent.order_by("-pk")[:MOST_SHOWN])


def whole() -> QuerySet[Upload]:
    return Upload.objects.select_related("recording__track__owner", "recording__original", "replaces")


def row_of(upload: Upload) -> dict[str, Any]:
    """What a row shows."""
    recording = upload.recording
    stage = recording.stage if recording else "uploading"
    passed = [name for name, _words in STAGES]
    reached = passed.index(stage) if stage in passed else -1
    return {
        "upload": upload,
        "recording": recording,
        "track": recording.track if recording else None,
        "stage": stage,
        "stages": [
            {"words": words, "done": place < reached or stage == Stage.READY, "current": place == reached}
            for place, (_name, words) in enumerate(STAGES)
        ],
        "same_as": same_as(upload),
        "share": upload.received_bytes / upload.length_bytes,
        "percent": round(100 * recording.progress) if recording else 0,
    }


def same_as(upload: Upload) -> Track | None:
    """An earlier track of theirs with the very same bytes: they may have forgotten that it is here."""
    recording = upload.recording
    if recording is None or upload.replaces is not None:
        return None
    same = Recording.objects.filter(
        original=recording.original, track__owner=upload.owner_id, pk__lt=recording.pk
    ).exclude(track=recording.track)
    earlier = same.select_related("track__owner").order_by("pk").first()
    return earlier.track if earlier else None


def wish_of(account: Account, said: Any) -> Wish:
    audience = said.get("audience", "")
    starts_at = parse_datetime(said.get("starts_at", "")) if said.get("starts_at") else None
    if starts_at is not None and timezone.is_naive(starts_at):
        starts_at = timezone.make_aware(starts_at)
    return Wish(
        audience=Audience(audience) if audience in {*Audience} else None,
        starts_at=starts_at,
        replaces=own_track(account, said["replaces"]) if said.get("replaces") else None,
    )
