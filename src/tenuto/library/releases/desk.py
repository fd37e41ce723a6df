"""The pages on which an artist makes a release: its words and cover, what is on it, from when it is shown."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base import pictures
from tenuto.base.errors import BadRequest
from tenuto.consent.albums import is_answered
from tenuto.library.releases import access, change
from tenuto.library.releases.forms import NewReleaseForm, PublishForm, ReleaseForm
from tenuto.library.releases.models import Release
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import own_track
from tenuto.tracks.models import Track
from tenuto.tracks.paging import some
from tenuto.tracks.studio import in_place, member

LIST_SIZE = 48
# A list to choose from; whoever has more finds the rest by its page's address, through the HTTP API.
OFFERED_TRACKS = 500


class ReleasesView(LoginRequiredMixin, View):
    """GET lists one's own releases; POST begins one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, NewReleaseForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewReleaseForm(request.POST)
        if form.is_valid():
            try:
                begun = change.begin(member(request), form.cleaned_data["title"], form.cleaned_data["kind"])
            except BadRequest as refusal:
                form.add_error(None, str(refusal.advice))
            else:
                return redirect("releases:edit", begun.key)
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: NewReleaseForm, status: int = 200) -> HttpResponse:
        account, before, now = member(request), request.GET.get("before", ""), timezone.now()
        found = some(access.shown_of(account, account.pk, now), before, LIST_SIZE)
        context = {"releases": found.rows, "older": found.before, "before": before, "form": form, "now": now}
        return render(request, "releases/own.html", context, status=status)


class EditView(LoginRequiredMixin, View):
    """GET shows everything of a release that can be changed; POST saves words, codes and cover."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return edit_page(request, access.own_release(member(request), key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        release = access.own_release(member(request), key)
        before = release.artwork_id
        form = ReleaseForm(request.POST, request.FILES, instance=release)
        if not form.is_valid():
            # A form writes into its row before it knows that all is well: the page shows the row as it is.
            return edit_page(request, access.own_release(member(request), key), form=form, status=422)
        with transaction.atomic():
            form.save_all()
        pictures.let_go(before)
        messages.success(request, _("Saved."))
        return redirect("releases:edit", release.key)


class TracksView(LoginRequiredMixin, View):
    """POST puts a `track` of one's own at the end; where something opens by it, only with `follows`, and asks first."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account = member(request)
        release = access.own_release(account, key)
        track = own_track(account, request.POST.get("track", ""))
        opens = change.what_opens(release, track, timezone.now())
        if opens and request.POST.get("follows") != "yes":
            return edit_page(request, release, status=409, to_follow={"track": track, "opens": opens})
        if change.add(release, track):
            messages.success(request, _("“%(title)s” is on it now.") % {"title": track.title})
            if is_answered(release.key):
                messages.info(request, change.album_speaks())
        return redirect("releases:edit", release.key)


class PlaceView(LoginRequiredMixin, View):
    """POST puts a track of the release `before` or `after` another one."""

    def post(self, request: HttpRequest, key: str, track_key: str) -> HttpResponse:
        release = access.own_release(member(request), key)
        change.place(release, track_key, before=request.POST.get("before", ""), after=request.POST.get("after", ""))
        return HttpResponse(status=204) if in_place(request) else redirect("releases:edit", release.key)


class TakenOffView(LoginRequiredMixin, View):
    """POST takes a track off the release."""

    def post(self, request: HttpRequest, key: str, track_key: str) -> HttpResponse:
        release = access.own_release(member(request), key)
        change.take_off(release, track_key)
        messages.success(request, _("Taken off. The track itself stays where it is."))
        return redirect("releases:edit", release.key)


class PublicationView(LoginRequiredMixin, View):
    """POST shows the release to everyone, now or later; with `back` it takes it back."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        release, now = access.own_release(member(request), key), timezone.now()
        if "back" in request.POST:
            change.take_back(release)
            messages.success(request, _("Taken back. You alone see it; its tracks stay as they are."))
            return redirect("releases:edit", release.key)
        form = PublishForm(request.POST)
        if form.is_valid():
            try:
                publication = change.publish(
                    release, form.cleaned_data["starts_at"], now, with_sketches=form.cleaned_data["with_sketches"]
                )
            except change.NothingOnIt as refusal:
                form.add_error(None, str(refusal.advice))
            else:
                messages.success(request, change.what_was_done(publication, now))
                return redirect(release)
        return edit_page(request, access.own_release(member(request), key), publish=form, status=422)


class RemovalView(LoginRequiredMixin, View):
    """GET asks once more; POST deletes the release."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        release = access.own_release(member(request), key)
        return render(request, "releases/removal.html", {"release": release})

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        release = access.own_release(member(request), key)
        change.delete(release)
        messages.success(request, _("“%(title)s” is gone. Its tracks stay.") % {"title": release.title})
        return redirect("releases:own")


def edit_page(request: HttpRequest, release: Release, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of everything that can be changed of a release, with these forms as they came back."""
    account, now = member(request), timezone.now()
    tracks = access.tracklist(release, Visitor(account.pk), now)
    on_it = [each.line.track.pk for each in tracks.tracks]
    publication = access.publication_of(release)
    context = {
        "release": release,
        "tracks": tracks,
        "publication": publication,
        "is_open": access.is_open(release, now),
        "sketches": sum(1 for each in tracks.tracks if getattr(each.line.track, "publication", None) is None),
        "offered": Track.objects.filter(owner=account).exclude(pk__in=on_it).order_by("-created_at")[:OFFERED_TRACKS],
        "form": ReleaseForm(instance=release),
        "publish": PublishForm(initial={"starts_at": publication.starts_at if publication else None}),
        **forms,
    }
    return render(request, "releases/edit.html", context, status=status)
