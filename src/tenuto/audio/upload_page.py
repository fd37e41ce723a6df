"""The page on which music comes in: what is on its way, how far it is, what needs the artist.

With scripts, files go by tus (tus.py) and the page asks for those rows that still change. Without, the same form posts
its files here, and the page loads itself again until all are ready.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from tenuto.accounts.callers import account_calling
from tenuto.accounts.models import Account
from tenuto.audio import arrive, journey
from tenuto.audio.arrive import Wish
from tenuto.audio.forms import WishForm
from tenuto.audio.models import Upload
from tenuto.audio.spool import Spool, SpooledFile
from tenuto.base import storage
from tenuto.base.errors import BadRequest, NotFound
from tenuto.rules.visibility import Audience
from tenuto.tracks import publish
from tenuto.tracks.access import own_track
from tenuto.tracks.models import Recording, Track

Stage = Recording.Stage
SHOWN_FOR = timedelta(hours=24)
MOST_SHOWN = 100
CHANGING = {Stage.ARRIVED, Stage.RENDERING}

# What a row of the page says of each stage, in the order in which they are passed.
STAGES = [
    ("uploading", _("Uploading")),
    (Stage.ARRIVED.value, _("Checking")),
    (Stage.RENDERING.value, _("Rendering")),
    (Stage.READY.value, _("Ready")),
]


# Exempt here and guarded below: the guard reads the form, and its files must find the spool set up by then.
@method_decorator(csrf_exempt, name="dispatch")
class UploadPage(LoginRequiredMixin, View):
    """GET shows the page; POST takes files from a browser without scripts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, request.GET.get("replaces", ""), WishForm())

    def _page(self, request: HttpRequest, replaces: str, form: WishForm, status: int = 200) -> HttpResponse:
        account, now = account_calling(request), timezone.now()
        rows = [row_of(upload) for upload in shown_to(account, now)]
        replaced = own_track(account, replaces) if replaces else None
        context: dict[str, Any] = {
            "form": form,
            "rows": rows,
            "busy": any(row["stage"] in CHANGING for row in rows),
            "replaced": replaced,
            "followers": account.followers.count(),
            "largest": settings.MAX_FILE_BYTES,
        }
        return render(request, "audio/upload.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        storage.make_room(int(request.META.get("CONTENT_LENGTH") or 0))
        request.upload_handlers = [Spool(request)]
        return self._take_form(request)

    @method_decorator(csrf_protect)
    def _take_form(self, request: HttpRequest) -> HttpResponse:
        account = account_calling(request)
        files = [file for file in request.FILES.getlist("files") if isinstance(file, SpooledFile)]
        form, replaces = WishForm(request.POST), request.POST.get("replaces", "")
        wish = None
        try:
            wish = wish_of(account, form, replaces) if form.is_valid() else None
        finally:
            if wish is None:  # the form is not sound, or what they would replace is no track of theirs
                for file in files:
                    file.discard()
        if wish is None:
            return self._page(request, replaces, form, status=422)
        if not files:
            messages.error(request, _("No file was chosen."))
        taken = sum(self._take(request, account, file, wish) for file in files)
        if taken:
            words = ngettext("%d file has come in.", "%d files have come in.", taken) % taken
            messages.success(request, words)
        return redirect("audio:upload")

    def _take(self, request: HttpRequest, account: Account, file: SpooledFile, wish: Wish) -> bool:
        """The very same path as every upload; one file's refusal does not stop the others."""
        try:
            journey.receive_spooled(account, file, wish, timezone.now())
        except BadRequest as error:
            messages.error(request, f"{file.name}: {error.advice}")
            return False
        return True


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """Those rows of the page that `key` names, as they stand now."""
    if not isinstance(request.user, Account):
        raise NotFound("uploads of nobody")
    found = whole().filter(owner=request.user, key__in=request.GET.getlist("key")[:MOST_SHOWN]).order_by("-pk")
    response = render(request, "audio/_files.html", {"rows": [row_of(upload) for upload in found]})
    response["Cache-Control"] = "no-store"
    return response


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
    return redirect("audio:upload")


@require_POST
def again(request: HttpRequest, key: str) -> HttpResponse:
    """POST has what has failed tried once more."""
    upload = own_upload(request, key)
    if upload.recording is not None:
        journey.try_again(upload.recording)
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
    recent = whole().filter(
        Q(finished_at=None, expires_at__gt=now) | Q(recording__isnull=False, finished_at__gt=now - SHOWN_FOR),
        owner=account,
    )
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
        "changing": stage in CHANGING,
        "wrong": stage in {Stage.REFUSED, Stage.FAILED},
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
        original=recording.original_id, track__owner=upload.owner_id, pk__lt=recording.pk
    ).exclude(track=recording.track_id)
    earlier = same.select_related("track__owner").order_by("pk").first()
    return earlier.track if earlier else None


def wish_of(account: Account, form: WishForm, replaces: str) -> Wish:
    """What a sound form asks for.

    Raises:
        NotFound: it would replace what is no track of theirs
    """
    audience = form.cleaned_data["audience"]
    return Wish(
        audience=Audience(audience) if audience else None,
        starts_at=form.cleaned_data["starts_at"],
        replaces=own_track(account, replaces) if replaces else None,
    )
