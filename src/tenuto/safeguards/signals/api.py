"""What everybody may do with a track, for programs: the policy itself, its digest, and what is told in headers."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from tenuto.accounts.callers import anyone
from tenuto.rules.usage_policies import Reach, digest_of
from tenuto.rules.visibility import Surface
from tenuto.safeguards.signals.documents import fresh
from tenuto.safeguards.signals.log import log_of
from tenuto.safeguards.signals.shown import told_of
from tenuto.tracks.access import track_by_key
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Permissions"])


class AnswersShown(Schema):
    """The coarse questions, of the track as a whole: true only where every part of it says yes."""

    train_generative: bool
    train: bool
    mine: bool
    ai_input: bool
    ai_index: bool
    search: bool


class PolicyShown(Schema):
    """One part of the track. `digest` is SHA-256 of `policy` in the form of RFC 8785."""

    asset: str
    digest: str
    answers: AnswersShown
    policy: dict[str, Any]


class StandingShown(Schema):
    """What the log's map of consent says is open in the track at its newest epoch. `proof` is a .tlog-proof file."""

    epoch: int
    at: datetime
    open: list[str]
    entry: int
    proof: str


class LogShown(Schema):
    """Where the public log is. `standing` proves the policy; null while the log's last word is not this policy's.

    `entry` and `proof`, a .tlog-proof file, are of the last entry about the track: for the artist alone.
    """

    page: str
    checkpoint: str
    entry: int | None
    proof: str | None
    standing: StandingShown | None


class PermissionsShown(Schema):
    """What holds at `as_of`, for whoever no licence names. `digest` names all policies together."""

    track: str
    as_of: datetime
    reach: Reach
    digest: str
    answers: AnswersShown
    policies: list[PolicyShown]
    headers: dict[str, str]
    people: str
    licence: str
    tdm_policy: str
    contact: str
    log: LogShown


@router.get(
    "/tracks/{key}/permissions", auth=anyone, response=PermissionsShown, summary="What everybody may do with a track"
)
def read_permissions(request: HttpRequest, key: str, response: HttpResponse) -> dict[str, Any]:
    """Every cell of every part of a track, held or allowed, as the artist decided. A hidden track is missing."""
    at, visitor = timezone.now(), visitor_of(request)
    track, _hearing = track_by_key(visitor, key, Surface.PAGE, at)
    told = told_of(track, at)
    fresh(response, told.policies[0].reach)
    return {
        "track": track.key,
        "as_of": at,
        "reach": told.policies[0].reach,
        "digest": digest_of(told.policies),
        "answers": told.answers._asdict(),
        "policies": [
            {
                "asset": policy.asset.value,
                "digest": policy.digest,
                "answers": policy.answers._asdict(),
                "policy": policy.record,
            }
            for policy in told.policies
        ],
        "headers": dict(told.headers),
        "people": told.addresses.people,
        "licence": told.addresses.licence,
        "tdm_policy": told.addresses.policy,
        "contact": told.addresses.contact,
        "log": log_of(track, told.policies[0], for_owner=visitor.account_id == track.owner_id),
    }
