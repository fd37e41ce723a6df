"""Pages for whoever uploaded: what was recognised in a track, and what they say to it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.audio.journey import take_over
from tenuto.base.errors import BadRequest, NotFound
from tenuto.matches.answers import agreements_covering, claim, matches_in, own_match
from tenuto.matches.credits import add_credits, credits_of
from tenuto.matches.forms import ClaimForm
from tenuto.matches.holding import check_again, how_it_stands
from tenuto.matches.models import Match
from tenuto.matches.telling import Told, told
from tenuto.rules.matches import Claim
from tenuto.tracks.access import own_track
from tenuto.tracks.models import Track
from tenuto.tracks.studio import member


@method_decorator(never_cache, name="dispatch")
class RecognisedView(LoginRequiredMixin, View):
    """GET shows how the check of one's own track stands, what was recognised, and what one can say."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return recognised_page(request, own_track(member(request), key))


class ClaimView(LoginRequiredMixin, View):
    """POST says how it is with one match."""

    def post(self, request: HttpRequest, key: str, match: str) -> HttpResponse:
        account = member(request)
        track = own_track(account, key)
        found, now = own_match(account, track, match), timezone.now()
        form = _form(found, now, request.POST)
        if not form.is_valid():
            return recognised_page(request, track, {found.pk: form}, 422)
        said = form.cleaned_data
        try:
            claim(
                found,
                Claim(said["claim"]),
                said["words"],
                by=account,
                at=now,
                name=said["name"],
                agreement=said.get("agreement", ""),
                lets_hear=said["lets_hear"],
                credit_wanted=said["credit_wanted"],
            )
        except BadRequest as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.add_error(None, str(refusal.advice))
            return recognised_page(request, track, {found.pk: form}, refusal.status)
        messages.success(request, _("Written down. Whoever registered the work is told."))
        return redirect("matches:recognised", track.key)


class CreditsView(LoginRequiredMixin, View):
    """POST writes the passages whose works may be named into the track's description."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        try:
            added = add_credits(track, credits_of(track, timezone.now()))
        except BadRequest as refusal:
            messages.error(request, str(refusal.advice))
        else:
            said = ngettext("%d line was added to the description.", "%d lines were added to the description.", added)
            messages.success(request, said % added)
        return redirect("matches:recognised", track.key)


class CheckAgainView(LoginRequiredMixin, View):
    """POST has what could not be compared compared again."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        check_again(track, timezone.now())
        messages.success(request, _("It is compared again."))
        return redirect("matches:recognised", track.key)


class ReplaceView(LoginRequiredMixin, View):
    """POST gives this upload's sound to another track of one's own, whose address, plays and links stay."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account = member(request)
        track, other = own_track(account, key), own_track(account, request.POST.get("of", "")[:12])
        newest = track.newest_ready
        if newest is None or other == track:
            raise NotFound(f"{track.key} has no sound for {other.key}")
        take_over(newest, other, timezone.now())
        messages.success(
            request,
            _("“%(title)s” gets this sound. Until it is ready, the one before is heard. You can delete this upload.")
            % {"title": other.title},
        )
        return redirect("tracks:audio", other.key)


def recognised_page(
    request: HttpRequest, track: Track, forms: dict[int, ClaimForm] | None = None, status: int = 200
) -> HttpResponse:
    """All that is known of the newest recording of one's own track; the forms as they were sent, if they were."""
    account, now = member(request), timezone.now()
    shown = told(track, account, now, matches_in(track))
    context: dict[str, Any] = {
        "track": track,
        "tab": "recognised",
        "stands": how_it_stands(track, now),
        "told": shown,
        "forms": _with_forms(shown, forms or {}, now),
        "credits": credits_of(track, now),
    }
    return render(request, "matches/recognised.html", context, status=status)


def _with_forms(shown: Told, sent: dict[int, ClaimForm], at: datetime) -> list[tuple[Any, ClaimForm | None]]:
    return [
        (one, sent.get(one.match.pk) or _form(one.match, at)) if one.can_claim else (one, None) for one in shown.matches
    ]


def _form(match: Match, at: datetime, sent: QueryDict | None = None) -> ClaimForm:
    """Several stand on one page, so the ids of their fields bear the match's key."""
    return ClaimForm(sent, agreements=agreements_covering(match, at), auto_id=f"id_%s_{match.key}")
