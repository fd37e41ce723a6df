"""In which training runs a track was. A run over a whole catalogue has no row for each work: its manifest says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from tenuto.gate.models import Run
from tenuto.gate.words import kept_by_name
from tenuto.ledger.manifests import found_in
from tenuto.ledger.subjects import Subject
from tenuto.ledger.vault import known_keys
from tenuto.rules.cells import Asset, Use
from tenuto.rules.commitments import manifest_key

RUNS_AT_ONCE = 200  # whose manifests are looked into for one page: at one training a day, more than half a year


@dataclass(frozen=True)
class Training:
    """A run in which a track was. Whatever came of it, the track was there to be read."""

    run: Run

    @property
    def job(self) -> str:
        return kept_by_name(self.run.duty)


@dataclass(frozen=True)
class Trainings:
    """What the newest runs show of a track."""

    found: Sequence[Training]
    unknown: int  # runs whose manifest is not on this server
    before: int | None  # where older runs begin, if there are any


def trainings_of(track_id: int, before: int | None = None) -> Trainings:
    """Newest first, among so many runs as one page looks at."""
    runs = Run.objects.filter(use=Use.TRAIN).order_by("-pk")
    if before is not None:
        runs = runs.filter(pk__lt=before)
    some = list(runs[: RUNS_AT_ONCE + 1])
    looked_at, found, unknown = some[:RUNS_AT_ONCE], [], 0
    keys = keys_of([track_id])
    for run in looked_at:
        try:
            if works_in(run, keys):
                found.append(Training(run))
        except FileNotFoundError:
            unknown += 1
    return Trainings(found, unknown, looked_at[-1].pk if len(some) > RUNS_AT_ONCE else None)


def keys_of(track_ids: Sequence[int]) -> dict[Subject, bytes]:
    """The keys under which these tracks stand in manifests, if they stand there."""
    return known_keys([Subject(asset.value, track_id) for track_id in track_ids for asset in Asset])


def works_in(run: Run, keys: dict[Subject, bytes]) -> set[int]:
    """Those of the tracks with these keys that are in the run's manifest. Raises FileNotFoundError without its file."""
    name, assets = bytes.fromhex(run.manifest_id), set(run.assets.split())
    places = {manifest_key(key, name): subject.id for subject, key in keys.items() if subject.kind in assets}
    return {places[place] for place in found_in(bytes.fromhex(run.manifest), places)}
