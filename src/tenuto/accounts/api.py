"""People through the HTTP API: who one is, who others are, whom one follows."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from allauth.core import ratelimit
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import HttpUrl

from tenuto.accounts import export_page, removal
from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.accounts.follows import begin_following
from tenuto.accounts.models import AccessToken, Account, Export, Follow, ProfileLink
from tenuto.base import pictures
from tenuto.base.errors import BadRequest, NotFound
from tenuto.base.lines import Line

router = Router(tags=["People"])


class ProfileLinkFields(Schema):
    label: Annotated[str, Line] = Field(min_length=1, max_length=40)
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

    name: Annotated[str, Line] | None = Field(None, max_length=80)
    bio: str | None = Field(None, max_length=2000)
    place: Annotated[str, Line] | None = Field(None, max_length=80)
    links: list[ProfileLinkFields] | None = Field(None, max_length=20)


class TokenShown(Schema):
    """A token's secret is never shown again; its hint is its first letters."""

    id: int
    name: str
    hint: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class Part(StrEnum):
    """The two pictures of a profile."""

    AVATAR = "avatar"
    BANNER = "banner"


class ExportShown(Schema):
    """A copy of everything. Fetch it at /me/export.zip once `ready_at` is set."""

    asked_at: datetime
    progress: float
    ready_at: datetime | None
    expires_at: datetime | None
    failed_at: datetime | None
    size_bytes: int


class Proof(Schema):
    handle: str = Field(max_length=40)
    password: str = Field(max_length=200)


class NotProven(BadRequest):
    advice = _("The handle or the password is not right. Nothing was deleted.")
    status = 403
    code = "not_proven"


class TooOften(BadRequest):
    advice = _("That was tried too often. Wait a while.")
    status = 429
    code = "too_often"


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


@router.post("/me/pictures/{part}", auth=member, response={204: None})
def change_picture(request: HttpRequest, part: Part, picture: File[UploadedFile]) -> Status[None]:
    """Give your profile its avatar or banner: JPEG, PNG, WebP, GIF or AVIF, up to 15 MB."""
    account = account_calling(request)
    before: str | None = getattr(account, f"{part.value}_id")
    with transaction.atomic():
        setattr(account, part.value, pictures.take(picture.read(pictures.MAX_BYTES + 1)))
        account.save(update_fields=[part.value])
    pictures.let_go(before)
    return Status(204, None)


@router.put("/me/export", auth=member, response={202: ExportShown})
def ask_for_export(request: HttpRequest) -> Status[Export]:
    """Have a copy of everything you put in packed: originals, pictures and JSON in one zip."""
    account = account_calling(request)
    export_page.ask(account.pk, at=timezone.now())
    return Status(202, Export.objects.get(account=account))


@router.get("/me/export", auth=member, response=ExportShown)
def read_export(request: HttpRequest) -> Export:
    """How far the packing is."""
    found = Export.objects.filter(account=account_calling(request)).first()
    if found is None:
        raise NotFound
    return found


@router.get("/me/export.zip", auth=member, response={200: None})
def fetch_export(request: HttpRequest) -> HttpResponseBase:
    """The zip itself, for a day after it is ready."""
    return export_page.sent(request, account_calling(request), read_export(request).key)


@router.put("/me/removal", auth=member, response={202: None})
def remove_me(request: HttpRequest, proof: Proof) -> Status[None]:
    """Delete your account and everything in it, for ever. Your handle and your password prove that you mean it."""
    account = account_calling(request)
    if not ratelimit.consume(request, action="reauthenticate", user=account):
        raise TooOften
    if proof.handle.lower() != account.username or not account.check_password(proof.password):
        raise NotProven
    removal.ask(account, at=timezone.now())
    return Status(202, None)


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
        begin_following(follower, followed)
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
