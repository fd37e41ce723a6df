"""The staff's page of what was stopped and why, of appeals, and of crawlers whose signatures are checked."""

from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tenuto.agreements.desk import StaffView
from tenuto.base.errors import BadRequest, NotFound
from tenuto.safeguards.visitors.counts import CountsAway, Taker
from tenuto.safeguards.visitors.exchange import counts
from tenuto.safeguards.visitors.forms import AgentForm
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.models import Agent, Appeal, Stopped
from tenuto.tracks.studio import member

SHOWN = 100
TAKERS = 10
# An account or a browser stays what it is; the digest of a network is another one tomorrow.
PARDONED_FOR = timedelta(days=30)


class NoSuchAnswer(BadRequest):
    code = "no_such_answer"


class VisitorsView(StaffView):
    """GET shows the last week; POST enters a crawler whose signatures are to be checked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request, AgentForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AgentForm(request.POST)
        if not form.is_valid():
            return _page(request, form, status=422)
        form.save()
        messages.success(request, _("Entered. A worker fetches its keys within ten minutes."))
        return redirect("visitors:stopped")


class AgentView(StaffView):
    """POST takes a crawler off the list."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not Agent.objects.filter(pk=pk).delete()[0]:
            raise NotFound(f"agent {pk}")
        messages.success(request, _("Its signatures are not believed any more."))
        return redirect("visitors:stopped")


class AppealAnswerView(StaffView):
    """POST grants an appeal, or declines it."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        appeal = Appeal.objects.filter(key=key).first()
        if appeal is None:
            raise NotFound(f"appeal {key}")
        outcome = request.POST.get("outcome")
        if outcome not in {"granted", "declined"}:
            raise NoSuchAnswer(repr(outcome))
        at = timezone.now()
        appeal.answered_at, appeal.answered_by = at, member(request)
        appeal.granted_until = at + PARDONED_FOR if outcome == "granted" else None
        appeal.save(update_fields=["answered_at", "answered_by", "granted_until"])
        if appeal.granted_until is not None:
            meter.pardon(appeal.who)
        messages.success(request, _("They can go on.") if appeal.granted_until else _("It stays as it is."))
        return redirect("visitors:stopped")


def _page(request: HttpRequest, form: AgentForm, status: int = 200) -> HttpResponse:
    at = timezone.now()
    lately = Stopped.objects.filter(last_at__gt=at - timedelta(days=7))
    answered = Appeal.objects.exclude(answered_at=None).select_related("answered_by")
    context = {
        "reasons": lately.values("reason").annotate(sum=Sum("times"), askers=Count("who")).order_by("-sum"),
        "stops": lately.order_by("-last_at")[:SHOWN],
        "waiting": Appeal.objects.filter(answered_at=None).order_by("at")[:SHOWN],
        "answered": answered.order_by("-answered_at")[:20],
        "takers": _takers(at),
        "agents": Agent.objects.order_by("name"),
        "form": form,
    }
    return render(request, "visitors/desk.html", context, status=status)


def _takers(at: datetime) -> list[Taker] | None:
    """Who took most new music today; nothing where counts cannot be read just now."""
    try:
        return counts().most(at.astimezone(UTC).date(), TAKERS)
    except CountsAway:
        return None
