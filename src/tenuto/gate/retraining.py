"""A model is made again from the list that the log fixed for it, and must come out the same to the last bit.

The works are found by their keys in the list's own file; nobody keeps which they were. Making a model again is a use:
it is decided anew for every work, has a list and an opening of its own in the log, and ends with what came of it there.
So a model in which a work was that has been withdrawn or erased since is made again by nobody, here or elsewhere; what
can be made again is the model that took its place. Nothing that the job writes is kept.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import NotFound, TenutoError
from tenuto.gate import record
from tenuto.gate.attendant import NOTHING, Attendant, NotAskedFor
from tenuto.gate.code import digest_of
from tenuto.gate.decide import judge, ready
from tenuto.gate.door import Answer
from tenuto.gate.duties import Duty, duty_named
from tenuto.gate.forget import model_now
from tenuto.gate.models import Run
from tenuto.gate.rooms import rehearse
from tenuto.gate.seeds import seed_for
from tenuto.ledger.manifests import leaves_of
from tenuto.ledger.vault import every_key
from tenuto.rules.commitments import manifest_key, manifest_value


class NoSuchModel(NotFound):
    advice = _("No job of this name made a model here. `tenuto ledger retrain` names those that did.")


class WorksGone(TenutoError):
    """Not all works of the list may be used again."""

    def __init__(self, run: Run, erased: int, refused: int, without_input: int) -> None:
        self.erased, self.refused, self.without_input = erased, refused, without_input
        super().__init__(
            f"of the {run.works} works in the list of {run.key}, {erased} are erased, {refused} may not be used now, "
            f"and of {without_input} what was read is no longer kept. Nobody can make this model again"
        )


@dataclass(frozen=True)
class Retrained:
    """What came of making a model again."""

    run: Run  # the one that was checked
    check: Run
    digest: str
    same_inputs: bool | None  # None: what went in was not noted then
    same_code: bool

    @property
    def same(self) -> bool:
        return self.digest == self.run.model_digest


def retrain(key: str, at: datetime) -> Retrained:
    """Make the model of this job again and compare. Raises NoSuchModel, WorksGone, and what the job raises."""
    run = Run.objects.filter(key=key, outcome=Run.Outcome.DONE, checks=None).exclude(model_digest="").first()
    duty = duty_named(run.duty) if run else None
    if run is None or duty is None:
        raise NoSuchModel(key)
    works = works_in(run)
    judged = judge(duty, works, at)
    refused = [each for each in judged if not each.admitted]
    without_input = len(works) - len(ready(duty, works))
    if refused or without_input or len(works) != run.works:
        record.write_refusals(duty, refused, at)
        raise WorksGone(run, run.works - len(works), len(refused), without_input)
    check = record.write_check_ahead(duty, run, judged, at)
    attendant = Rehearsal(duty, check, run, works)
    try:
        rehearse(attendant, works)
        attendant.end()
    except Exception as error:
        attendant.end()
        record.close(check, Run.Outcome.FAILED, timezone.now(), words=f"{type(error).__name__}: {error}")
        raise
    found = Retrained(
        run,
        check,
        attendant.made,
        attendant.inputs == run.inputs if run.inputs else None,
        digest_of(duty.purpose) == run.code,
    )
    record.close_check(check, found.digest, found.same, timezone.now())
    return found


def works_in(run: Run) -> list[int]:
    """The works of a run, found again by their keys in its list. One whose keys are erased is found by nobody."""
    leaves, name = leaves_of(bytes.fromhex(run.manifest)), bytes.fromhex(run.manifest_id)
    assets = set(run.assets.split())
    found: dict[int, set[str]] = defaultdict(set)
    for subject, key in every_key():
        if subject.kind in assets and leaves.get(manifest_key(key, name)) == manifest_value(key, name):
            found[subject.id].add(subject.kind)
    return sorted(work for work, kinds in found.items() if kinds == assets)


def models() -> list[tuple[Run, bool]]:
    """The models that were made here, the newest first, and whether each is the one in use."""
    runs = Run.objects.filter(outcome=Run.Outcome.DONE).exclude(model_digest="").order_by("-pk")
    now = {
        duty.name: model_now(duty) for name in set(runs.values_list("duty", flat=True)) if (duty := duty_named(name))
    }
    return [(run, now.get(run.duty) == run.model_digest) for run in runs]


class Rehearsal(Attendant):
    """Serves a run that checks another: the same answers, in the same order, and nothing is written."""

    def __init__(self, duty: Duty, check: Run, of: Run, works: Collection[int]) -> None:
        super().__init__(duty, check)
        self.made = ""
        self._of = of
        self._works = frozenset(works)

    def _still_open(self, works: Any) -> list[int]:
        asked = super()._asked_for(works)
        if any(not each.admitted for each in judge(self.duty, asked, timezone.now())):
            raise NotAskedFor("a work was withdrawn while the model was made again")
        return sorted(set(asked))

    def _admitted(self, works: list[int]) -> set[int]:
        return set(works) & self._works

    def _derive(self, said: dict[str, Any], values: bytes) -> Answer:
        raise NotAskedFor("numbers to be kept, while a model is made again")

    def _made(self, said: dict[str, Any], values: bytes) -> Answer:
        self.made = self._model_said(said)
        return NOTHING

    def _seed(self, said: dict[str, Any], values: bytes) -> Answer:
        return Answer(values=seed_for(self._of))
