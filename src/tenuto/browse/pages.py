"""The pages: browsing, what sounds like a track, and in the studio what an artist says of the sound."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from tenuto.ai.organisation import findings
from tenuto.base.errors import BadRequest
from tenuto.browse import correct, suggest
from tenuto.browse.find import Wanted, find
from tenuto.browse.forms import BrowseForm, SoundForm
from tenuto.browse.similar import alike
from tenuto.browse.sound import Short, in_short, may_steer, sound_of
from tenuto.browse.words import energy_of, likely, timbre_of
from tenuto.rules.visibility import Surface
from tenuto.tracks import access
from tenuto.tracks.lists import PAGE_SIZE
from tenuto.tracks.models import Track
from tenuto.tracks.pages import Shown, keep_private, listed, shown
from tenuto.tracks.paging import Page, page
from tenuto.tracks.studio import in_place, member
from tenuto.tracks.visitors import visitor_of

FILTERS = tuple(BrowseForm.base_fields)


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Tracks that everybody may hear by tag, tempo and key, newest first. Whatever cannot be read is said so."""
    at, visitor = timezone.now(), visitor_of(request)
    before = request.GET.get("before", "")
    form = BrowseForm(request.GET)
    readable = form.is_valid()
    wanted = form.wanted if readable else Wanted()
    found = page(find(wanted, at, visitor.country), before, PAGE_SIZE) if readable else Page([], None)
    asked = urlencode([(name, value) for name in FILTERS if (value := request.GET.get(name, ""))])
    response = listed(
        request,
        "browse/browse.html",
        found,
        visitor,
        at,
        before=before,
        form=form,
        wanted=wanted,
        shorts=in_short([track.pk for track in found.tracks]),
        tags_here=_tags_of(found.tracks, wanted),
        asked=asked,
    )
    if not readable:
        response.status_code = 422
    return response


def _tags_of(tracks: list[Track], wanted: Wanted, most: int = 24) -> list[str]:
    """Tags that stand on these tracks, each once, in the order in which one meets them."""
    met = {tag.casefold(): tag for track in reversed(tracks) for tag in reversed(track.tags)}
    return [tag for folded, tag in reversed(met.items()) if folded != wanted.tag][:most]


@dataclass(frozen=True)
class Pick:
    """A track that sounds like another, as the visitor meets it."""

    shown: Shown
    short: Short
    reasons: tuple[object, ...]


@require_safe
def similar(request: HttpRequest, key: str) -> HttpResponse:
    """What sounds like a track that the visitor may meet: a page, or the part of the track's page that asks for it."""
    at, visitor = timezone.now(), visitor_of(request)
    track, _hearing = access.track_by_key(visitor, key, Surface.PAGE, at)
    met = shown(track, visitor, at)
    picks = [
        Pick(shown(other.track, visitor, at), other.short, other.reasons) for other in alike(track, at, visitor.country)
    ]
    context = {"track": track, "shown": met, "picks": picks, "now": at}
    response = render(request, "browse/_similar.html" if in_place(request) else "browse/similar.html", context)
    if not met.is_open:
        keep_private(response)
    return response


class SoundView(LoginRequiredMixin, View):
    """GET shows what is said of the sound, by whom; POST saves what the artist says."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        track = access.own_track(member(request), key)
        return _sound_page(request, track)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = access.own_track(member(request), key)
        form = SoundForm(request.POST)
        if not form.is_valid():
            return _sound_page(request, track, form, status=422)
        correct.correct(track, form.said, timezone.now())
        messages.success(request, _("Saved. Your word stands before what was heard."))
        return redirect("browse:sound", track.key)


class HeardAgainView(LoginRequiredMixin, View):
    """POST takes the artist's word back: tempo and key are as they are heard."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = access.own_track(member(request), key)
        correct.take_back(track)
        messages.success(request, _("Your own tempo and key are gone from this track."))
        return redirect("browse:sound", track.key)


class SuggestedTagView(LoginRequiredMixin, View):
    """POST accepts or declines a suggested tag."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track, at = access.own_track(member(request), key), timezone.now()
        tag = request.POST.get("tag", "")
        try:
            if request.POST.get("answer") == "accept":
                suggest.accept(track, tag, at)
            elif request.POST.get("answer") == "decline":
                suggest.decline(track, tag, at)
            else:
                raise BadRequest("neither accepted nor declined")
        except BadRequest as refusal:
            if in_place(request):
                context = _suggested(track) | {"fault": refusal.advice}
                return render(request, "browse/_suggested.html", context, status=refusal.status)
            messages.error(request, str(refusal.advice))
            return redirect("browse:sound", track.key)
        if in_place(request):
            return render(request, "browse/_suggested.html", _suggested(access.own_track(member(request), key)))
        return redirect("browse:sound", track.key)


def _sound_page(request: HttpRequest, track: Track, form: SoundForm | None = None, status: int = 200) -> HttpResponse:
    sound = sound_of(track.pk)
    context = _suggested(track) | {
        "tab": "sound",
        "sound": sound,
        "form": form or SoundForm.showing(sound.correction),
        "energy": energy_of(sound.heard) if sound.heard else "",
        "timbre": timbre_of(sound.heard) if sound.heard else [],
        "heard_key": sound.heard_key,
    }
    return render(request, "browse/sound.html", context, status=status)


def _suggested(track: Track) -> dict[str, object]:
    """Suggested tags, and honestly from what they were learned. Silent where there is nothing."""
    allowed = may_steer(track.pk)
    return {
        "track": track,
        "suggested": [(each.tag, likely(each)) for each in suggest.suggested(track)] if allowed else [],
        "teacher": findings.teacher() if allowed else None,
    }
