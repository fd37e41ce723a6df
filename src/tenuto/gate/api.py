"""The gate through the HTTP API: what AI keeps of one's track, each time it was used, what was taken back."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tenuto.accounts.callers import account_calling, member
from tenuto.gate.shown import PAGE_SIZE, Shown, kept_of, taken_back, uses_of
from tenuto.gate.trainings import trainings_of
from tenuto.tracks.access import own_track

router = Router(tags=["AI uses"])


class UseShown(Schema):
    """One time that something was asked of a track. `entry` is its place in the log; `first_read_at` never before."""

    cell: str
    allowed: bool
    reason: str
    why: str
    job: str
    run: str | None
    entry: int
    at: datetime
    first_read_at: datetime | None


class UsesShown(Schema):
    """Newest first. `before`, where there is more, asks for what is older."""

    uses: list[UseShown]
    before: int | None


class TrainingShown(Schema):
    """A training run in which a track was. `entry`: where the log says so, with the manifest of what might be read."""

    job: str
    run: str
    model: str
    model_digest: str | None
    outcome: str
    manifest: str
    entry: int
    at: datetime
    closed_at: datetime | None


class TrainingsShown(Schema):
    """Newest first. `unknown`: runs whose manifest is not here. `before`, where there are more, asks for older ones."""

    trainings: list[TrainingShown]
    unknown: int
    before: int | None


class KeptShown(Schema):
    """Something that is kept of a track, by which job, and in which run it was last read."""

    job: str
    since: datetime
    run: str
    manifest: str
    model: str
    model_digest: str


class StepShown(Schema):
    job: str
    done_at: datetime | None
    model_before: str
    model_after: str
    entry: int | None


class WithdrawalShown(Schema):
    """What was taken back, step by step. Done when every step is."""

    why: str
    began_at: datetime
    done_at: datetime | None
    steps: list[StepShown]


@router.get("/me/tracks/{key}/uses", response=UsesShown, auth=member, summary="Each time AI asked for your track")
def show_uses(request: HttpRequest, key: str, before: int | None = None) -> dict[str, Any]:
    track = own_track(account_calling(request), key)
    found = uses_of(track.pk, before)
    older = found[PAGE_SIZE - 1].passage.pk if len(found) > PAGE_SIZE else None
    return {"uses": [_use(shown) for shown in found[:PAGE_SIZE]], "before": older}


@router.get(
    "/me/tracks/{key}/trainings", response=TrainingsShown, auth=member, summary="Training runs that your track was in"
)
def show_trainings(request: HttpRequest, key: str, before: int | None = None) -> dict[str, Any]:
    track = own_track(account_calling(request), key)
    shown = trainings_of(track.pk, before)
    trainings = [
        {
            "job": each.run.duty,
            "run": each.run.key,
            "model": each.run.model,
            "model_digest": each.run.model_digest or None,
            "outcome": each.run.outcome,
            "manifest": each.run.manifest,
            "entry": each.run.entry,
            "at": each.run.opened_at,
            "closed_at": each.run.closed_at,
        }
        for each in shown.found
    ]
    return {"trainings": trainings, "unknown": shown.unknown, "before": shown.before}


@router.get("/me/tracks/{key}/kept", response=list[KeptShown], auth=member, summary="What AI keeps of your track")
def show_kept(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    track = own_track(account_calling(request), key)
    return [
        {
            "job": kept.duty,
            "since": kept.since,
            "run": kept.run.key,
            "manifest": kept.run.manifest,
            "model": kept.run.model,
            "model_digest": kept.run.model_digest,
        }
        for kept in kept_of(track.pk)
    ]


@router.get(
    "/me/tracks/{key}/withdrawals", response=list[WithdrawalShown], auth=member, summary="What you took back of a track"
)
def show_withdrawals(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    track = own_track(account_calling(request), key)
    return [
        {
            "why": one.withdrawal.why,
            "began_at": one.withdrawal.began_at,
            "done_at": one.withdrawal.done_at,
            "steps": [
                {
                    "job": part.step.duty,
                    "done_at": part.step.done_at,
                    "model_before": part.step.model_before,
                    "model_after": part.step.model_after,
                    "entry": part.step.entry,
                }
                for part in one.steps
            ],
        }
        for one in taken_back(track.pk)
    ]


def _use(shown: Shown) -> dict[str, Any]:
    passage = shown.passage
    return {
        "cell": str(shown.cell),
        "allowed": passage.allowed,
        "reason": passage.reason,
        "why": shown.why,
        "job": passage.duty,
        "run": passage.run.key if passage.run else None,
        "entry": passage.entry,
        "at": passage.at,
        "first_read_at": passage.handed_at,
    }
