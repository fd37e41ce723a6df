"""Forgets what a duty kept of works whose consent was taken back. Exactly: nothing of them is left, and it is shown.

Rows about single works are deleted by their number. What was made of all works at once is made again without them.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tenuto.consent.stances import batches
from tenuto.gate import volumes
from tenuto.gate.duties import Duty
from tenuto.gate.models import Derived, Kept, Run, Step, Withdrawal
from tenuto.ledger.book import Draft, blinded, write
from tenuto.ledger.subjects import Subject
from tenuto.rules.canonical import moment

AT_ONCE = 1_000  # steps in one transaction


def delete_rows(duty: Duty, works: Sequence[int]) -> int:
    """Delete all that the duty keeps of these works, and the numbers that it derived from them. How many rows."""
    gone = 0
    for ids in batches(works):
        for table in duty.keeps:
            gone += table._default_manager.filter(track_id__in=ids).delete()[0]
        if duty.derives:
            gone += Derived.objects.filter(kind=duty.derives, track_id__in=ids).delete()[0]
        for table, column in duty.names:
            gone += table._default_manager.filter(**{f"{column}__in": ids}).delete()[0]
    if duty.shelves and volumes.held(duty.shelves, works):
        gone += volumes.erase(duty, works)
    return gone


def finish(duty: Duty, steps: Sequence[int], at: datetime, run: Run | None = None, before: str = "") -> None:
    """These steps are done: write it into the log and the rows, so many in one transaction. Twice is once.

    `run` made the model again, and `before` is what it replaced; a work that was opened anew may be in it.
    """
    for start in range(0, len(steps), AT_ONCE):
        with transaction.atomic(durable=True):
            _finish(duty, steps[start : start + AT_ONCE], at, run, before)


def _finish(duty: Duty, ids: Sequence[int], at: datetime, run: Run | None, before: str) -> None:
    still = Step.objects.select_for_update(of=("self",)).filter(pk__in=ids, done_at=None)
    steps = list(still.select_related("withdrawal").order_by("pk"))
    works = [step.withdrawal.track_id for step in steps]
    kept = Kept.objects.filter(duty=duty.name, track_id__in=works).exclude(run=run)
    # The last model that read a work, by its own run: another may have been made since, by a run that was killed.
    had_read = {work: digest for work, digest in kept.values_list("track_id", "run__model_digest") if digest}
    for step in steps:
        step.model_before = had_read.get(step.withdrawal.track_id, before)
        step.model_after = run.model_digest if run else ""
        step.done_at = at
    for step, entry in zip(steps, write([_forgotten(duty, step, at) for step in steps]), strict=True):
        step.entry = entry
    Step.objects.bulk_update(steps, ["entry", "done_at", "model_before", "model_after"], batch_size=500)
    kept.delete()
    whole = Withdrawal.objects.filter(pk__in={step.withdrawal_id for step in steps}, done_at=None)
    whole.exclude(steps__done_at=None).update(done_at=at)


def open_steps(duty: Duty) -> list[int]:
    """What is still to be forgotten, the oldest first: all that leaves a model, or so many single works."""
    waiting = Step.objects.filter(duty=duty.name, done_at=None).order_by("withdrawal__began_at", "pk")
    return list(waiting.values_list("pk", flat=True)[: AT_ONCE if duty.each else None])


def works_of(steps: Sequence[int]) -> list[int]:
    """Of which works these steps are."""
    return list(Step.objects.filter(pk__in=steps).values_list("withdrawal__track_id", flat=True))


def model_now(duty: Duty) -> str:
    """The digest of the model that the duty's last finished run made."""
    made = Run.objects.filter(duty=duty.name, outcome=Run.Outcome.DONE).exclude(model_digest="")
    return made.order_by("-pk").values_list("model_digest", flat=True).first() or ""


def _forgotten(duty: Duty, step: Step, at: datetime) -> Draft:
    before, after = step.model_before, step.model_after
    body: dict[str, object] = {
        "v": 1,
        "t": "forgotten",
        "ts": moment(at),
        "name": duty.name,
        "model": duty.model,
        "before": f"sha256:{before}" if before else None,
        "after": f"sha256:{after}" if after else None,
    }
    return blinded(Subject(duty.assets[0].value, step.withdrawal.track_id), body)
