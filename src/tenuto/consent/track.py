"""Answering for one track, on its Permissions tab."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.base.errors import BadRequest
from tenuto.consent.answer import HOLD_EVERYTHING, Wish, answer, answer_here_and_by_default
from tenuto.consent.grid import wish_of
from tenuto.consent.models import Act
from tenuto.consent.panel import grid_context
from tenuto.consent.preview import foresee
from tenuto.consent.reserving import SENTENCE, NeedsAttestation, is_reserved
from tenuto.tracks.access import own_track
from tenuto.tracks.models import Track
from tenuto.tracks.permissions import is_whole, kept_elsewhere, permissions_page
from tenuto.tracks.studio import in_place, member

GRID = ("open", "shown", "offered", "clear", "attest", "asset")  # the grid's own fields
BY_BROWSER = ("csrfmiddlewaretoken", "preview")  # all but these a preview carries on to saving


class AnswerView(LoginRequiredMixin, View):
    """POST saves what was changed in the grid. GET leads to the tab on which the grid stands."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return redirect(_place(own_track(member(request), key)))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        if "preview" in request.POST:  # without scripts, the button beside *save*
            return previewed(request, track, whole=True)
        said = request.POST
        return saved(request, track, wish_of(said), attests="attest" in said, by_default="default" in said)


class PreviewView(LoginRequiredMixin, View):
    """POST says what saving the grid would do, and changes nothing."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return previewed(request, own_track(member(request), key), whole=not in_place(request))


class HeldView(LoginRequiredMixin, View):
    """POST holds everything in this track."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return saved(request, own_track(member(request), key), HOLD_EVERYTHING)


def saved(
    request: HttpRequest, track: Track, wish: Wish, *, attests: bool = False, by_default: bool = False
) -> HttpResponse:
    """Answer, for the track alone or as the account's default too, and show the grid as it is now."""
    now, how = timezone.now(), Act.How.PAGE
    try:
        if by_default:
            acts = answer_here_and_by_default(track.owner, [track.pk], wish, how, at=now, attests=attests)
            act = acts[-1] if acts else None
        else:
            act = answer(track.owner, [track.pk], wish, how, at=now, attests=attests)
    except BadRequest as refusal:
        if in_place(request):
            # What was ticked stays ticked.
            context = grid_context(track) | {"fault": refusal.advice, "ticked": request.POST.getlist("open")}
            return render(request, "consent/_track.html", context, status=refusal.status)
        if isinstance(refusal, NeedsAttestation):
            return previewed(request, track, whole=True, refusal=refusal)
        messages.error(request, str(refusal.advice))
        return permissions_page(request, track) if is_whole(request) else redirect(_place(track))
    if act is None:
        said = _("Nothing was changed, so nothing was written.")
    elif by_default:
        said = _("Saved, here and as your account’s default. It holds from now on.")
    else:
        said = _("Saved. It holds from now on.")
    if in_place(request):
        response = render(request, "consent/_track.html", grid_context(track, said) | {"act": act})
        # What else on the page tells of the answer, as what is kept of the track, shows itself anew.
        response["HX-Trigger"] = '{"consent-changed": {"target": "body"}}'
        return response
    messages.success(request, said)
    return kept_elsewhere(request, track, GRID) if is_whole(request) else redirect(_place(track))


def previewed(
    request: HttpRequest, track: Track, *, whole: bool, refusal: NeedsAttestation | None = None
) -> HttpResponse:
    """What saving would do; on a page of its own also what is still to be said before it does."""
    wish, by_default = wish_of(request.POST), "default" in request.POST
    layer = Act.Layer.ACCOUNT if by_default else Act.Layer.TRACKS
    context = {
        "track": track,
        "wish": wish,
        "is_part": not whole,
        "preview": foresee(track.owner, layer, wish, timezone.now(), [track.pk]),
        "here_and_by_default": by_default,
        "action": reverse("consent:track", args=[track.key]),
        "back": _place(track),
        "typed": [(name, value) for name, values in request.POST.lists() if name not in BY_BROWSER for value in values],
        "subject": track.title,
        "fault": refusal.advice if refusal else "",
        "sentence": SENTENCE if whole and "attest" not in request.POST and is_reserved(track) else "",
    }
    template = "consent/preview.html" if whole else "consent/_preview.html"
    return render(request, template, context, status=refusal.status if refusal else 200)


def _place(track: Track) -> str:
    return reverse("tracks:permissions", args=[track.key]) + "#ai"
