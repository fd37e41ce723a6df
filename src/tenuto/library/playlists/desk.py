"""The pages on which a playlist is changed: what is on it, in which order, what is written of it, who sees it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base.errors import BadRequest
from tenuto.library.playlists import access, change
from tenuto.library.playlists.forms import InviteForm, NewPlaylistForm, PlaylistForm
from tenuto.library.playlists.models import Entry, Playlist
from tenuto.rules.visibility import Surface
from tenuto.tracks.access import track_by_key
from tenuto.tracks.models import Track
from tenuto.tracks.studio import in_place, member
from tenuto.tracks.visitors import visitor_of
from tenuto.web.ways import way_back


class ChooseView(LoginRequiredMixin, View):
    """GET shows one's playlists with a tick where the track is on them; POST puts it on one, or on a new one."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._page(request, self._track(request, key), NewPlaylistForm())

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account, track, at = member(request), self._track(request, key), timezone.now()
        form = NewPlaylistForm(request.POST if "title" in request.POST else None)
        if form.is_bound and not form.is_valid():
            return self._page(request, track, form, status=422)
        try:
            if form.is_bound:
                playlist = change.make(account, form.cleaned_data["title"], at)
            else:
                playlist = access.to_fill(account, request.POST.get("playlist", "")).playlist
            new = change.add(playlist, track, account, at)
        except change.TooManyPlaylists as refusal:
            form.add_error(None, str(refusal.advice))
            return self._page(request, track, form, status=422)
        names = {"track": track.title, "playlist": playlist.title}
        said = _("“%(track)s” is on “%(playlist)s” now.") if new else _("“%(track)s” was on “%(playlist)s” already.")
        messages.success(request, said % names)
        return redirect(way_back(request, track.get_absolute_url()))

    def _track(self, request: HttpRequest, key: str) -> Track:
        return track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())[0]

    def _page(self, request: HttpRequest, track: Track, form: NewPlaylistForm, status: int = 200) -> HttpResponse:
        playlists = list(access.fillable(member(request))[: change.MAX_PLAYLISTS])
        on = set(Entry.objects.filter(playlist__in=playlists, track=track).values_list("playlist_id", flat=True))
        context = {
            "track": track,
            "form": form,
            "choices": [(playlist, playlist.pk in on) for playlist in playlists],
            "next": way_back(request, track.get_absolute_url()),
        }
        return render(request, "playlists/choose.html", context, status=status)


class PlaceView(LoginRequiredMixin, View):
    """POST puts a track of the playlist `before` or `after` another one."""

    def post(self, request: HttpRequest, key: str, track_key: str) -> HttpResponse:
        met = access.to_fill(member(request), key)
        neighbours = {name: request.POST.get(name, "") for name in ("before", "after")}
        change.place(met.playlist, track_key, timezone.now(), **neighbours)
        if in_place(request):
            return HttpResponse(status=204)
        return redirect(f"{met.playlist.get_absolute_url()}#on-{track_key}")


class TakenOutView(LoginRequiredMixin, View):
    """POST takes a track off the playlist."""

    def post(self, request: HttpRequest, key: str, track_key: str) -> HttpResponse:
        account = member(request)
        met = access.to_fill(account, key)
        change.take_out(met, track_key, account, timezone.now())
        messages.success(request, _("Taken out. The track itself stays where it is."))
        return redirect(met.playlist)


class EditView(LoginRequiredMixin, View):
    """GET shows what is written of a playlist and who works on it; POST saves the words."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return edit_page(request, access.own_playlist(member(request), key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        playlist = access.own_playlist(member(request), key)
        form = PlaylistForm(request.POST, instance=playlist)
        if not form.is_valid():
            # A form writes into its row before it knows that all is well: the page shows the row as it is.
            return edit_page(request, access.own_playlist(member(request), key), form=form, status=422)
        change.describe(playlist, timezone.now(), form.changed_data)
        messages.success(request, _("Saved."))
        return redirect(playlist)


class LinkView(LoginRequiredMixin, View):
    """POST gives the playlist another secret address."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        playlist = access.own_playlist(member(request), key)
        change.new_link(playlist)
        messages.success(request, _("The former address opens nothing any more. This is the new one."))
        return redirect("playlists:edit", playlist.key)


class RemovalView(LoginRequiredMixin, View):
    """GET asks once more; POST deletes the playlist."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        playlist = access.own_playlist(member(request), key)
        return render(request, "playlists/removal.html", {"playlist": playlist, "count": playlist.entries.count()})

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        playlist = access.own_playlist(member(request), key)
        change.delete(playlist)
        messages.success(request, _("“%(title)s” is gone. Its tracks stay.") % {"title": playlist.title})
        return redirect("playlists:library")


def edit_page(request: HttpRequest, playlist: Playlist, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of everything that a playlist's owner can change of it, with these forms as they came back."""
    context = {
        "playlist": playlist,
        "form": PlaylistForm(instance=playlist),
        "invite": InviteForm(),
        "invitations": playlist.invitations.select_related("account").order_by("invited_at", "id"),
        **forms,
    }
    return render(request, "playlists/edit.html", context, status=status)


def invitation_refused(request: HttpRequest, playlist: Playlist, form: InviteForm, refusal: BadRequest) -> HttpResponse:
    """The page with what is wrong beside the handle that was typed."""
    form.add_error("handle", str(refusal.advice))
    return edit_page(request, playlist, invite=form, status=422)
