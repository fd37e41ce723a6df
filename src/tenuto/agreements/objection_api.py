"""Objections and disputes through the HTTP API: raised, withdrawn, accepted, contested. Staff decide on their desk."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from tenuto.accounts.callers import account_calling, member
from tenuto.agreements.api import CellName
from tenuto.agreements.claims import standing_objections
from tenuto.agreements.disputes import contest, contest_agreement, dispute_of, withdraw_dispute
from tenuto.agreements.models import Agreement, Dispute, Objection
from tenuto.agreements.objections import accept, object_to, objection_of, objections_by, withdraw
from tenuto.agreements.reach import agreements_on
from tenuto.rules.cells import cell_named
from tenuto.rules.visibility import Surface
from tenuto.tracks.access import own_track, track_by_key
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Objections"])

Words = Annotated[str, Field(max_length=2000)]


class ObjectionAsked(Schema):
    """Without `cells`, everything that the service can do without is held."""

    role: Objection.Role
    words: Words
    cells: list[CellName] = Field(default=[], max_length=300)


class ObjectionShown(Schema):
    key: str
    track: str
    by: str | None
    role: str
    words: str
    cells: list[str]
    at: datetime
    holds: bool
    accepted: bool
    dispute: str | None


class DisputeShown(Schema):
    """`agreement` is the key of the agreement that is said to reach the track by mistake."""

    key: str
    track: str
    objection: str | None
    agreement: str | None
    words: str
    at: datetime
    outcome: str | None
    reasons: str
    resolved_at: datetime | None


class WordsAsked(Schema):
    words: Words


class AgreementContested(WordsAsked):
    agreement: str = Field(max_length=12)


class AgreementClaim(Schema):
    """An agreement that covers a track; `own`: you signed it."""

    agreement: str
    organisation: str
    own: bool


class ClaimsShown(Schema):
    agreements: list[AgreementClaim]
    objections: list[ObjectionShown]
    disputes: list[DisputeShown]


@router.get("/tracks/{key}/claims", response=ClaimsShown, auth=member, summary="What others say about your track")
def list_claims(request: HttpRequest, key: str) -> dict[str, Any]:
    track = own_track(account_calling(request), key)
    ids = [claim.id for claim in agreements_on([track.pk], timezone.now()).get(track.pk, ())]
    covering = Agreement.objects.filter(pk__in=ids).select_related("organisation")
    disputes = Dispute.objects.filter(track=track).select_related("track", "objection", "agreement", "resolution")
    return {
        "agreements": [
            {"agreement": one.key, "organisation": one.organisation.name, "own": one.artist_id == track.owner_id}
            for one in covering
        ],
        "objections": _objections(Objection.objects.filter(track=track)),
        "disputes": [_dispute(one) for one in disputes],
    }


@router.post("/tracks/{key}/objections", response={201: ObjectionShown}, auth=member, summary="Object to a track")
def raise_objection(request: HttpRequest, key: str, asked: ObjectionAsked) -> Status[dict[str, Any]]:
    """For co-writers, performers and others with rights in it. It holds at once."""
    now = timezone.now()
    track, _hearing = track_by_key(visitor_of(request), key, Surface.PAGE, now)
    cells = frozenset(map(cell_named, asked.cells))
    made = object_to(track, asked.role, cells, asked.words, by=account_calling(request), at=now)
    return Status(201, _objection_at(made.pk))


@router.get("/me/objections", response=list[ObjectionShown], auth=member, summary="Objections that you raised")
def my_objections(request: HttpRequest) -> list[dict[str, Any]]:
    return _objections(objections_by(account_calling(request)))


@router.get("/objections/{key}", response=ObjectionShown, auth=member, summary="One objection")
def read_objection(request: HttpRequest, key: str) -> dict[str, Any]:
    return _objection_at(objection_of(account_calling(request), key).pk)


@router.delete("/objections/{key}", response=ObjectionShown, auth=member, summary="Withdraw your objection")
def withdraw_objection(request: HttpRequest, key: str) -> dict[str, Any]:
    account = account_calling(request)
    objection = objection_of(account, key)
    withdraw(objection, by=account, at=timezone.now())
    return _objection_at(objection.pk)


@router.put("/objections/{key}/acceptance", response=ObjectionShown, auth=member, summary="Accept an objection")
def accept_objection(request: HttpRequest, key: str) -> dict[str, Any]:
    account = account_calling(request)
    objection = objection_of(account, key)
    accept(objection, by=account, at=timezone.now())
    return _objection_at(objection.pk)


@router.post("/objections/{key}/dispute", response={201: DisputeShown}, auth=member, summary="Contest an objection")
def contest_objection(request: HttpRequest, key: str, asked: WordsAsked) -> Status[dict[str, Any]]:
    """Everything in the track is held until staff have decided."""
    account = account_calling(request)
    made = contest(objection_of(account, key), asked.words, by=account, at=timezone.now())
    return Status(201, _dispute(dispute_of(account, made.key)))


@router.post(
    "/tracks/{key}/disputes", response={201: DisputeShown}, auth=member, summary="Contest that an agreement reaches it"
)
def contest_reach(request: HttpRequest, key: str, asked: AgreementContested) -> Status[dict[str, Any]]:
    """Everything in the track is held until staff have decided."""
    account = account_calling(request)
    made = contest_agreement(own_track(account, key), asked.agreement, asked.words, by=account, at=timezone.now())
    return Status(201, _dispute(dispute_of(account, made.key)))


@router.get("/disputes/{key}", response=DisputeShown, auth=member, summary="One dispute")
def read_dispute(request: HttpRequest, key: str) -> dict[str, Any]:
    return _dispute(dispute_of(account_calling(request), key))


@router.delete("/disputes/{key}", response=DisputeShown, auth=member, summary="Contest it no longer")
def settle_dispute(request: HttpRequest, key: str) -> dict[str, Any]:
    account = account_calling(request)
    withdraw_dispute(dispute_of(account, key), by=account, at=timezone.now())
    return _dispute(dispute_of(account, key))


def _objection_at(pk: int) -> dict[str, Any]:
    return _objections(Objection.objects.filter(pk=pk))[0]


def _objections(some: QuerySet[Objection]) -> list[dict[str, Any]]:
    found = list(some.select_related("track", "account", "acceptance", "dispute")[:200])
    holds = set(standing_objections().filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    return [_objection(one, one.pk in holds) for one in found]


def _objection(one: Objection, holds: bool) -> dict[str, Any]:
    dispute: Dispute | None = getattr(one, "dispute", None)
    return {
        "key": one.key,
        "track": one.track.key,
        "by": one.account.username if one.account else None,
        "role": one.role,
        "words": one.words,
        "cells": one.cells,
        "at": one.at,
        "holds": holds,
        "accepted": hasattr(one, "acceptance"),
        "dispute": dispute.key if dispute else None,
    }


def _dispute(one: Dispute) -> dict[str, Any]:
    resolution = getattr(one, "resolution", None)
    return {
        "key": one.key,
        "track": one.track.key,
        "objection": one.objection.key if one.objection else None,
        "agreement": one.agreement.key if one.agreement else None,
        "words": one.words,
        "at": one.at,
        "outcome": resolution.outcome if resolution else None,
        "reasons": resolution.reasons if resolution else "",
        "resolved_at": resolution.at if resolution else None,
    }
