"""The tabs of one track in the studio, but for who may hear it: basics, metadata, licence, audio, removal."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base import pictures
from tenuto.base.events import publish as tell
from tenuto.rules.visibility import Surface, Visitor
from tenuto.tracks.access import meet, own_track
from tenuto.tracks.events import TrackDescribed, TrackIdentified
from tenuto.tracks.forms import (
    MAX_CREDITS,
    BasicsForm,
    CreditForms,
    LicenceForm,
    MetadataForm,
    credit_rows,
    read_credits,
)
from tenuto.tracks.links import opening
from tenuto.tracks.models import Track, identity
from tenuto.tracks.publish import remove
from tenuto.tracks.roles import WORDS
from tenuto.tracks.studio import member


class BasicsView(LoginRequiredMixin, View):
    """GET shows title, address, words and cover; POST saves them."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        return self._page(request, track, BasicsForm(instance=track))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        before = track.artwork_id
        form = BasicsForm(request.POST, request.FILES, instance=track)
        if not form.is_valid():
            # A form writes into its track before it knows that all is well: the page shows the track as it is.
            return self._page(request, own_track(member(request), key), form, status=422)
        with transaction.atomic():
            form.save_at(timezone.now())
            if {"tags", "genre"} & set(form.changed_data):
                tell(TrackDescribed(track.pk, timezone.now()))
        pictures.let_go(before)
        messages.success(request, _("Saved."))
        return redirect("tracks:basics", track.key)

    def _page(self, request: HttpRequest, track: Track, form: BasicsForm, status: int = 200) -> HttpResponse:
        context = {"track": track, "tab": "basics", "form": form}
        return render(request, "tracks/studio/basics.html", context, status=status)


class MetadataView(LoginRequiredMixin, View):
    """GET shows credits and codes; POST saves them."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        rows = CreditForms(initial=credit_rows(track), prefix="credits")
        return self._page(request, track, MetadataForm(instance=track), rows)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        before = identity(track)
        form = MetadataForm(request.POST, instance=track)
        rows = CreditForms(request.POST, prefix="credits")
        if not (form.is_valid() & rows.is_valid()):
            return self._page(request, own_track(member(request), key), form, rows, status=422)
        track.credits = read_credits(rows)
        with transaction.atomic():
            track.save(update_fields=[*MetadataForm.Meta.fields, "credits", "changed_at"])
            if identity(track) != before:
                tell(TrackIdentified(track.pk, timezone.now()))
        messages.success(request, _("Saved."))
        return redirect("tracks:metadata", track.key)

    def _page(
        self, request: HttpRequest, track: Track, form: MetadataForm, rows: object, status: int = 200
    ) -> HttpResponse:
        context = {
            "track": track,
            "tab": "metadata",
            "form": form,
            "rows": rows,
            "max_credits": MAX_CREDITS,
            "roles": WORDS.values(),
        }
        return render(request, "tracks/studio/metadata.html", context, status=status)


class LicenceView(LoginRequiredMixin, View):
    """GET shows how others may use the track; POST saves it."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        return self._page(request, track, LicenceForm(instance=track))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        form = LicenceForm(request.POST, instance=track)
        if not form.is_valid():
            return self._page(request, own_track(member(request), key), form, status=422)
        track.save(update_fields=["licence", "changed_at"])
        messages.success(request, _("Saved. The licence stands on the track’s page."))
        return redirect("tracks:licence", track.key)

    def _page(self, request: HttpRequest, track: Track, form: LicenceForm, status: int = 200) -> HttpResponse:
        context = {"track": track, "tab": "licence", "form": form}
        return render(request, "tracks/studio/licence.html", context, status=status)


class AudioView(LoginRequiredMixin, View):
    """GET shows what was found in the sound, and every recording the track has had."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        recordings = track.recordings.select_related("original", "hold").defer("sketch").order_by("-arrived_at", "-id")
        context = {"track": track, "tab": "audio", "recordings": recordings}
        return render(request, "tracks/studio/audio.html", context)


class RemoveView(LoginRequiredMixin, View):
    """GET says what would be lost; POST deletes the track."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        track, now = own_track(member(request), key), timezone.now()
        context = {
            "track": track,
            "tab": "",
            "recordings": list(track.recordings.select_related("original").defer("sketch")),
            "links": opening(track, now).count(),
            "heard_by_all": bool(meet(track, Visitor(), Surface.PAGE, now)),
        }
        return render(request, "tracks/studio/remove.html", context)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        remove(track, by=member(request), at=timezone.now())
        messages.success(request, _("“%(title)s” is gone.") % {"title": track.title})
        return redirect("tracks:studio")
