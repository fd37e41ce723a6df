"""The desk: reports that wait, appeals that wait, deciding them, and the record."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tenuto.agreements.desk import StaffView
from tenuto.base.errors import BadRequest, NotFound
from tenuto.reports.deciding import (
    decide,
    may_be_decided_by,
    open_appeals,
    open_reports,
    parties_of,
    review,
    root_of,
)
from tenuto.reports.forms import DecisionForm
from tenuto.reports.models import Appeal, Decision, Report, Step
from tenuto.reports.record import BEGINNING, first_torn, head
from tenuto.rules.moderation import Kind, Measure, Parties
from tenuto.tracks.studio import member

SHOWN = 200


class DeskView(StaffView):
    """GET shows what waits, the oldest first, and what was decided lately."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "reports": open_reports()[:SHOWN],
            "appeals": open_appeals()[:SHOWN],
            "decided": Decision.objects.select_related("by").order_by("-pk")[:20],
        }
        return render(request, "reports/desk.html", context)


class CaseView(StaffView):
    """GET shows a report with all others on the same thing; POST decides them."""

    def get(self, request: HttpRequest, report: str) -> HttpResponse:
        case = _report(report)
        return self._page(request, case, DecisionForm(kind=Kind(case.kind)))

    def post(self, request: HttpRequest, report: str) -> HttpResponse:
        case = _report(report)
        form = DecisionForm(request.POST, kind=Kind(case.kind))

        def decided(said: dict[str, Any]) -> Decision:
            return decide(case, by=member(request), at=timezone.now(), **said)

        if _done(form, decided):
            messages.success(
                request, _("Decided. Whoever reported it is told, and whoever it is about if something was done.")
            )
            return redirect("reports:desk")
        return self._page(request, case, form, 422)

    def _page(self, request: HttpRequest, report: Report, form: DecisionForm, status: int = 200) -> HttpResponse:
        same = Report.objects.filter(kind=report.kind, about=report.about)
        together = list(same.filter(decision=None).select_related("reporter").order_by("at"))
        parties = Parties(report.account_id, frozenset(one.reporter_id for one in together if one.reporter_id))
        context = {
            "report": report,
            "together": together,
            "stands": Decision.standing().filter(kind=report.kind, about=report.about).first(),
            "form": form if report.decision_id is None and may_be_decided_by(member(request), parties) else None,
        }
        return render(request, "reports/case.html", context, status=status)


class AppealView(StaffView):
    """GET shows an appeal with what it is against; POST decides it."""

    def get(self, request: HttpRequest, appeal: str) -> HttpResponse:
        case = _appeal(appeal)
        return self._page(request, case, DecisionForm(kind=Kind(case.decision.kind)))

    def post(self, request: HttpRequest, appeal: str) -> HttpResponse:
        case = _appeal(appeal)
        form = DecisionForm(request.POST, kind=Kind(case.decision.kind))

        def reviewed(said: dict[str, Any]) -> Decision:
            return review(case, by=member(request), at=timezone.now(), **said)

        if _done(form, reviewed):
            messages.success(request, _("Decided. Both sides are told."))
            return redirect("reports:desk")
        return self._page(request, case, form, 422)

    def _page(self, request: HttpRequest, appeal: Appeal, form: DecisionForm, status: int = 200) -> HttpResponse:
        answered = hasattr(appeal, "outcome")
        may = not answered and may_be_decided_by(member(request), parties_of(appeal))
        context = {
            "appeal": appeal,
            "decision": appeal.decision,
            "reports": root_of(appeal.decision).reports.select_related("reporter").order_by("at"),
            "outcome": appeal.outcome if answered else None,
            "form": form if may else None,
        }
        return render(request, "reports/appeal.html", context, status=status)


class RecordView(StaffView):
    """GET shows the latest lines of the record, and whether each follows from the one before it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        latest = list(Step.objects.order_by("-pk")[: SHOWN + 1])
        shown, before = latest[:SHOWN], latest[SHOWN:]
        torn = first_torn(reversed(shown), before[0].digest if before else BEGINNING)
        lines, digest, _at = head()
        context = {"steps": shown, "torn": torn, "lines": lines, "digest": digest}
        return render(request, "reports/record.html", context)


def _done(form: DecisionForm, act: Callable[[dict[str, Any]], Decision]) -> bool:
    """Do what the form says; what is wrong with it stands in the form."""
    if not form.is_valid():
        return False
    try:
        act({**form.cleaned_data, "measure": Measure(form.cleaned_data["measure"])})
    except NotFound:
        raise
    except BadRequest as refusal:
        form.add_error(None, str(refusal.advice))
        return False
    return True


def _report(key: str) -> Report:
    found = Report.objects.filter(key=key).select_related("account", "reporter", "decision").first()
    if found is None:
        raise NotFound(f"report {key}")
    return found


def _appeal(key: str) -> Appeal:
    found = (
        Appeal.objects.filter(key=key).select_related("decision__account", "decision__by", "report__reporter").first()
    )
    if found is None:
        raise NotFound(f"appeal {key}")
    return found
