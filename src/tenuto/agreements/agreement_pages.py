"""Agreements as pages: the list of one's own, one as people read it, its exact text, its documents, its last day."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.accounts.models import Account
from tenuto.agreements import documents, reading
from tenuto.agreements.drafting import agreement_of, agreements_of, give_up
from tenuto.agreements.ending import earliest_by_notice
from tenuto.agreements.forms import DocumentForm
from tenuto.agreements.models import Agreement, Membership, Side, Wording
from tenuto.agreements.organisations import is_verified, may_sign
from tenuto.agreements.standing import Standing, standing, told_whole
from tenuto.agreements.wording import read, read_parties
from tenuto.base import storage
from tenuto.base.errors import BadRequest, NotFound
from tenuto.tracks.studio import member
from tenuto.web.files import SentFile, file_response

SHOWN = 200


@method_decorator(never_cache, name="dispatch")
class AgreementsView(LoginRequiredMixin, View):
    """GET lists the agreements that one may read: as the artist, and for one's organisations."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account, now = member(request), timezone.now()
        found = told_whole(agreements_of(account)).order_by("-created_at", "-pk")[:SHOWN]
        speaks_for = list(
            Membership.objects.filter(account=account, ended_at=None).select_related("organisation").order_by("pk")
        )
        context = {"agreements": [standing(each, now) for each in found], "memberships": speaks_for}
        return render(request, "agreements/list.html", context)


@method_decorator(never_cache, name="dispatch")
class AgreementView(LoginRequiredMixin, View):
    """GET shows an agreement to its two sides."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return agreement_page(request, key)


class RefusalView(LoginRequiredMixin, View):
    """POST gives a draft up for good. GET asks once more."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        agreement, sides = agreement_of(member(request), key)
        stands = stands_now(agreement, timezone.now())
        return render(request, "agreements/give_up.html", {"stands": stands, "agreement": agreement, "sides": sides})

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        agreement, sides = agreement_of(member(request), key)
        give_up(agreement, side=side_of(request, sides), by=member(request), at=timezone.now())
        messages.success(request, _("Given up. Nobody is bound by it."))
        return redirect(agreement)


@method_decorator(never_cache, name="dispatch")
class WordingView(LoginRequiredMixin, View):
    """GET gives one wording byte for byte: its SHA-256 is what signatures name."""

    def get(self, request: HttpRequest, key: str, number: int) -> HttpResponse:
        agreement, _sides = agreement_of(member(request), key)
        wording = Wording.objects.filter(agreement=agreement, number=number).first()
        if wording is None:
            raise NotFound(f"wording {number} of {key}")
        response = HttpResponse(wording.text, content_type="application/json; charset=utf-8")
        name = f"agreement-{agreement.key}-{wording.number}.json"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response


class DocumentsView(LoginRequiredMixin, View):
    """POST attaches a file to a draft. GET leads to the agreement."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return redirect(agreement_of(member(request), key)[0])

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account = member(request)
        agreement, sides = agreement_of(account, key)
        form = DocumentForm(request.POST, request.FILES)
        if not form.is_valid():
            return agreement_page(request, key, form, 422)
        file = form.cleaned_data["file"]
        try:
            documents.only_so_large(file.size)
            made = documents.attach(
                agreement, file.name, file.read(), side=side_of(request, sides), by=account, at=timezone.now()
            )
        except BadRequest as refusal:
            form.add_error("file", str(refusal.advice))
            return agreement_page(request, key, form, refusal.status)
        messages.success(request, _("“%(name)s” belongs to the draft now.") % {"name": made.name})
        return redirect(f"{agreement.get_absolute_url()}#documents")


@method_decorator(never_cache, name="dispatch")
class DocumentView(LoginRequiredMixin, View):
    """GET gives a document to its two sides, to be saved; POST takes it out of the draft."""

    def get(self, request: HttpRequest, key: str, digest: str) -> HttpResponseBase:
        agreement, _sides = agreement_of(member(request), key)
        found = documents.document_of(agreement, digest)
        offered = SentFile(
            path=storage.path_of(found.blob),
            size_bytes=found.blob.size_bytes,
            etag=found.blob.digest,
            content_type=found.media_type,
            modified=found.at,
            headers={
                # Saved, never shown: what somebody else uploaded must not run as a page of ours.
                "Content-Disposition": content_disposition_header(True, found.name) or "attachment",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "X-Content-Type-Options": "nosniff",
            },
        )
        return file_response(request, offered)

    def post(self, request: HttpRequest, key: str, digest: str) -> HttpResponse:
        account = member(request)
        agreement, sides = agreement_of(account, key)
        found = documents.document_of(agreement, digest)
        documents.detach(found, side=side_of(request, sides), by=account, at=timezone.now())
        messages.success(request, _("“%(name)s” is out of the draft.") % {"name": found.name})
        return redirect(f"{agreement.get_absolute_url()}#documents")


def agreement_page(request: HttpRequest, key: str, form: DocumentForm | None = None, status: int = 200) -> HttpResponse:
    account, now = member(request), timezone.now()
    agreement, sides = agreement_of(account, key)
    stands = stands_now(agreement, now)
    context = wording_context(stands.wording, account if Side.ARTIST in sides else None) | {
        "stands": stands,
        "agreement": agreement,
        "sides": sides,
        "side": side_of(request, sides),
        "can_sign": [side for side in sorted(sides) if _may_sign(stands, side, account)],
        "needs_signatory": Side.ORGANISATION in sides and not may_sign(account, agreement.organisation),
        "is_verified": is_verified(agreement.organisation),
        "partings": agreement.partings.all(),
        "endings": agreement.endings.all(),
        "notice_from": earliest_by_notice(agreement.bond, now) if stands.state.binds else None,
        "form": (form or DocumentForm()) if stands.state.is_open else None,
        "wordings": agreement.wordings.defer("text"),
        "now": now,
    }
    return render(request, "agreements/agreement.html", context, status=status)


def wording_context(wording: Wording, reader: Account | None) -> dict[str, object]:
    """One wording as people read it."""
    content = read(wording.text)
    media = dict(wording.agreement.documents.values_list("blob_id", "blob__size_bytes"))
    return {
        "wording": wording,
        "content": content,
        "parties": read_parties(wording.text),
        "covered": reading.covered(content, reader),
        "said": reading.said(content),
        "countries": reading.countries(content),
        "recipients": reading.recipients(content),
        "papers": [(paper, media.get(paper.digest)) for paper in sorted(content.papers)],
        "signatures": wording.signatures.select_related("account"),
    }


def stands_now(agreement: Agreement, now: datetime) -> Standing:
    """How one agreement stands; read anew, with all it needs."""
    return standing(told_whole(Agreement.objects.filter(pk=agreement.pk)).get(), now)


def side_of(request: HttpRequest, sides: frozenset[Side]) -> Side:
    """For which side a request speaks: said by `side` where somebody speaks for both, else the one they have."""
    wanted = request.POST.get("side") or request.GET.get("side") or ""
    return next((side for side in sides if side.value == wanted), min(sides))


def _may_sign(stands: Standing, side: Side, account: Account) -> bool:
    return (
        stands.state.is_open
        and side not in stands.signed
        and (side is Side.ARTIST or may_sign(account, stands.agreement.organisation))
    )
