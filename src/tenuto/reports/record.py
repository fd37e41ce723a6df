"""The record of what was reported, decided and appealed: each line holds the digest of the one before it.

Whoever has the last digest can tell whether anything before it was changed, left out or put in.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import connection

from tenuto.reports.models import Appeal, Decision, Report, Step
from tenuto.rules.canonical import canonical, digest_words, moment

LOCK = 0x74656E75746F02  # "tenuto", 2: PostgreSQL's advisory lock of whoever writes a line
BEGINNING = digest_words(sha256(b"").digest())


def note_report(report: Report) -> None:
    _add(
        Step(at=report.at, act=Step.Act.REPORTED, kind=report.kind, reason=report.reason, row=report.key), report.words
    )


def note_decision(decision: Decision, *, changed: bool) -> None:
    """`changed`: it was appealed, and the measure is another one now."""
    _add(
        Step(
            at=decision.at,
            act=Step.Act.DECIDED if decision.appeal_id is None else Step.Act.REVIEWED,
            kind=decision.kind,
            measure=decision.measure,
            changed=changed,
            row=decision.key,
            by=decision.by_id,
        ),
        "\n".join([decision.facts, decision.ground, decision.clause]),
    )


def note_appeal(appeal: Appeal) -> None:
    _add(Step(at=appeal.at, act=Step.Act.APPEALED, kind=appeal.decision.kind, row=appeal.key), appeal.words)


def _add(step: Step, said: str) -> None:
    """Within the caller's transaction. Of two at once, one waits until the other has committed, then reads its line.

    Locking the last line would not do: whoever has waited for it holds a line that is the last one no more.
    """
    if connection.vendor == "postgresql":  # SQLite lets one writer in anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Step.objects.order_by("-pk").first()
    step.said = digest_words(sha256(f"{step.row}\n{said}".encode()).digest())
    step.previous = last.digest if last else BEGINNING
    step.digest = digest_of(step)
    step.save(force_insert=True)


def digest_of(step: Step) -> str:
    """The digest of a line as it stands, and so of everything before it."""
    return digest_words(
        sha256(
            canonical(
                {
                    "v": 1,
                    "t": "moderation_step",
                    "at": moment(step.at),
                    "act": str(step.act),
                    "kind": step.kind,
                    "reason": step.reason,
                    "measure": step.measure,
                    "changed": step.changed,
                    "row": step.row,
                    "by": step.by,
                    "said": step.said,
                    "previous": step.previous,
                }
            )
        ).digest()
    )


def first_torn(steps: Iterable[Step], previous: str = BEGINNING) -> Step | None:
    """The first line that does not follow from the one before it; None where all do.

    Args:
        steps: in their order, from the one after the line whose digest is `previous`
    """
    for step in steps:
        if step.previous != previous or step.digest != digest_of(step):
            return step
        previous = step.digest
    return None


def head() -> tuple[int, str, datetime | None]:
    """How many lines there are, the last digest, and when that was."""
    last = Step.objects.order_by("-pk").first()
    return Step.objects.count(), last.digest if last else BEGINNING, last.at if last else None
