"""The desk of the staff: organisations that wait to be looked at, and disputes that wait to be decided."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import BooleanField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.agreements.claims import open_disputes
from tenuto.agreements.disputes import told_whole
from tenuto.agreements.forms import OwnerForm, VerificationForm
from tenuto.agreements.models import Dispute, Organisation, Verification
from tenuto.agreements.organisations import appoint, organisation_at, verify
from tenuto.base.errors import NotFound
from tenuto.tracks.studio import member

SHOWN = 200


@method_decorator(never_cache, name="dispatch")
class StaffView(LoginRequiredMixin, View):
    """Pages for staff. To everybody else they are missing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not member(request).is_staff:
            raise NotFound(f"the desk for account {request.user.pk}")
        return super().dispatch(request, *args, **kwargs)


class DeskView(StaffView):
    """GET shows what waits, oldest first, and what was decided lately."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "organisations": with_verification().filter(verifications=None).order_by("created_at")[:SHOWN],
            "disputes": told_whole(open_disputes()).order_by("at")[:SHOWN],
            "decided": told_whole(Dispute.objects.filter(resolution__isnull=False)).order_by("-resolution__at")[:20],
        }
        return render(request, "agreements/desk.html", context)


class DeskOrganisationsView(StaffView):
    """GET lists every organisation with what staff found; `?q=` looks for a name."""

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("q", "").strip()[:120]
        found = with_verification().filter(name__icontains=wanted) if wanted else with_verification()
        return render(request, "agreements/desk_organisations.html", {"organisations": found[:SHOWN], "wanted": wanted})


class DeskOrganisationView(StaffView):
    """GET shows an organisation with all that staff wrote down of it; POST writes down what they found."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return _desk_page(request, organisation_at(slug))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        organisation = organisation_at(slug)
        form = VerificationForm(request.POST)
        if not form.is_valid():
            return _desk_page(request, organisation, form, status=422)
        said = form.cleaned_data
        verify(organisation, said["how"], by=member(request), at=timezone.now(), is_verified=said["finding"])
        messages.success(request, _("Written down, and its people are told."))
        return redirect("agreements:desk-organisation", slug)


class DeskOwnerView(StaffView):
    """POST makes somebody an owner, where nobody is left who could."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        organisation = organisation_at(slug)
        form = OwnerForm(request.POST)
        if not form.is_valid():
            return _desk_page(request, organisation, owner_form=form, status=422)
        account = form.cleaned_data["handle"]
        appoint(organisation, account, at=timezone.now())
        messages.success(request, _("%(name)s owns it now.") % {"name": account.name})
        return redirect("agreements:desk-organisation", slug)


def with_verification() -> QuerySet[Organisation]:
    """Organisations with `vouched`: what staff found last, or None where they have not looked."""
    last = Verification.objects.filter(organisation=OuterRef("pk")).order_by("-at", "-pk")
    return Organisation.objects.select_related("founded_by").annotate(
        vouched=Subquery(last.values("is_verified")[:1], output_field=BooleanField(null=True))
    )


def _desk_page(
    request: HttpRequest,
    organisation: Organisation,
    form: VerificationForm | None = None,
    owner_form: OwnerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "verifications": organisation.verifications.select_related("by"),
        "people": organisation.memberships.filter(ended_at=None).select_related("account"),
        "form": form or VerificationForm(),
        "owner_form": owner_form or OwnerForm(),
    }
    return render(request, "agreements/desk_organisation.html", context, status=status)
