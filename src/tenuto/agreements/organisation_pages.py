"""Organisations as pages: founding one, what it is, who speaks for it."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.accounts.models import Account
from tenuto.agreements.forms import InvitationForm, OrganisationForm
from tenuto.agreements.models import Membership, Organisation
from tenuto.agreements.organisations import (
    confirm,
    end,
    found,
    invite,
    last_verification,
    membership_of,
    only_owner,
    organisation_at,
)
from tenuto.base.errors import BadRequest, NotFound
from tenuto.tracks.studio import member


class OrganisationsView(LoginRequiredMixin, View):
    """GET lists the organisations one belongs to or is invited to, with the form for a new one; POST founds it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, OrganisationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OrganisationForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, 422)
        said = form.cleaned_data
        try:
            made = found(
                said["name"],
                said["kind"],
                said["website"],
                said["contact"],
                by=member(request),
                at=timezone.now(),
            )
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return self._page(request, form, refusal.status)
        messages.success(request, _("Founded. Staff have to verify it before anything can be agreed with it."))
        return redirect(made)

    def _page(self, request: HttpRequest, form: OrganisationForm, status: int = 200) -> HttpResponse:
        mine = Membership.objects.filter(account=member(request), ended_at=None).select_related("organisation")
        context = {"form": form, "memberships": mine}
        return render(request, "agreements/organisations.html", context, status=status)


class OrganisationView(View):
    """GET shows an organisation to anybody; to its members also who they are, and to owners how to change that."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return organisation_page(request, organisation_at(slug))


class InvitationsView(LoginRequiredMixin, View):
    """POST invites somebody. GET leads to the organisation."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return redirect(_owned(request, slug))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        organisation = _owned(request, slug)
        form = InvitationForm(request.POST)
        if not form.is_valid():
            return organisation_page(request, organisation, form, 422)
        asked: Account = form.cleaned_data["handle"]
        try:
            invite(organisation, asked, form.cleaned_data["role"], by=member(request), at=timezone.now())
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return organisation_page(request, organisation, form, refusal.status)
        messages.success(
            request, _("%(name)s has been asked. They belong to it once they say yes.") % {"name": asked.name}
        )
        return redirect(organisation)


class MembershipView(LoginRequiredMixin, View):
    """POST answers one's own invitation: `answer` is yes, or anything else to decline it or to leave."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        organisation, now = organisation_at(slug), timezone.now()
        mine = membership_of(member(request), organisation)
        if mine is None:
            raise NotFound(f"{slug} has not asked {member(request).pk}")
        if request.POST.get("answer") == "yes":
            confirm(organisation, by=member(request), at=now)
            messages.success(request, _("You belong to %(name)s now.") % {"name": organisation.name})
        else:
            end(mine, by=member(request), at=now)
            messages.success(request, _("You do not belong to %(name)s.") % {"name": organisation.name})
        return redirect(organisation)


class EndedMembershipView(LoginRequiredMixin, View):
    """POST ends somebody's membership or invitation, for owners."""

    def post(self, request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
        organisation = _owned(request, slug)
        found: Membership | None = (
            organisation.memberships.select_related("account", "organisation").filter(pk=member_id).first()
        )
        if found is None:
            raise NotFound(f"membership {member_id} of {slug}")
        end(found, by=member(request), at=timezone.now())
        messages.success(request, _("%(name)s belongs to it no longer.") % {"name": found.account.name})
        return redirect(organisation)


def organisation_page(
    request: HttpRequest, organisation: Organisation, form: InvitationForm | None = None, status: int = 200
) -> HttpResponse:
    account = request.user if isinstance(request.user, Account) else None
    mine = membership_of(account, organisation) if account else None
    belongs = mine is not None and mine.confirmed_at is not None
    owns = belongs and mine is not None and mine.role == Membership.Role.OWNER
    people = organisation.memberships.filter(ended_at=None).select_related("account") if belongs else []
    verification = last_verification(organisation)
    context = {
        "organisation": organisation,
        "verification": verification,
        "is_verified": verification is not None and verification.is_verified,
        "mine": mine,
        "belongs": belongs,
        "owns": owns,
        "signs": belongs and mine is not None and mine.role != Membership.Role.MEMBER,
        "people": people,
        "form": (form or InvitationForm(initial={"role": Membership.Role.SIGNATORY})) if owns else None,
    }
    return render(request, "agreements/organisation.html", context, status=status)


def _owned(request: HttpRequest, slug: str) -> Organisation:
    organisation = organisation_at(slug)
    only_owner(organisation, member(request))
    return organisation
