"""Signing, and ending what was signed: a typed name and a second factor, asked for at that very moment."""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.accounts.proof import COMES_BACK_TO, has_second_factor, passkey_options, send_to_set_up
from tenuto.agreements.agreement_pages import side_of, stands_now, wording_context
from tenuto.agreements.drafting import Settled, agreement_of, current, is_settled
from tenuto.agreements.ending import earliest_by_notice, living_bond, part
from tenuto.agreements.forms import PartForm, SignForm
from tenuto.agreements.models import Agreement, Parting, Proof, Side
from tenuto.agreements.signing import may_speak, sign
from tenuto.base.errors import BadRequest, NotFound
from tenuto.tracks.studio import member


@method_decorator(never_cache, name="dispatch")
class SignView(LoginRequiredMixin, View):
    """GET shows what would be signed, whole, with the form below it; POST signs. Who has signed sees what stands."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        agreement, side = _spoken_for(request, key)
        if _has_signed(agreement, side):
            return redirect(agreement)
        if not has_second_factor(member(request)):
            return _without_second_factor(request)
        request.session.pop(COMES_BACK_TO, None)
        return self._page(request, agreement, side, SignForm(initial={"digest": current(agreement).digest}))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account, now = member(request), timezone.now()
        agreement, side = _spoken_for(request, key)
        if _has_signed(agreement, side):
            return redirect(agreement)
        if not has_second_factor(account):
            return _without_second_factor(request)
        form, status = SignForm(request.POST), 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                # Proof and signature are one act: where the signature fails, a recovery code is not used up. A proof
                # that fails raises nothing, so that the count of failed tries stays.
                with transaction.atomic():
                    if method := form.prove(account):
                        sign(agreement, said["digest"], said["name"], Proof(method), side=side, by=account, at=now)
            except BadRequest as refusal:
                form.add_error(None, str(refusal.advice))
                status = refusal.status
            else:
                if method:
                    messages.success(request, _("Signed.") + " " + stands_now(agreement, now).words)
                    return redirect(agreement)
        _forget_proof(form, digest=current(agreement).digest)  # the page shows what stands there now
        return self._page(request, agreement, side, form, status)

    def _page(
        self, request: HttpRequest, agreement: Agreement, side: Side, form: SignForm, status: int = 200
    ) -> HttpResponse:
        stands, account = stands_now(agreement, timezone.now()), member(request)
        context = wording_context(stands.wording, account if side is Side.ARTIST else None) | {
            "stands": stands,
            "agreement": agreement,
            "side": side,
            "form": form,
            "js_data": passkey_options(account),
        }
        return render(request, "agreements/sign.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class EndView(LoginRequiredMixin, View):
    """GET asks when it shall end, or, with `answers`, shows when the other side would end it; POST signs that."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        agreement, side = _spoken_for(request, key)
        if not has_second_factor(member(request)):
            return _without_second_factor(request)
        request.session.pop(COMES_BACK_TO, None)
        answered = _answered(request, agreement, side)
        return self._page(request, agreement, side, PartForm(answering=answered is not None), answered)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account, now = member(request), timezone.now()
        agreement, side = _spoken_for(request, key)
        if not has_second_factor(account):
            return _without_second_factor(request)
        answered = _answered(request, agreement, side)
        form, status = PartForm(request.POST, answering=answered is not None), 422
        if form.is_valid():
            said = form.cleaned_data
            ends_at = answered.ends_at if answered else _night_after(said["last_day"])
            try:
                with transaction.atomic():
                    if method := form.prove(account):
                        part(agreement, ends_at, said["name"], Proof(method), side=side, by=account, at=now)
            except BadRequest as refusal:
                form.add_error(None, str(refusal.advice))
                status = refusal.status
            else:
                if method:
                    messages.success(request, stands_now(agreement, timezone.now()).words)
                    return redirect(agreement)
        _forget_proof(form)
        return self._page(request, agreement, side, form, answered, status)

    def _page(
        self,
        request: HttpRequest,
        agreement: Agreement,
        side: Side,
        form: PartForm,
        answered: Parting | None,
        status: int = 200,
    ) -> HttpResponse:
        now = timezone.now()
        bond = living_bond(agreement, now)
        context = {
            "stands": stands_now(agreement, now),
            "agreement": agreement,
            "side": side,
            "form": form,
            "answered": answered,
            "notice_from": earliest_by_notice(bond, now),
            "js_data": passkey_options(member(request)),
        }
        return render(request, "agreements/end.html", context, status=status)


def _spoken_for(request: HttpRequest, key: str) -> tuple[Agreement, Side]:
    agreement, sides = agreement_of(member(request), key)
    side = side_of(request, sides)
    may_speak(agreement, side, member(request))
    return agreement, side


def _without_second_factor(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request,
        _("To sign, you need a passkey or an authenticator app: nobody else can sign for you then. Set one up here."),
    )
    return redirect(send_to_set_up(request, request.get_full_path()))


def _answered(request: HttpRequest, agreement: Agreement, side: Side) -> Parting | None:
    """The other side's word that one's own would answer."""
    wanted = request.POST.get("answers") or request.GET.get("answers") or ""
    if not wanted:
        return None
    found: Parting | None = (
        agreement.partings.filter(side=side.other, pk=int(wanted)).first() if wanted.isdecimal() else None
    )
    if found is None:
        raise NotFound(f"parting {wanted} of {agreement.key}")
    return found


def _night_after(day: date) -> datetime:
    """The first moment after a day, by the server's clock."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _has_signed(agreement: Agreement, side: Side) -> bool:
    """Has this side signed what stands there now? Raises Settled where nothing is left to sign."""
    if current(agreement).signatures.filter(side=side).exists():
        return True
    if is_settled(agreement):
        raise Settled
    return False


def _forget_proof(form: SignForm | PartForm, **said: str) -> None:
    """A code or a passkey's answer is not shown again: it was good for one try."""
    form.data = {**form.data.dict(), "code": "", "credential": "", **said}  # type: ignore[attr-defined]  # a QueryDict
