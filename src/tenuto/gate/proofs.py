"""What an artist's browser needs to check a page of the ledger by itself: openings, keys, and proofs from lists.

Hashes it fetches from the public log. It holds the keys of the works, so it goes to nobody but their artist.
"""

from collections.abc import Sequence
from typing import Any

from tenuto.consent.standing import proofs_of as map_proofs
from tenuto.gate.absences import Model
from tenuto.gate.lines import Line
from tenuto.gate.standing import State
from tenuto.ledger import logs
from tenuto.ledger.book import Opened, openings, registered
from tenuto.ledger.models import Entry, Log
from tenuto.ledger.proving import shown
from tenuto.ledger.subjects import Subject
from tenuto.ledger.vault import known_keys
from tenuto.rules.lines import encoded
from tenuto.rules.openings import shown_public

Place = dict[str, Any]


def proofs_of(lines: Sequence[Line], models: Sequence[Model], states: Sequence[State] = ()) -> dict[str, Any]:
    """As JSON. An entry that is not signed yet has its place already."""
    subjects = {subject for line in lines for subject in line.subjects}
    subjects |= {one.subject for model in models for one in model.shown}
    subjects |= {state.subject for state in states}
    keys = known_keys(subjects)
    begun = registered(keys)
    wanted = {line.entry for line in lines} | set(begun.values())
    opened = {each.index: each for each in openings(keys, among=wanted)}
    found = _Places()
    numbers = {subject: number for number, subject in enumerate(sorted(keys))}
    return {
        "v": 1,
        "t": "proofs",
        "assets": [_asset(subject, keys[subject], begun, opened, found) for subject in numbers],
        "entries": [
            {"asset": numbers[each.subject], **found.of(each, keys[each.subject])}
            for line in lines
            if (each := opened.get(line.entry)) is not None
        ],
        "models": _models(models, numbers, found),
        "states": _states(states, keys, numbers, found),
    }


class _Places:
    """Where entries stand: in which log, and at which place of it."""

    def __init__(self) -> None:
        self._logs = sorted(Log.objects.all(), key=lambda log: -log.offset)

    def at(self, index: int) -> Place:
        log = next((log for log in self._logs if log.offset <= index), None)
        prefix, offset = (logs.prefix_of(log), log.offset) if log else ("/log/", 0)
        return {"index": index, "log": prefix, "place": index - offset}

    def of(self, opened: Opened, key: bytes) -> Place:
        return self.at(opened.index) | {"opening": shown(opened, key).decode()}


def _asset(
    subject: Subject, key: bytes, begun: dict[Subject, int], opened: dict[int, Opened], found: _Places
) -> dict[str, Any]:
    first = opened.get(begun.get(subject, -1))
    return {
        "kind": subject.kind,
        "track": subject.id,
        "key": key.hex(),
        "registration": found.of(first, key) if first else None,
    }


def _models(models: Sequence[Model], numbers: dict[Subject, int], found: _Places) -> list[dict[str, Any]]:
    proved = [model for model in models if model.shown]
    records = _public([model.run.entry for model in proved])
    return [
        {
            "run": model.run.key,
            **found.at(model.run.entry),
            "opening": records[model.run.entry],
            "shows": [{"asset": numbers[one.subject], "proof": encoded(bytes(one.proof))} for one in model.shown],
        }
        for model in proved
    ]


def _states(
    states: Sequence[State], keys: dict[Subject, bytes], numbers: dict[Subject, int], found: _Places
) -> list[dict[str, Any]]:
    known = [state for state in states if state.subject in keys]
    records = _public([epoch.entry for state in known for epoch in state.epochs])
    proofs = iter(map_proofs([(epoch, keys[state.subject]) for state in known for epoch in state.epochs]))
    return [
        {
            "asset": numbers[state.subject],
            "epoch": state.first.number,
            "open": list(state.words),
            "shows": [
                {
                    "epoch": epoch.number,
                    **found.at(epoch.entry),
                    "opening": records[epoch.entry],
                    "proof": encoded(bytes(next(proofs))),
                }
                for epoch in state.epochs
            ],
        }
        for state in known
    ]


def _public(entries: Sequence[int]) -> dict[int, str]:
    """What opens these entries, which are public records."""
    leaves = Entry.objects.filter(index__in=entries).values_list("index", "leaf")
    return {index: shown_public(bytes(leaf)[1:]).decode() for index, leaf in leaves}
