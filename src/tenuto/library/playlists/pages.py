"""The pages on which playlists are met: one, one behind its secret address, somebody's, and all of one's own."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View
from django.views.decorators.http import require_safe

from tenuto.base.errors import BadRequest
from tenuto.library.playlists import access, change
from tenuto.library.playlists.access import Met
from tenuto.library.playlists.covers import mosaic, pictured
from tenuto.library.playlists.forms import NewPlaylistForm
from tenuto.library.playlists.models import open_invitations
from tenuto.rules.playlists import Openness
from tenuto.rules.visibility import Visitor
from tenuto.tracks.pages import keep_private, profile_of
from tenuto.tracks.paging import some
from tenuto.tracks.panels import keys_beside
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of

LIST_SIZE = 24


@require_safe
def playlist(request: HttpRequest, key: str) -> HttpResponse:
    """One playlist, to whoever may see it."""
    visitor = visitor_of(request)
    return _page(request, access.playlist_of_key(visitor.account_id, key), visitor)


@require_safe
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """One playlist, to whoever has its secret address."""
    visitor = visitor_of(request)
    return _page(request, access.playlist_of_secret(visitor.account_id, secret), visitor, by_link=True)


@require_safe
def of(request: HttpRequest, username: str) -> HttpResponse:
    """The public playlists of somebody, the last changed first."""
    at, visitor = timezone.now(), visitor_of(request)
    context = profile_of(request, username)
    before = request.GET.get("before", "")
    found = some(access.public_of(context["owner"]), before, LIST_SIZE)
    context |= {"playlists": pictured(found.rows, visitor, at), "older": found.before, "before": before}
    return render(request, "playlists/of.html", context)


class LibraryView(LoginRequiredMixin, View):
    """GET lists the playlists that one may fill, and one's invitations; POST makes a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, NewPlaylistForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPlaylistForm(request.POST)
        if form.is_valid():
            try:
                made = change.make(member(request), form.cleaned_data["title"], timezone.now())
            except BadRequest as refusal:
                form.add_error(None, str(refusal.advice))
            else:
                return redirect(made)
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: NewPlaylistForm, status: int = 200) -> HttpResponse:
        account, at, before = member(request), timezone.now(), request.GET.get("before", "")
        found = some(access.fillable(account), before, LIST_SIZE)
        context = {
            "form": form,
            "playlists": pictured(found.rows, visitor_of(request), at),
            "older": found.before,
            "before": before,
            "invitations": open_invitations()
            .filter(account=account, accepted_at=None, playlist__owner__is_active=True)
            .select_related("playlist__owner")
            .order_by("-invited_at", "-id")[:100],
        }
        return render(request, "playlists/library.html", context, status=status)


def _page(request: HttpRequest, met: Met, visitor: Visitor, *, by_link: bool = False) -> HttpResponse:
    response = render(request, "playlists/playlist.html", about(request, met, visitor, timezone.now(), by_link=by_link))
    if by_link or met.playlist.openness != Openness.PUBLIC:
        keep_private(response)
    if by_link:
        # As for the secret link of a track: other hosts are told nothing of this address.
        response.headers["Referrer-Policy"] = "same-origin"
    return response


def about(
    request: HttpRequest, met: Met, visitor: Visitor, at: datetime, *, by_link: bool = False
) -> dict[str, object]:
    """What the page of a playlist shows."""
    contents = access.contents(met, visitor, at)
    tracks = [placed.line.track for placed in contents.placed]
    return {
        "met": met,
        "playlist": met.playlist,
        "owner": met.playlist.owner,
        "contents": contents,
        "tiles": mosaic(tracks),
        "card_of": next((placed.line.track for placed in contents.placed if placed.line.is_open), None),
        "has_player": any(placed.line.is_embeddable for placed in contents.placed),
        "beside": keys_beside(request, tracks),
        "by_link": by_link,
        "is_public": met.playlist.openness == Openness.PUBLIC,
        "canonical": f"{settings.SITE_URL}{met.playlist.get_absolute_url()}",
        "together": _together(met),
    }


def _together(met: Met) -> list[str]:
    """Who works on it besides its owner, by name."""
    accepted = met.playlist.invitations.filter(accepted_at__isnull=False, account__is_active=True)
    return [invitation.account.name for invitation in accepted.select_related("account").order_by("accepted_at")]
