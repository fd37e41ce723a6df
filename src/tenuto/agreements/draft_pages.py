"""Writing an agreement down, and changing what the draft says."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.agreements import reading
from tenuto.agreements.agreement_pages import side_of
from tenuto.agreements.draft_forms import DraftForm, NewDraftForm, written_down
from tenuto.agreements.drafting import (
    NotVerified,
    Overtaken,
    Settled,
    agreement_of,
    begin,
    change,
    current,
    is_settled,
)
from tenuto.agreements.models import Agreement, Organisation, Side
from tenuto.agreements.organisations import is_verified, organisation_at, role_of
from tenuto.agreements.wording import read
from tenuto.base.errors import BadRequest
from tenuto.tracks.studio import member


class NewDraftView(LoginRequiredMixin, View):
    """GET shows an empty draft with this organisation; POST writes it down. `side` says who begins it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        organisation, side = self._begun(request, slug)
        return self._page(request, organisation, side, self._form(request, side))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        account = member(request)
        organisation, side = self._begun(request, slug)
        form = self._form(request, side)
        if not form.is_valid():
            return self._page(request, organisation, side, form, 422)
        artist = form.cleaned_data["artist"] if side is Side.ORGANISATION else account
        try:
            made = begin(organisation, artist, form.content(), side=side, by=account, at=timezone.now())
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return self._page(request, organisation, side, form, refusal.status)
        messages.success(request, _("Written down; the other side is told. Nobody is bound before both have signed."))
        return redirect(made)

    def _begun(self, request: HttpRequest, slug: str) -> tuple[Organisation, Side]:
        organisation = organisation_at(slug)
        belongs = role_of(member(request), organisation) is not None
        as_artist = (request.POST.get("side") or request.GET.get("side")) == Side.ARTIST
        return organisation, Side.ORGANISATION if belongs and not as_artist else Side.ARTIST

    def _form(self, request: HttpRequest, side: Side) -> DraftForm:
        kind = NewDraftForm if side is Side.ORGANISATION else DraftForm
        return kind(request.POST if request.method == "POST" else None, by=member(request))

    def _page(
        self, request: HttpRequest, organisation: Organisation, side: Side, form: DraftForm, status: int = 200
    ) -> HttpResponse:
        if not is_verified(organisation):
            raise NotVerified
        return draft_page(request, form, organisation, side, None, status)


class DraftView(LoginRequiredMixin, View):
    """GET shows what the draft says, as a form; POST writes it down anew."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        agreement, sides = agreement_of(member(request), key)
        if is_settled(agreement):
            raise Settled
        now_said = current(agreement)
        initial = written_down(read(now_said.text)) | {"over": now_said.digest}
        form = DraftForm(initial=initial, by=member(request))
        return draft_page(request, form, agreement.organisation, side_of(request, sides), agreement)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account = member(request)
        agreement, sides = agreement_of(account, key)
        side = side_of(request, sides)
        form = DraftForm(request.POST, by=account)
        status = 422
        if form.is_valid():
            over = form.cleaned_data["over"] or current(agreement).digest
            try:
                change(agreement, form.content(), side=side, by=account, at=timezone.now(), over=over)
            except Overtaken as refusal:
                typed = request.POST.copy()
                typed["over"] = current(agreement).digest  # what is saved next is over what stands there now
                form, status = DraftForm(typed, by=account), refusal.status
                form.add_error(None, str(refusal.advice))
            except BadRequest as refusal:
                form.add_error(None, str(refusal.advice))
                status = refusal.status
            else:
                messages.success(request, _("Saved. Whoever had signed the former words has to sign again."))
                return redirect(agreement)
        return draft_page(request, form, agreement.organisation, side, agreement, status)


def draft_page(
    request: HttpRequest,
    form: DraftForm,
    organisation: Organisation,
    side: Side,
    agreement: Agreement | None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "organisation": organisation,
        "agreement": agreement,
        "side": side,
        "sheets": reading.boxes(form.granted()),
    }
    return render(request, "agreements/draft.html", context, status=status)
