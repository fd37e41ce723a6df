"""Reporting something, what became of it, the statement of reasons, appeals, and the numbers of it all.

What became of a report, and a decision, are reached by a secret address that goes by mail: whoever has no account, or
whose account is closed by the decision, must reach them too.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotFound
from tenuto.reports.deciding import appeal, later_than, open_to_appeal
from tenuto.reports.figures import figures
from tenuto.reports.forms import AppealForm, ReportForm
from tenuto.reports.models import Decision, Report
from tenuto.reports.reporting import report
from tenuto.reports.subjects import Subject, subject_met
from tenuto.rules.moderation import Reason, Side
from tenuto.safeguards.visitors.askers import asker_at
from tenuto.tracks.pages import keep_private
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of
from tenuto.web.clients import address_of


class ReportView(View):
    """GET asks what is wrong with something that the visitor meets; POST reports it."""

    def get(self, request: HttpRequest, what: str, key: str) -> HttpResponse:
        subject = subject_met(what, key, visitor_of(request), timezone.now())
        return self._page(request, key, subject, ReportForm(is_member=isinstance(request.user, Account)))

    def post(self, request: HttpRequest, what: str, key: str) -> HttpResponse:
        at = timezone.now()
        account = request.user if isinstance(request.user, Account) else None
        subject = subject_met(what, key, visitor_of(request), at)
        form = ReportForm(request.POST, is_member=account is not None)
        if not form.is_valid():
            return self._page(request, key, subject, form, 422)
        said = form.cleaned_data
        try:
            made = report(
                subject,
                Reason(said["reason"]),
                said["words"],
                at,
                by=account,
                network=asker_at(address_of(request), "", at.date()).network,
                mail=said.get("mail", ""),
            )
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return self._page(request, key, subject, form, refusal.status)
        messages.success(request, _("Reported. A human being looks at it; what comes of it stands here."))
        return redirect(made)

    def _page(
        self, request: HttpRequest, key: str, subject: Subject, form: ReportForm, status: int = 200
    ) -> HttpResponse:
        context = {"subject": subject, "key": key, "form": form}
        response = render(request, "reports/report.html", context, status=status)
        keep_private(response)
        return response


class ToldView(View):
    """GET shows what became of a report to whoever has its address; POST appeals the decision about it."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return self._page(request, _report_at(secret), AppealForm())

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        made = _report_at(secret)
        if made.decision is None:
            raise NotFound(f"a decision about report {made.key}")
        form = AppealForm(request.POST)
        if _appealed(made.decision, form, made):
            messages.success(request, _("Appealed. Somebody looks at it again."))
            return redirect(made)
        return self._page(request, made, form, 422)

    def _page(self, request: HttpRequest, made: Report, form: AppealForm, status: int = 200) -> HttpResponse:
        context = {"report": made, "is_reporter": True}
        if made.decision is not None:
            context |= _decided(made.decision, form, made)
        return _secret_page(request, "reports/told.html", context, status)


class DecisionView(View):
    """GET shows a decision to whoever it is about; POST appeals it."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return self._page(request, _decision_at(secret), AppealForm())

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        decision = _decision_at(secret)
        form = AppealForm(request.POST)
        if _appealed(decision, form, None):
            messages.success(request, _("Appealed. Somebody looks at it again."))
            return redirect(decision)
        return self._page(request, decision, form, 422)

    def _page(self, request: HttpRequest, decision: Decision, form: AppealForm, status: int = 200) -> HttpResponse:
        return _secret_page(request, "reports/decision.html", _decided(decision, form, None), status)


class OwnView(LoginRequiredMixin, View):
    """GET lists what one reported, and what was decided about what is one's own."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account = member(request)
        context = {
            "reports": Report.objects.filter(reporter=account).select_related("decision").order_by("-pk")[:200],
            "decisions": Decision.objects.filter(account=account)
            .exclude(measure="nothing", appeal=None)
            .order_by("-pk")[:200],
        }
        return render(request, "reports/own.html", context)


@require_safe
def moderation(request: HttpRequest) -> HttpResponse:
    """How often what was reported, decided, appealed and changed: numbers, of nobody."""
    return render(request, "reports/moderation.html", figures())


def _report_at(secret: str) -> Report:
    found = Report.objects.filter(secret=secret).select_related("decision").first()
    if found is None:
        raise NotFound("no such report")
    return found


def _decision_at(secret: str) -> Decision:
    """Where nothing was done, there is nothing that whoever it is about must be told; save on appeal."""
    found: Decision | None = Decision.objects.filter(secret=secret).exclude(measure="nothing", appeal=None).first()
    if found is None:
        raise NotFound("no such decision")
    return found


def _appealed(decision: Decision, form: AppealForm, made: Report | None) -> bool:
    if not form.is_valid():
        return False
    try:
        appeal(decision, form.cleaned_data["words"], timezone.now(), made)
    except BadRequest as refusal:
        form.add_error(None, str(refusal.advice))
        return False
    return True


def _decided(decision: Decision, form: AppealForm, made: Report | None) -> dict[str, Any]:
    """A decision as one side reads it, with what was decided on appeal since."""
    mine = decision.appeals.filter(report=made).first()
    side = Side.AFFECTED if made is None else Side.REPORTER
    return {
        "decision": decision,
        "later": later_than(decision),
        "mine": mine,
        "form": form if mine is None and open_to_appeal(decision, timezone.now(), side) else None,
        "refusals": form.non_field_errors() if form.is_bound else [],
    }


def _secret_page(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    keep_private(response)
    response.headers["Referrer-Policy"] = "same-origin"
    return response
