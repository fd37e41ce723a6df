"""The desk: matches that the two sides do not agree on, and uploads that could not be compared."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from tenuto.agreements.desk import StaffView
from tenuto.base.errors import BadRequest, NotFound
from tenuto.consent.models import Stop
from tenuto.matches.answers import contested, match_of, rule
from tenuto.matches.forms import ReleaseForm, RulingForm
from tenuto.matches.holder_pages import match_page
from tenuto.matches.models import Match
from tenuto.rules.cells import Purpose
from tenuto.tracks.models import Hold
from tenuto.tracks.publish import release
from tenuto.tracks.studio import member

SHOWN = 200
UNCOMPARED = (Hold.Reason.UNCHECKED, Hold.Reason.FAILED)


class NothingToRelease(BadRequest):
    advice = later(
        "This upload is not held for want of a comparison, or no longer. What was recognised is settled by people."
    )
    status = 409
    code = "nothing_to_release"


class DeskView(StaffView):
    """GET shows what waits, oldest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request)


class ReleaseView(StaffView):
    """POST lets an upload pass that could not be compared, and writes down why. What was recognised stays held."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        form, account = ReleaseForm(request.POST), member(request)
        hold = _uncompared().filter(recording__key=key).first()
        if hold is None:
            raise NothingToRelease(key)
        if hold.recording.track.owner_id == account.pk:
            raise NotFound(f"{account.pk} uploaded {key}")
        if not form.is_valid():
            return _page(request, {key: form}, 422)
        words = form.cleaned_data["words"]
        if not release(hold, Hold.How.STAFF, timezone.now(), by=account, words=words, reasons=UNCOMPARED):
            raise NothingToRelease(key)
        messages.success(
            request, _("It may be heard, though it was not compared. Who said so, and why, is written down.")
        )
        return redirect("matches:desk")


class RulingView(StaffView):
    """POST is what staff decide about a match."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account, form = member(request), RulingForm(request.POST)
        match = match_of(account, key)
        if not form.is_valid():
            return match_page(request, match, ruling_form=form, status=422)
        try:
            rule(match, form.cleaned_data["passes"], form.cleaned_data["reasons"], by=account, at=timezone.now())
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return match_page(request, match, ruling_form=form, status=refusal.status)
        messages.success(request, _("Decided, and both sides are told."))
        return redirect(match)


def _page(request: HttpRequest, forms: dict[str, ReleaseForm] | None = None, status: int = 200) -> HttpResponse:
    waiting = _uncompared().order_by("since")[:SHOWN]
    context = {
        "contested": contested(),
        "waiting": [(hold, (forms or {}).get(hold.recording.key) or ReleaseForm()) for hold in waiting],
        "stop": Stop.objects.filter(purpose=Purpose.IDENTIFICATION.value, ended_at=None).first(),
    }
    return render(request, "matches/desk.html", context, status=status)


def _uncompared() -> QuerySet[Hold]:
    """Uploads that are held because nothing was compared yet, or because it failed. Not what is compared anew, but
    was recognised before.
    """
    recognised = Match.objects.filter(recording=OuterRef("recording"), settled_at=None)
    held = Hold.newest().filter(reason__in=UNCOMPARED).exclude(Exists(recognised))
    return held.select_related("recording__track__owner")
