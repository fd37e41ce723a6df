"""The Lyrics tab of a track in the studio."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base.errors import BadRequest
from tenuto.lyrics.forms import LyricsForm
from tenuto.lyrics.models import Lyrics
from tenuto.lyrics.write import lyrics_of, take_away, write
from tenuto.tracks.access import own_track
from tenuto.tracks.models import Track
from tenuto.tracks.studio import member


class LyricsView(LoginRequiredMixin, View):
    """GET shows what is sung and what was written down before; POST writes it anew."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        now = lyrics_of(track)
        form = LyricsForm(initial={"text": now.text, "language": now.language} if now else {})
        return self._page(request, track, form)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        now = lyrics_of(track)
        form = LyricsForm(request.POST, request.FILES, initial={"language": now.language} if now else {})
        if not form.is_valid():
            return self._page(request, track, form, status=422)
        try:
            write(track, form.said, form.cleaned_data["language"], timezone.now())
        except BadRequest as refusal:
            if form.cleaned_data["file"] is not None:  # what is wrong with it can be mended here
                mended = request.POST.copy()
                mended["text"] = form.cleaned_data["file"]
                form.data = mended
            form.add_error("text", str(refusal.advice))
            return self._page(request, track, form, status=refusal.status)
        messages.success(request, _("Saved. They stand on the track’s page, for whoever may hear it."))
        return redirect("lyrics:lyrics", track.key)

    def _page(self, request: HttpRequest, track: Track, form: LyricsForm, status: int = 200) -> HttpResponse:
        rows = list(Lyrics.objects.filter(track=track).order_by("-pk"))
        context = {"track": track, "tab": "lyrics", "form": form, "now": rows[:1], "earlier": rows[1:]}
        return render(request, "lyrics/edit.html", context, status=status)


class RemovalView(LoginRequiredMixin, View):
    """POST takes all that was written down away."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        take_away(track)
        messages.success(request, _("The lyrics are gone, earlier ones too."))
        return redirect("lyrics:lyrics", track.key)
