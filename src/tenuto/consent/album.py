"""Answering for an album, on a page of its own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base.errors import BadRequest
from tenuto.consent.albums import own_album, tracks_on
from tenuto.consent.answer import answer_for_album, hold_album
from tenuto.consent.grid import USE_COLUMNS, grid, wish_of
from tenuto.consent.masks import as_digits
from tenuto.consent.models import Act, Album
from tenuto.consent.preview import foresee
from tenuto.consent.stances import album_stance
from tenuto.rules.consent_changes import Layer
from tenuto.tracks.studio import in_place, member

TYPED = ("open", "shown", "offered", "clear")  # what a preview carries on to saving


class AlbumView(LoginRequiredMixin, View):
    """GET shows what holds for what is on an album and says nothing itself; POST saves what was changed."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return render(request, "consent/album.html", album_context(own_album(member(request), key)))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account = member(request)
        album = own_album(account, key)
        if "preview" in request.POST:  # without scripts, the button beside *save*
            return _previewed(request, album, whole=True)
        try:
            act = answer_for_album(account, album, wish_of(request.POST), Act.How.PAGE, at=timezone.now())
        except BadRequest as refusal:
            # What was ticked stays ticked.
            context = album_context(album) | {"fault": refusal.advice, "ticked": request.POST.getlist("open")}
            template = "consent/_album.html" if in_place(request) else "consent/album.html"
            return render(request, template, context, status=refusal.status)
        said = _("Saved. It holds from now on.") if act else _("Nothing was changed, so nothing was written.")
        return _shown(request, album, said, act)


class PreviewView(LoginRequiredMixin, View):
    """POST says what saving would do, and changes nothing."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return _previewed(request, own_album(member(request), key), whole=not in_place(request))


class HeldView(LoginRequiredMixin, View):
    """POST holds everything on the album, now and later: one tap."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account = member(request)
        album = own_album(account, key)
        acts = hold_album(account, album, Act.How.PAGE, at=timezone.now())
        return _shown(request, album, _("Everything on it is held, and so is what comes onto it."), acts[0])


def album_context(album: Album) -> dict[str, Any]:
    now = timezone.now()
    stance = album_stance(album, now)
    drawn = grid(stance, Layer.ALBUM, now)
    return {
        "album": album,
        "grid": drawn,
        "counts": drawn.counts,
        "uses": USE_COLUMNS,
        "shown": as_digits(drawn.shown),
        "has_terms": stance.terms is not None,
        "tracks": tracks_on(album).count(),
        "open_tracks": tracks_on(album).filter(ai_uses__gt=0).count(),
    }


def _shown(request: HttpRequest, album: Album, said: str, act: Act | None) -> HttpResponse:
    if in_place(request):
        return render(request, "consent/_album.html", album_context(album) | {"saved": said, "act": act})
    messages.success(request, said)
    return redirect("consent:album", album.key)


def _previewed(request: HttpRequest, album: Album, *, whole: bool) -> HttpResponse:
    wish, place = wish_of(request.POST), reverse("consent:album", args=[album.key])
    context = {
        "wish": wish,
        "is_part": not whole,
        "preview": foresee(album.account, Act.Layer.ALBUM, wish, timezone.now(), album=album),
        "action": place,
        "back": place,
        "typed": [(name, value) for name in TYPED for value in request.POST.getlist(name)],
        "subject": album.title,
        "of_album": True,
    }
    return render(request, "consent/preview.html" if whole else "consent/_preview.html", context)
