"""Objecting to a track, and what becomes of it: withdrawn, accepted, contested, decided."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.agreements import reading
from tenuto.agreements.claims import standing_objections
from tenuto.agreements.disputes import (
    contest,
    contest_agreement,
    dispute_of,
    is_party,
    resolve,
    withdraw_dispute,
)
from tenuto.agreements.forms import ObjectionForm, ResolutionForm, WordsForm
from tenuto.agreements.models import Dispute, Objection
from tenuto.agreements.objections import accept, object_to, objection_of, objections_by, standing_of, withdraw
from tenuto.base.errors import BadRequest, NotFound
from tenuto.rules.cells import cell_named
from tenuto.rules.visibility import Surface
from tenuto.terms.words import ASSETS, PURPOSES, USES
from tenuto.tracks.access import own_track, track_by_key
from tenuto.tracks.models import Track
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of


class ObjectView(LoginRequiredMixin, View):
    """GET asks who one is to a track that one may meet, and what one holds; POST holds it."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        track = _met(request, key)
        mine = standing_of(member(request), track)
        return redirect(mine) if mine else self._page(request, track, ObjectionForm())

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = _met(request, key)
        form = ObjectionForm(request.POST)
        if not form.is_valid():
            return self._page(request, track, form, 422)
        said = form.cleaned_data
        try:
            made = object_to(
                track,
                said["role"],
                frozenset(said["cells"]),
                said["words"],
                by=member(request),
                at=timezone.now(),
            )
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return self._page(request, track, form, refusal.status)
        messages.success(request, _("Your objection holds from now on, and the uploader is told."))
        return redirect(made)

    def _page(self, request: HttpRequest, track: Track, form: ObjectionForm, status: int = 200) -> HttpResponse:
        context = {
            "track": track,
            "form": form,
            "sheets": reading.boxes(form.chosen(), reading.OBJECTIONABLE),
            "is_own": track.owner_id == member(request).pk,
        }
        return render(request, "agreements/object.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class ObjectionsView(LoginRequiredMixin, View):
    """GET lists the objections that one has raised."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = objections_by(member(request))[:200]
        return render(request, "agreements/objections.html", {"objections": [(one, words_of(one)) for one in mine]})


@method_decorator(never_cache, name="dispatch")
class ObjectionView(LoginRequiredMixin, View):
    """GET shows an objection to whoever raised it, to the uploader, and to staff."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return objection_page(request, objection_of(member(request), key))


class WithdrawalView(LoginRequiredMixin, View):
    """POST takes one's own objection back."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return _done(request, key, withdraw, _("Withdrawn. What the uploader allows or holds counts again."))


class AcceptanceView(LoginRequiredMixin, View):
    """POST accepts an objection to one's own track."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return _done(request, key, accept, _("Accepted. It goes on holding until it is withdrawn."))


def _done(request: HttpRequest, key: str, act: Callable[..., object], said: str) -> HttpResponse:
    """One tap on an objection: whoever presses is the one who acts."""
    account = member(request)
    objection = objection_of(account, key)
    act(objection, by=account, at=timezone.now())
    messages.success(request, said)
    return redirect(objection)


class ContestView(LoginRequiredMixin, View):
    """POST contests an objection to one's own track: everything is held until staff have decided."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        objection = objection_of(member(request), key)
        form = WordsForm(request.POST)
        if not form.is_valid():
            return objection_page(request, objection, form, 422)
        try:
            made = contest(objection, form.cleaned_data["words"], by=member(request), at=timezone.now())
        except BadRequest as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.add_error(None, str(refusal.advice))
            return objection_page(request, objection, form, refusal.status)
        messages.success(request, _("Contested. Everything in this track is held until staff have decided."))
        return redirect(made)


class ContestAgreementView(LoginRequiredMixin, View):
    """GET asks why an agreement of others reaches one's track by mistake; POST contests it."""

    def get(self, request: HttpRequest, key: str, agreement_key: str) -> HttpResponse:
        return self._page(request, own_track(member(request), key), agreement_key, WordsForm())

    def post(self, request: HttpRequest, key: str, agreement_key: str) -> HttpResponse:
        account = member(request)
        track = own_track(account, key)
        form = WordsForm(request.POST)
        if not form.is_valid():
            return self._page(request, track, agreement_key, form, 422)
        try:
            made = contest_agreement(track, agreement_key, form.cleaned_data["words"], by=account, at=timezone.now())
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return self._page(request, track, agreement_key, form, refusal.status)
        messages.success(request, _("Contested. Everything in this track is held until staff have decided."))
        return redirect(made)

    def _page(
        self, request: HttpRequest, track: Track, agreement_key: str, form: WordsForm, status: int = 200
    ) -> HttpResponse:
        context = {"track": track, "agreement_key": agreement_key, "form": form}
        return render(request, "agreements/contest_agreement.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class DisputeView(LoginRequiredMixin, View):
    """GET shows a dispute to its parties and staff; POST, of the uploader, says that it is contested no longer."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return dispute_page(request, dispute_of(member(request), key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        dispute = dispute_of(member(request), key)
        withdraw_dispute(dispute, by=member(request), at=timezone.now())
        messages.success(request, _("Settled. What was claimed goes on holding, and nothing else."))
        return redirect(dispute)


class ResolutionView(LoginRequiredMixin, View):
    """POST decides a dispute, for staff who have no part in it."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account = member(request)
        dispute = dispute_of(account, key)
        if not account.is_staff:
            raise NotFound(f"{account.pk} is no staff")
        form = ResolutionForm(request.POST)
        if not form.is_valid():
            return dispute_page(request, dispute, form, 422)
        try:
            resolve(
                dispute,
                form.cleaned_data["outcome"],
                form.cleaned_data["reasons"],
                by=account,
                at=timezone.now(),
            )
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return dispute_page(request, dispute, form, refusal.status)
        messages.success(request, _("Decided. Both sides are told, with your reasons."))
        return redirect(dispute)


def objection_page(
    request: HttpRequest, objection: Objection, form: WordsForm | None = None, status: int = 200
) -> HttpResponse:
    account = member(request)
    stands = standing_objections().filter(pk=objection.pk).exists()
    owns = objection.track.owner_id == account.pk
    dispute: Dispute | None = getattr(objection, "dispute", None)
    context = {
        "objection": objection,
        "track": objection.track,
        "dispute": dispute,
        "stands": stands,
        "words": words_of(objection),
        "held": held_in_words(objection),
        "owns": owns,
        "mine": objection.account_id == account.pk,
        "can_answer": owns and stands and dispute is None and not hasattr(objection, "acceptance"),
        "form": form or WordsForm(),
    }
    return render(request, "agreements/objection.html", context, status=status)


def dispute_page(
    request: HttpRequest, dispute: Dispute, form: ResolutionForm | None = None, status: int = 200
) -> HttpResponse:
    account = member(request)
    resolution = getattr(dispute, "resolution", None)
    context = {
        "dispute": dispute,
        "track": dispute.track,
        "objection": dispute.objection,
        "agreement": dispute.agreement,
        "held": held_in_words(dispute.objection) if dispute.objection else [],
        "resolution": resolution,
        "owns": dispute.track.owner_id == account.pk,
        "form": (form or ResolutionForm())
        if account.is_staff and resolution is None and not is_party(account, dispute)
        else None,
        "own_cause": account.is_staff and resolution is None and is_party(account, dispute),
    }
    return render(request, "agreements/dispute.html", context, status=status)


def words_of(objection: Objection) -> str:
    """How an objection stands, in a sentence."""
    dispute: Any = getattr(objection, "dispute", None)
    if hasattr(objection, "withdrawal"):
        return _("Withdrawn. It holds nothing any more.")
    if dispute is not None:
        resolution = getattr(dispute, "resolution", None)
        if resolution is None:
            return _("Contested by the uploader. Everything in the track is held until staff have decided.")
        if resolution.outcome == resolution.Outcome.REJECTED:
            return _("Rejected by staff. It holds nothing any more.")
        return _("Upheld. It goes on holding until it is withdrawn.")
    if hasattr(objection, "acceptance"):
        return _("Accepted by the uploader. It goes on holding until it is withdrawn.")
    return _("It holds. The uploader can accept it, contest it, or leave it as it is.")


def held_in_words(objection: Objection) -> list[str]:
    """The uses that an objection holds; none named: every one."""
    cells = map(cell_named, objection.cells)
    return [f"{ASSETS[one.asset]} · {PURPOSES[one.purpose]}: {USES[one.use]}" for one in cells]


def _met(request: HttpRequest, key: str) -> Track:
    track, _hearing = track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    return track
