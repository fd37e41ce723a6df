"""Consent through the HTTP API: what holds in each cell and why, answering, previews, receipts."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema
from pydantic import AfterValidator

from tenuto.accounts.callers import account_calling, member
from tenuto.accounts.models import Account
from tenuto.consent.albums import own_album
from tenuto.consent.answer import (
    Wish,
    answer,
    answer_as_listener,
    answer_by_default,
    answer_for_album,
    answer_for_catalogue,
    hold_album,
    hold_everything,
)
from tenuto.consent.grid import Grid, Square, grid
from tenuto.consent.models import Act
from tenuto.consent.preview import Preview, Turn, foresee
from tenuto.consent.receipts import own_act, receipt_of, receipts_of
from tenuto.consent.stances import account_stance, album_stance, listener_stance, stances
from tenuto.rules.cells import Asset, cell_named, mask_of
from tenuto.rules.consent_changes import Layer
from tenuto.rules.stances import Stance
from tenuto.tracks.access import own_track
from tenuto.tracks.models import Track

router = Router(tags=["Consent"])

CellName = Annotated[str, AfterValidator(lambda name: str(cell_named(name)))]
TrackKey = Annotated[str, Field(max_length=12)]


class BasisShown(Schema):
    """A record that the answer rests on."""

    kind: str
    id: int
    party: str


class CellAnswer(Schema):
    """What holds in one cell. `reason` is a code, `step` which of the ten steps spoke, `own` what this layer says."""

    cell: str
    allowed: bool
    reason: str
    step: int
    why: str
    own: str
    basis: list[BasisShown]


class WishAsked(Schema):
    """Cells by name, as recording/organisation/train; those left out stay as they are."""

    allow: list[CellName] = Field(default=[], max_length=300)
    hold: list[CellName] = Field(default=[], max_length=300)
    clear: list[CellName] = Field(default=[], max_length=300)

    def wish(self) -> Wish:
        return Wish(*(mask_of(map(cell_named, names)) for names in (self.allow, self.hold, self.clear)))


class TracksAsked(WishAsked):
    """With `attests`, one says that a reservation in the tracks' files is one's own to lift."""

    attests: bool = False


class ManyAsked(TracksAsked):
    """For these tracks, by their keys, or for the whole catalogue."""

    tracks: list[TrackKey] = Field(default=[], max_length=10_000)
    whole_catalogue: bool = False


class TurnShown(Schema):
    cell: str
    tracks: int


class PreviewShown(Schema):
    """What saving would do: cells that open and close, in how many tracks, and what follows from it."""

    opens: list[TurnShown]
    closes: list[TurnShown]
    follows: list[str]


class Receipt(Schema):
    """What was said, whole."""

    receipt: str
    site: str
    by: str
    at: datetime
    how: str
    attested: str | None
    about: dict[str, Any]
    allowed: list[str]
    held: list[str]
    cleared: list[str]
    terms: dict[str, Any] | None
    to_change_it: str


class Answered(Schema):
    """The receipt of what was just said; null where nothing was said."""

    receipt: Receipt | None


@router.get(
    "/tracks/{key}/consent", response=list[CellAnswer], auth=member, summary="What AI may do with a track, and why"
)
def show_track_consent(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    track, now = own_track(account_calling(request), key), timezone.now()
    stance = stances([track.pk], now).get(track.pk, Stance())
    return _shown(grid(stance, Layer.OWN, now))


@router.post("/tracks/{key}/consent", response=Answered, auth=member, summary="Answer for a track")
def answer_for_track(request: HttpRequest, key: str, asked: TracksAsked) -> dict[str, Any]:
    account = account_calling(request)
    track = own_track(account, key)
    return _receipt(answer(account, [track.pk], asked.wish(), Act.How.API, at=timezone.now(), attests=asked.attests))


@router.post(
    "/tracks/{key}/consent/preview", response=PreviewShown, auth=member, summary="What an answer would do to a track"
)
def preview_for_track(request: HttpRequest, key: str, asked: WishAsked) -> dict[str, Any]:
    account = account_calling(request)
    track = own_track(account, key)
    return _preview(foresee(account, Act.Layer.TRACKS, asked.wish(), timezone.now(), [track.pk]))


@router.get(
    "/me/albums/{key}/consent", response=list[CellAnswer], auth=member, summary="What holds for what is on an album"
)
def show_album_consent(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    """In a track on it that says nothing itself."""
    now = timezone.now()
    return _shown(grid(album_stance(own_album(account_calling(request), key), now), Layer.ALBUM, now))


@router.post("/me/albums/{key}/consent", response=Answered, auth=member, summary="Answer for what is on an album")
def answer_for_my_album(request: HttpRequest, key: str, asked: WishAsked) -> dict[str, Any]:
    account = account_calling(request)
    album = own_album(account, key)
    return _receipt(answer_for_album(account, album, asked.wish(), Act.How.API, at=timezone.now()))


@router.post(
    "/me/albums/{key}/consent/preview",
    response=PreviewShown,
    auth=member,
    summary="What an answer would do to what is on an album",
)
def preview_for_album(request: HttpRequest, key: str, asked: WishAsked) -> dict[str, Any]:
    account = account_calling(request)
    album = own_album(account, key)
    return _preview(foresee(account, Act.Layer.ALBUM, asked.wish(), timezone.now(), album=album))


@router.post(
    "/me/albums/{key}/consent/held", response=list[Receipt], auth=member, summary="Hold everything on an album"
)
def hold_my_album(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    """In every track on it, and in what comes onto it."""
    account = account_calling(request)
    return receipts_of(hold_album(account, own_album(account, key), Act.How.API, at=timezone.now()))


@router.get(
    "/me/consent", response=list[CellAnswer], auth=member, summary="What holds in a track that says nothing itself"
)
def show_my_consent(request: HttpRequest) -> list[dict[str, Any]]:
    now = timezone.now()
    stance = account_stance(account_calling(request), now)
    return _shown(grid(stance, Layer.ACCOUNT, now))


@router.post("/me/consent", response=Answered, auth=member, summary="Answer for everything that says nothing itself")
def answer_for_me(request: HttpRequest, asked: WishAsked) -> dict[str, Any]:
    account = account_calling(request)
    return _receipt(answer_by_default(account, asked.wish(), Act.How.API, at=timezone.now()))


@router.post(
    "/me/consent/tracks", response=Answered, auth=member, summary="Answer for many tracks, or the whole catalogue"
)
def answer_for_many(request: HttpRequest, asked: ManyAsked) -> dict[str, Any]:
    account, now = account_calling(request), timezone.now()
    if asked.whole_catalogue:
        return _receipt(answer_for_catalogue(account, asked.wish(), Act.How.API, at=now, attests=asked.attests))
    ids = _own(account, asked.tracks)
    return _receipt(answer(account, ids, asked.wish(), Act.How.API, at=now, attests=asked.attests))


@router.post("/me/consent/held", response=list[Receipt], auth=member, summary="Hold everything, now and later")
def hold_all(request: HttpRequest) -> list[dict[str, Any]]:
    return receipts_of(hold_everything(account_calling(request), Act.How.API, at=timezone.now()))


@router.get("/me/consent/receipts", response=list[Receipt], auth=member, summary="Your last 100 answers, newest first")
def my_receipts(request: HttpRequest, before: str = "") -> list[dict[str, Any]]:
    """With `before`, the key of a receipt: those older than it."""
    account = account_calling(request)
    acts = Act.objects.filter(account=account).select_related("account", "album").order_by("-pk")
    if before:
        acts = acts.filter(pk__lt=own_act(account, before).pk)
    return receipts_of(list(acts[:100]))


@router.get("/me/consent/receipts/{act_key}", response=Receipt, auth=member, summary="One receipt")
def my_receipt(request: HttpRequest, act_key: str) -> dict[str, Any]:
    return receipt_of(own_act(account_calling(request), act_key))


@router.get("/me/listening/consent", response=list[CellAnswer], auth=member, summary="What may be learned from you")
def show_listening_consent(request: HttpRequest) -> list[dict[str, Any]]:
    now = timezone.now()
    stance = listener_stance(account_calling(request).pk, now)
    return _shown(grid(stance, Layer.OWN, now, [Asset.LISTENING]))


@router.post("/me/listening/consent", response=Answered, auth=member, summary="Answer for your own listening")
def answer_for_listening(request: HttpRequest, asked: WishAsked) -> dict[str, Any]:
    return _receipt(answer_as_listener(account_calling(request), asked.wish(), Act.How.API, at=timezone.now()))


def _own(account: Account, keys: list[str]) -> list[int]:
    """Ids of one's own tracks. Keys of others' tracks are left out, as those of none."""
    found: list[int] = []
    for start in range(0, len(keys), 1_000):
        found += Track.objects.filter(owner=account, key__in=keys[start : start + 1_000]).values_list("pk", flat=True)
    return found


def _shown(drawn: Grid) -> list[dict[str, Any]]:
    return [_cell(square) for square in drawn.squares]


def _cell(square: Square) -> dict[str, Any]:
    decision = square.decision
    return {
        "cell": square.name,
        "allowed": decision.allowed,
        "reason": decision.reason.value,
        "step": decision.reason.step,
        "why": square.why,
        "own": square.own,
        "basis": [{"kind": each.kind.value, "id": each.id, "party": each.party} for each in decision.basis],
    }


def _receipt(act: Act | None) -> dict[str, Any]:
    return {"receipt": receipt_of(act) if act else None}


def _preview(found: Preview) -> dict[str, Any]:
    def turns(some: tuple[Turn, ...]) -> list[dict[str, Any]]:
        return [{"cell": str(turn.cell), "tracks": turn.tracks} for turn in some]

    return {"opens": turns(found.opens), "closes": turns(found.closes), "follows": list(found.follows)}
