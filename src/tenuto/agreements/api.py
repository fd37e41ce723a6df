"""Agreements through the HTTP API: read, drafted, changed and given up.

Not signed: whoever signs must be there in person, with a second factor that no token stands for.
"""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import AfterValidator

from tenuto.accounts.callers import account_calling, member
from tenuto.agreements.drafting import agreement_of, agreements_of, begin, change, give_up, thing
from tenuto.agreements.models import Agreement, Bond, Reach, Side
from tenuto.agreements.organisation_api import person_called
from tenuto.agreements.organisations import organisation_at
from tenuto.agreements.reading import COVERABLE
from tenuto.agreements.standing import standing, told_whole
from tenuto.agreements.wording import Content, Thing
from tenuto.rules.agreements import Recipient
from tenuto.rules.cells import Asset, cell_named
from tenuto.rules.countries import COUNTRIES

router = Router(tags=["Agreements"])


def _coverable(asset: Asset) -> Asset:
    if asset not in COVERABLE:
        raise ValueError("An agreement cannot speak of listening: the listeners do.")
    return asset


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError(f"“{code}” is no country.")
    return code


def _sensible(day: date | None) -> date | None:
    if day is not None and not 1970 <= day.year <= 2999:
        raise ValueError("This year cannot be right.")
    return day


CellName = Annotated[str, Field(max_length=60), AfterValidator(lambda name: str(cell_named(name)))]
Country = Annotated[str, Field(max_length=2), AfterValidator(_country)]
Covered = Annotated[Asset, AfterValidator(_coverable)]
Day = Annotated[date, AfterValidator(_sensible)]


class ThingSaid(Schema):
    """`value` is a code, a track's key or a label's name; of a whole catalogue it is empty."""

    kind: Reach.Kind
    value: str = Field("", max_length=120)


class RecipientSaid(Schema):
    licensee: str = Field("", max_length=120)
    model: str = Field("", max_length=120)


class DraftAsked(Schema):
    """Everything that an agreement says, but for its documents. Without `countries`: everywhere."""

    title: str = Field("", max_length=120)
    assets: list[Covered] = Field(max_length=20)
    covers: list[ThingSaid] = Field(max_length=10_000)
    grants: list[CellName] = Field(default=[], max_length=300)
    recipients: list[RecipientSaid] = Field(default=[], max_length=500)
    countries: list[Country] | None = Field(default=None, max_length=300)
    first_day: Day | None = None
    last_day: Day | None = None
    notice_days: int | None = Field(default=None, ge=0, le=100_000)
    words: str = Field("", max_length=20_000)

    def content(self) -> Content:
        return Content(
            title=" ".join(self.title.split()),
            assets=frozenset(self.assets),
            things=frozenset(self._thing(one) for one in self.covers),
            grants=frozenset(map(cell_named, self.grants)),
            recipients=frozenset(
                Recipient(one.licensee.strip(), one.model.strip())
                for one in self.recipients
                if one.licensee.strip() or one.model.strip()
            ),
            countries=None if self.countries is None else frozenset(self.countries),
            first_day=self.first_day,
            last_day=self.last_day,
            notice_days=self.notice_days,
            words=self.words.strip(),
        )

    def _thing(self, one: ThingSaid) -> Thing:
        return thing(one.kind, one.value)


class NewDraftAsked(DraftAsked):
    """With whom: `side` says for whom you write; for an organisation also name the artist by handle."""

    organisation: str = Field(max_length=40)
    side: Side
    artist: str = Field("", max_length=31)


class ChangeAsked(DraftAsked):
    """`over` is the `sha256` of the wording that you read: if another stands there by now, nothing is changed."""

    over: str = Field(max_length=64)
    side: Side | None = None


class SignatureShown(Schema):
    side: str
    name: str
    method: str
    at: datetime


class AgreementShown(Schema):
    """An agreement and how it stands. `text` is canonical: its SHA-256 is what signatures name."""

    key: str
    organisation: str
    artist: str | None
    state: str
    says: str
    wording: int
    sha256: str
    text: str
    signatures: list[SignatureShown]
    binds_from: datetime | None
    binds_until: datetime | None


@router.get("/agreements", response=list[AgreementShown], auth=member, summary="Agreements that you may read")
def list_agreements(request: HttpRequest, before: str = "") -> list[dict[str, Any]]:
    """The newest 50, yours and your organisations'. With `before`, the key of one: those older than it."""
    account = account_calling(request)
    mine = told_whole(agreements_of(account)).order_by("-pk")
    if before:
        mine = mine.filter(pk__lt=agreement_of(account, before)[0].pk)
    return [_agreement(one) for one in mine[:50]]


@router.post("/agreements", response={201: AgreementShown}, auth=member, summary="Write down a first draft")
def draft_agreement(request: HttpRequest, asked: NewDraftAsked) -> Status[dict[str, Any]]:
    """Signing needs a person in a browser with a second factor: there is no way to sign through this API."""
    account = account_calling(request)
    artist = account if asked.side is Side.ARTIST else person_called(asked.artist)
    made = begin(
        organisation_at(asked.organisation), artist, asked.content(), side=asked.side, by=account, at=timezone.now()
    )
    return Status(201, _agreement_at(made))


@router.get("/agreements/{key}", response=AgreementShown, auth=member, summary="One agreement")
def read_agreement(request: HttpRequest, key: str) -> dict[str, Any]:
    return _agreement_at(agreement_of(account_calling(request), key)[0])


@router.put("/agreements/{key}", response=AgreementShown, auth=member, summary="Change a draft")
def change_agreement(request: HttpRequest, key: str, asked: ChangeAsked) -> dict[str, Any]:
    """Signatures under the former wording are void."""
    account = account_calling(request)
    agreement, sides = agreement_of(account, key)
    side = _side(asked.side, sides)
    change(agreement, asked.content(), side=side, by=account, at=timezone.now(), over=asked.over)
    return _agreement_at(agreement)


@router.delete("/agreements/{key}", response={204: None}, auth=member, summary="Give a draft up for good")
def give_agreement_up(request: HttpRequest, key: str) -> Status[None]:
    account = account_calling(request)
    agreement, sides = agreement_of(account, key)
    give_up(agreement, side=_side(None, sides), by=account, at=timezone.now())
    return Status(204, None)


def _agreement_at(agreement: Agreement) -> dict[str, Any]:
    return _agreement(told_whole(Agreement.objects.filter(pk=agreement.pk)).get())


def _agreement(agreement: Agreement) -> dict[str, Any]:
    stands = standing(agreement, timezone.now())
    bond: Bond | None = getattr(agreement, "bond", None)
    return {
        "key": agreement.key,
        "organisation": agreement.organisation.slug,
        "artist": agreement.artist.username if agreement.artist else None,
        "state": stands.state.value,
        "says": stands.words,
        "wording": stands.wording.number,
        "sha256": stands.wording.digest,
        "text": stands.wording.text,
        "signatures": list(stands.wording.signatures.all()),
        "binds_from": bond.starts_at if bond else None,
        "binds_until": stands.over_at if bond else None,
    }


def _side(wanted: Side | None, sides: frozenset[Side]) -> Side:
    return wanted if wanted in sides else min(sides)
