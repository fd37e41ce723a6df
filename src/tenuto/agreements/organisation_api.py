"""Organisations through the HTTP API: found one, see who speaks for it, invite, join and leave."""

from collections.abc import Callable
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import AfterValidator

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.accounts.models import Account
from tenuto.agreements.models import Membership, Organisation
from tenuto.agreements.organisations import (
    confirm,
    end,
    found,
    invite,
    is_verified,
    membership_of,
    organisation_at,
    role_of,
)
from tenuto.base.errors import NotFound

router = Router(tags=["Organisations"])


def _address(typed: str) -> str:
    return _valid(EmailValidator(), typed)


def _website(typed: str) -> str:
    return _valid(URLValidator(schemes=["http", "https"]), typed) if typed else ""


def _valid(check: Callable[[str], None], typed: str) -> str:
    try:
        check(typed)
    except ValidationError as wrong:
        raise ValueError(" ".join(wrong.messages)) from wrong
    return typed


Address = Annotated[str, Field(max_length=254), AfterValidator(_address)]
Website = Annotated[str, Field(max_length=300), AfterValidator(_website)]


class OrganisationAsked(Schema):
    name: str = Field(min_length=2, max_length=120)
    kind: Organisation.Kind
    contact: Address
    website: Website = ""


class OrganisationShown(Schema):
    """An organisation. `role` is what you are in it; null where you are not, or have not said yes yet."""

    slug: str
    name: str
    kind: str
    website: str
    contact: str
    verified: bool
    role: str | None
    invited: bool


class MemberAsked(Schema):
    handle: str = Field(max_length=31)
    role: Membership.Role


class MemberShown(Schema):
    handle: str
    name: str
    role: str
    confirmed: bool


@router.get("/me/organisations", response=list[OrganisationShown], auth=member, summary="Organisations you belong to")
def my_organisations(request: HttpRequest) -> list[dict[str, Any]]:
    """Also those that have invited you."""
    account = account_calling(request)
    mine = Membership.objects.filter(account=account, ended_at=None).select_related("organisation")
    return [_organisation(one.organisation, account) for one in mine[:200]]


@router.post("/me/organisations", response={201: OrganisationShown}, auth=member, summary="Found an organisation")
def found_organisation(request: HttpRequest, asked: OrganisationAsked) -> Status[dict[str, Any]]:
    account = account_calling(request)
    made = found(
        asked.name,
        asked.kind,
        asked.website,
        asked.contact,
        by=account,
        at=timezone.now(),
    )
    return Status(201, _organisation(made, account))


@router.get("/organisations/{slug}", response=OrganisationShown, auth=anyone, summary="One organisation")
def read_organisation(request: HttpRequest, slug: str) -> dict[str, Any]:
    account = request.user if isinstance(request.user, Account) else None
    return _organisation(organisation_at(slug), account)


@router.get("/organisations/{slug}/members", response=list[MemberShown], auth=member, summary="Who speaks for it")
def list_members(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    organisation = organisation_at(slug)
    if role_of(account_calling(request), organisation) is None:
        raise NotFound(f"members of {slug}")
    return [_member(one) for one in organisation.memberships.filter(ended_at=None).select_related("account")]


@router.post("/organisations/{slug}/members", response={201: MemberShown}, auth=member, summary="Invite somebody")
def invite_member(request: HttpRequest, slug: str, asked: MemberAsked) -> Status[dict[str, Any]]:
    """For owners. Whoever is invited belongs to it once they say yes."""
    made = invite(
        organisation_at(slug), person_called(asked.handle), asked.role, by=account_calling(request), at=timezone.now()
    )
    return Status(201, _member(made))


@router.delete("/organisations/{slug}/members/{handle}", response={204: None}, auth=member, summary="Remove somebody")
def remove_member(request: HttpRequest, slug: str, handle: str) -> Status[None]:
    """An owner removes a member or takes an invitation back; with your own handle you leave or decline."""
    organisation = organisation_at(slug)
    theirs = membership_of(person_called(handle), organisation)
    if theirs is None:
        raise NotFound(f"{handle} in {slug}")
    end(theirs, by=account_calling(request), at=timezone.now())
    return Status(204, None)


@router.put("/organisations/{slug}/membership", response={204: None}, auth=member, summary="Accept your invitation")
def accept_invitation(request: HttpRequest, slug: str) -> Status[None]:
    confirm(organisation_at(slug), by=account_calling(request), at=timezone.now())
    return Status(204, None)


def person_called(handle: str) -> Account:
    """Whoever has this handle. Handles are public."""
    found = Account.objects.filter(username=handle.strip().lstrip("@").lower(), is_active=True).first()
    if found is None:
        raise NotFound(f"nobody is called {handle}")
    return found


def _organisation(one: Organisation, account: Account | None) -> dict[str, Any]:
    mine = membership_of(account, one) if account else None
    belongs = mine is not None and mine.confirmed_at is not None
    return {
        "slug": one.slug,
        "name": one.name,
        "kind": one.kind,
        "website": one.website,
        "contact": one.contact,
        "verified": is_verified(one),
        "role": mine.role if mine and belongs else None,
        "invited": mine is not None and not belongs,
    }


def _member(one: Membership) -> dict[str, Any]:
    return {
        "handle": one.account.username,
        "name": one.account.name,
        "role": one.role,
        "confirmed": one.confirmed_at is not None,
    }
