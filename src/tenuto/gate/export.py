"""What the gate puts into somebody's copy of everything: each time AI asked for a track, each training it was in."""

from collections.abc import Iterator
from typing import Any

from tenuto.accounts.export import Item, Words, as_json_lines, contributes
from tenuto.accounts.models import Account
from tenuto.gate.models import Passage, Run
from tenuto.gate.trainings import keys_of, works_in
from tenuto.rules.cells import Use
from tenuto.tracks.models import Track


@contributes
def uses(account: Account) -> Iterator[Item]:
    """One use or refusal a line, track by track; and one training run a line, with the tracks that were in it."""
    for name, lines in (("uses", _lines(account)), ("training", _trainings(account))):
        first = next(lines, None)
        if first is not None:
            yield Words(f"ai/{name}.jsonl", as_json_lines(_with(first, lines)))


def _lines(account: Account) -> Iterator[dict[str, Any]]:
    for track_id, key in Track.objects.filter(owner=account).order_by("pk").values_list("pk", "key").iterator():
        for passage in Passage.objects.filter(track_id=track_id).select_related("run").order_by("pk"):
            yield {
                "track": key,
                "cell": f"{passage.asset}/{passage.purpose}/{passage.use}",
                "allowed": passage.allowed,
                "reason": passage.reason,
                "basis": [[kind, number] for kind, number, _party in passage.basis],
                "job": passage.duty,
                "run": passage.run.key if passage.run else None,
                "entry": passage.entry,
                "at": passage.at.isoformat(),
                "first_read_at": passage.handed_at.isoformat() if passage.handed_at else None,
            }


def _trainings(account: Account) -> Iterator[dict[str, Any]]:
    """Of a run whose manifest is not on this server it is not known which tracks were in it: they are null."""
    names = dict(Track.objects.filter(owner=account).values_list("pk", "key"))
    if not names:
        return
    keys = keys_of(list(names))
    for run in Run.objects.filter(use=Use.TRAIN).order_by("pk").iterator():
        try:
            works: set[int] | None = works_in(run, keys)
        except FileNotFoundError:
            works = None
        if works is None or works:
            yield {
                "tracks": None if works is None else sorted(names[work] for work in works),
                "job": run.duty,
                "run": run.key,
                "model": run.model,
                "model_digest": run.model_digest or None,
                "outcome": run.outcome,
                "entry": run.entry,
                "at": run.opened_at.isoformat(),
                "closed_at": run.closed_at.isoformat() if run.closed_at else None,
            }


def _with(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest
