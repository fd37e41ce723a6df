"""The Permissions tab: who may hear a track, and the nine switches of what they may do with it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.rules.visibility import Audience
from tenuto.tracks.access import own_track
from tenuto.tracks.forms import SharingForm, VisibilityForm
from tenuto.tracks.links import opening
from tenuto.tracks.models import Publication, Track
from tenuto.tracks.panels import Place, panels
from tenuto.tracks.publish import GoesOffline, publish, withdraw_to_sketchbook
from tenuto.tracks.studio import in_place, member


class PermissionsView(LoginRequiredMixin, View):
    """GET shows both forms. Each is saved at an address of its own, so neither can undo the other."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return permissions_page(request, own_track(member(request), key))


class PublicationView(LoginRequiredMixin, View):
    """POST says who may hear the track, and from when."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account, now = member(request), timezone.now()
        track = own_track(account, key)
        form = VisibilityForm(request.POST)
        if not form.is_valid():
            return self._again(request, track, form)
        try:
            if form.audience is None:
                withdraw_to_sketchbook(track, by=account, at=now)
            else:
                publish(
                    track,
                    form.audience,
                    form.cleaned_data["starts_at"],
                    by=account,
                    at=now,
                    offline_until_then=form.cleaned_data["offline_until_then"],
                )
        except GoesOffline as refusal:
            form.add_error("offline_until_then", str(refusal.advice))
            return self._again(request, track, form)
        track = own_track(account, key)
        said = what_was_done(track, now)
        if in_place(request):
            return render(request, "tracks/studio/_visibility.html", visibility_context(track) | {"saved": said})
        messages.success(request, said)
        return redirect("tracks:permissions", track.key)

    def _again(self, request: HttpRequest, track: Track, form: VisibilityForm) -> HttpResponse:
        context = visibility_context(track) | {"visibility": form}
        if in_place(request):
            return render(request, "tracks/studio/_visibility.html", context, status=422)
        return permissions_page(request, track, context, status=422)


class SharingView(LoginRequiredMixin, View):
    """POST turns the nine switches, all at once."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        form = SharingForm(request.POST, instance=track)
        if not form.is_valid():
            context = {"track": track, "sharing": form, "knows_countries": bool(settings.COUNTRY_HEADER)}
            if in_place(request):
                return render(request, "tracks/studio/_sharing.html", context, status=422)
            return permissions_page(request, own_track(member(request), key), {"sharing": form}, status=422)
        track.countries = sorted(form.cleaned_data["countries"])
        track.save(update_fields=[*SharingForm.Meta.fields, "changed_at"])
        said = _("Saved. It holds from now on.")
        if in_place(request):
            return render(request, "tracks/studio/_sharing.html", sharing_context(track) | {"saved": said})
        messages.success(request, said)
        return redirect("tracks:permissions", track.key)


def permissions_page(
    request: HttpRequest, track: Track, changed: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Both forms as they are saved, but for what `changed` puts in their place."""
    context = {"tab": "permissions", "panels": panels(Place.PERMISSIONS, request, track)}
    context |= visibility_context(track) | sharing_context(track) | (changed or {})
    return render(request, "tracks/studio/permissions.html", context, status=status)


def visibility_context(track: Track) -> dict[str, Any]:
    now = timezone.now()
    publication: Publication | None = getattr(track, "publication", None)
    scheduled = publication is not None and publication.starts_at > now
    form = VisibilityForm(
        initial={
            "visibility": publication.audience if publication else VisibilityForm.SKETCHBOOK,
            "starts_at": publication.starts_at if publication and scheduled else None,
        }
    )
    return {
        "track": track,
        "visibility": form,
        "scheduled": scheduled,
        "links": opening(track, now).count(),
        "now": now,
    }


def sharing_context(track: Track) -> dict[str, Any]:
    return {
        "track": track,
        "sharing": SharingForm(instance=track),
        "knows_countries": bool(settings.COUNTRY_HEADER),
    }


def what_was_done(track: Track, at: datetime) -> str:
    """The sentence that confirms who hears the track now."""
    publication: Publication | None = getattr(track, "publication", None)
    if publication is None:
        return _("It is in your sketchbook: you hear it, and whoever holds a secret link.")
    if not publication.audible:
        return _("Saved. People will hear it once its sound is ready and was compared with registered works.")
    everyone = publication.audience == Audience.PUBLIC
    if publication.starts_at > at:
        when = timezone.localtime(publication.starts_at).strftime("%Y-%m-%d %H:%M %Z")
        if everyone:
            return _("Everyone will hear it from %(when)s.") % {"when": when}
        return _("Your followers will hear it from %(when)s.") % {"when": when}
    return _("Everyone can hear it now.") if everyone else _("Your followers can hear it now.")
