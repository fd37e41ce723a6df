"""People through the HTTP API: who one is, who others are, whom one follows."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import HttpUrl

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.accounts.models import AccessToken, Account, Follow, ProfileLink
from tenuto.base.errors import NotFound

router = Router(tags=["People"])


class ProfileLinkFields(Schema):
    label: str = Field(min_length=1, max_length=40)
    url: Annotated[HttpUrl, Field(max_length=300)]


class ProfileLinkShown(Schema):
    label: str
    url: str


class Person(Schema):
    """What anybody may know of a person."""

    handle: str
    name: str
    bio: str
    place: str
    links: list[ProfileLinkShown]
    followers: int = Field(alias="follower_count")
    following: int = Field(alias="following_count")
    url: str

    @staticmethod
    def resolve_handle(account: Account) -> str:
        return account.username

    @staticmethod
    def resolve_url(account: Account) -> str:
        return account.get_absolute_url()


class Me(Person):
    """What one may know of oneself besides."""

    email: str
    joined_at: datetime

    @staticmethod
    def resolve_joined_at(account: Account) -> datetime:
        return account.date_joined


class ProfileChange(Schema):
    """Fields left out stay as they are; `links` replaces them all."""

    name: str | None = Field(None, max_length=80)
    bio: str | None = Field(None, max_length=2000)
    place: str | None = Field(None, max_length=80)
    links: list[ProfileLinkFields] | None = Field(None, max_length=20)


class TokenShown(Schema):
    """A token's secret is never shown again; its hint is its first letters."""

    id: int
    name: str
    hint: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


@router.get("/me", auth=member, response=Me)
def read_me(request: HttpRequest) -> Account:
    """Who you are to this server."""
    return _person(account_calling(request).username)


@router.patch("/me", auth=member, response=Me)
def change_me(request: HttpRequest, change: ProfileChange) -> Account:
    """Change your profile."""
    account = account_calling(request)
    with transaction.atomic():
        if change.name is not None:
            account.display_name = change.name
        if change.bio is not None:
            account.bio = change.bio
        if change.place is not None:
            account.place = change.place
        account.save(update_fields=["display_name", "bio", "place"])
        if change.links is not None:
            account.links.all().delete()
            ProfileLink.objects.bulk_create(
                ProfileLink(account=account, label=link.label, url=str(link.url), position=position)
                for position, link in enumerate(change.links)
            )
    return _person(account.username)


@router.get("/me/tokens", auth=member, response=list[TokenShown])
def list_tokens(request: HttpRequest) -> list[AccessToken]:
    """Your access tokens. New ones are made on the site, where you prove who you are."""
    return list(account_calling(request).tokens.all())


@router.delete("/me/tokens/{int:token_id}", auth=member, response={204: None})
def revoke_token(request: HttpRequest, token_id: int) -> Status[None]:
    """End a token at once, also the one you are calling with."""
    if not account_calling(request).tokens.filter(id=_row(token_id)).delete()[0]:
        raise NotFound
    return Status(204, None)


@router.get("/people/{handle}", auth=anyone, response=Person)
def read_person(request: HttpRequest, handle: str) -> Account:
    """A person's public profile."""
    return _person(handle)


@router.put("/me/following/{handle}", auth=member, response={204: None})
def follow(request: HttpRequest, handle: str) -> Status[None]:
    """Follow somebody. Following oneself changes nothing."""
    followed, follower = _person(handle), account_calling(request)
    if followed.pk != follower.pk:
        Follow.objects.get_or_create(follower=follower, followed=followed, defaults={"since": timezone.now()})
    return Status(204, None)


@router.delete("/me/following/{handle}", auth=member, response={204: None})
def unfollow(request: HttpRequest, handle: str) -> Status[None]:
    """Follow somebody no longer."""
    Follow.objects.filter(follower=account_calling(request), followed=_person(handle)).delete()
    return Status(204, None)


def _person(handle: str) -> Account:
    """The account with its counts and links, in two queries."""
    people = Account.objects.filter(username=handle.lower(), is_active=True).prefetch_related("links")
    account = people.annotate(
        follower_count=Count("followers", distinct=True), following_count=Count("following", distinct=True)
    ).first()
    if account is None:
        raise NotFound
    return account


def _row(number: int) -> int:
    """A row number that the database can hold; any other names no row."""
    return number if 0 < number < 2**63 else 0
