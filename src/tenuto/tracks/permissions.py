"""The Permissions tab: who may hear a track, and the nine switches of what they may do with it.

Each part is saved by itself. With scripts only that part comes anew. Without, the page does; so all that is typed on it
is sent along, as one form, and stands there again: what was not saved is not lost.
"""

from collections.abc import Collection
from copy import copy
from datetime import datetime
from typing import Any, TypeVar

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
from tenuto.tracks.models import Publication, Recording, Track
from tenuto.tracks.panels import Place, panels
from tenuto.tracks.publish import GoesOffline, publish, withdraw_to_sketchbook
from tenuto.tracks.studio import in_place, member, unheard
from tenuto.web import whereabouts

Shown = TypeVar("Shown", VisibilityForm, SharingForm)
WHOLE = "permissions-whole"  # the form to which everything on the page belongs, where no script says otherwise


class PermissionsView(LoginRequiredMixin, View):
    """GET shows all parts. Each is saved at an address of its own, so none can undo another."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return permissions_page(request, own_track(member(request), key))


class PublicationView(LoginRequiredMixin, View):
    """POST says who may hear the track, and from when."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account, now = member(request), timezone.now()
        track = own_track(account, key)
        form = of_whole(VisibilityForm(request.POST))
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
        if is_whole(request):
            return kept_elsewhere(request, track, VisibilityForm.base_fields)
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
        form = of_whole(SharingForm(request.POST, instance=track))
        if not form.is_valid():
            context = sharing_context(track) | {"sharing": form}
            if in_place(request):
                return render(request, "tracks/studio/_sharing.html", context, status=422)
            return permissions_page(request, own_track(member(request), key), {"sharing": form}, status=422)
        track.countries = sorted(form.cleaned_data["countries"])
        track.save(update_fields=[*SharingForm.Meta.fields, "changed_at"])
        said = _("Saved. It holds from now on.")
        if in_place(request):
            return render(request, "tracks/studio/_sharing.html", sharing_context(track) | {"saved": said})
        messages.success(request, said)
        if is_whole(request):
            return kept_elsewhere(request, track, SharingForm.base_fields)
        return redirect("tracks:permissions", track.key)


def is_whole(request: HttpRequest) -> bool:
    """Was all that is typed on the page sent along, and is a whole page wanted back?"""
    return "whole" in request.POST and not in_place(request)


def kept_elsewhere(request: HttpRequest, track: Track, saved: Collection[str]) -> HttpResponse:
    """The page after one part was saved: that part as it is now, the others as they were typed, still to be saved."""
    messages.info(
        request, _("What you changed in the other parts of this page stands there still. It is not saved yet.")
    )
    typed = request.POST.copy()
    for name in saved:
        typed.pop(name, None)
    request.POST = typed  # type: ignore[assignment]  # the parts that features bring read it too
    return permissions_page(request, track)


def permissions_page(
    request: HttpRequest, track: Track, changed: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Each part as it was typed, where it was sent along, else as it is saved; but for what `changed` puts there."""
    context: dict[str, Any] = {"tab": "permissions", "panels": panels(Place.PERMISSIONS, request, track)}
    context |= visibility_context(track) | sharing_context(track)
    if "visibility" in request.POST:
        context["visibility"] = of_whole(VisibilityForm(request.POST, initial=context["visibility"].initial))
    if "regions" in request.POST:
        # A copy: a form writes into its track what was only typed.
        context["sharing"] = of_whole(SharingForm(request.POST, instance=copy(track)))
    context |= changed or {}
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
        "whole": WHOLE,
        "visibility": of_whole(form),
        "scheduled": scheduled,
        "other": missing(track),
        "links": opening(track, now).count(),
        "now": now,
    }


def missing(track: Track) -> Recording | None:
    """The newest file of a track that was shared before it had any sound: on its way, or of no use."""
    publication: Publication | None = getattr(track, "publication", None)
    if publication is None or publication.audible or track.recording:
        return None
    return unheard().filter(track=track).first()


def sharing_context(track: Track) -> dict[str, Any]:
    return {
        "track": track,
        "whole": WHOLE,
        "sharing": of_whole(SharingForm(instance=track)),
        "knows_countries": whereabouts.are_known(),
    }


def of_whole(form: Shown) -> Shown:
    """The form, with each of its fields belonging to the page's one form until a script says otherwise."""
    for field in form.fields.values():
        field.widget.attrs["form"] = WHOLE
    return form


def what_was_done(track: Track, at: datetime) -> str:
    """The sentence that confirms who hears the track now."""
    publication: Publication | None = getattr(track, "publication", None)
    if publication is None:
        return _("It is in your sketchbook: you hear it, and whoever holds a secret link.")
    if not publication.audible:
        other = missing(track)
        if other is not None and other.stage == Recording.Stage.REFUSED:
            return _("Saved. Nothing can be heard until another file is uploaded: this one was refused.")
        return _("Saved. People will hear it once its sound is ready and was compared with registered works.")
    everyone = publication.audience == Audience.PUBLIC
    if publication.starts_at > at:
        when = timezone.localtime(publication.starts_at).strftime("%Y-%m-%d %H:%M %Z")
        if everyone:
            return _("Everyone will hear it from %(when)s.") % {"when": when}
        return _("Your followers will hear it from %(when)s.") % {"when": when}
    return _("Everyone can hear it now.") if everyone else _("Your followers can hear it now.")
