"""Which models a track is in, and which it is not in, with the proofs from their lists."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from tenuto.gate.models import Run
from tenuto.ledger.manifests import leaves_of
from tenuto.ledger.subjects import Subject
from tenuto.rules.commitments import manifest_key
from tenuto.rules.manifest_proofs import ManifestProof
from tenuto.rules.manifests import Manifest

MOST_MODELS = 20  # on a page; each has replaced the one before it


class Where(Enum):
    """How a track stands to a model."""

    OUT = "out"
    IN = "in"
    YOUNGER = "younger"  # its key came on record only after the model's list was fixed
    UNKNOWN = "unknown"  # the list is not on this server


@dataclass(frozen=True)
class Shown:
    """One asset, and what the list shows of it."""

    subject: Subject
    proof: ManifestProof
    is_in: bool


@dataclass(frozen=True)
class Model:
    """A model that was made, and how one track stands to it."""

    run: Run
    where: Where
    shown: tuple[Shown, ...] = ()

    @property
    def places(self) -> int:
        """How many works the list may have at most: it is filled up, so that nobody learns how many there were."""
        return len(tree_of(self.run.manifest)) if self.shown else 0


def made(most: int | None = MOST_MODELS, before: int | None = None) -> list[Run]:
    """The models that were made here, the newest first; those made before a run, where one is named."""
    done = Run.objects.filter(outcome=Run.Outcome.DONE).exclude(model_digest="")
    if before is not None:
        done = done.filter(pk__lt=before)
    return list(done.order_by("-pk")[:most])


def of_track(
    track_id: int, runs: Sequence[Run], keys: dict[Subject, bytes], registered: dict[Subject, int]
) -> Iterator[Model]:
    """How a track stands to each of these models."""
    for run in runs:
        subjects = [Subject(asset, track_id) for asset in run.assets.split()]
        try:
            shown = tuple(_shown(run, subject, keys[subject]) for subject in subjects if subject in keys)
        except FileNotFoundError:
            yield Model(run, Where.UNKNOWN)
            continue
        if any(one.is_in for one in shown):
            yield Model(run, Where.IN, shown)
        elif all(registered.get(subject, run.entry) < run.entry for subject in subjects):
            yield Model(run, Where.OUT, shown)
        else:  # that a key which came later is not in the list would prove nothing
            yield Model(run, Where.YOUNGER)


def assets_of(runs: Collection[Run]) -> set[str]:
    return {asset for run in runs for asset in run.assets.split()}


def _shown(run: Run, subject: Subject, key: bytes) -> Shown:
    place = manifest_key(key, bytes.fromhex(run.manifest_id))
    proof = tree_of(run.manifest).prove(place)
    return Shown(subject, proof, proof.found is not None and proof.found[0] == place)


@lru_cache(maxsize=MOST_MODELS)  # a list never changes; one of a million works takes seconds to build
def tree_of(root: str) -> Manifest:
    """The list under this root. Raises FileNotFoundError where its file is not here."""
    return Manifest(leaves_of(bytes.fromhex(root)))
