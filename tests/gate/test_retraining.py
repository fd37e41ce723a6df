"""A model is made again from its list and is the same to the last bit, or it is said why not."""

from argparse import Namespace
from dataclasses import replace
from hashlib import sha256
from io import StringIO

import pytest
from django.test import TestCase
from django.utils import timezone
from rich.console import Console

from tenuto.ai.organisation.models import TagModelRow
from tenuto.consent.answer import answer
from tenuto.consent.models import Act
from tenuto.gate.attendant import Attendant, NotAskedFor
from tenuto.gate.door import Door
from tenuto.gate.duties import _duties, duty_named
from tenuto.gate.forget import model_now
from tenuto.gate.journey import go
from tenuto.gate.models import Kept, Run
from tenuto.gate.retraining import NoSuchModel, WorksGone, models, retrain, works_in
from tenuto.gate.seeds import NoSeed, seed_for
from tenuto.ledger import keys, logs, trust, vault
from tenuto.ledger.models import Entry, Log
from tenuto.ledger.subjects import Subject
from tenuto.rules.canonical import parsed
from tenuto.rules.commitments import PUBLIC
from tenuto.rules.cosignatures import cosigned
from tenuto.rules.notes import Note
from tenuto.rules.policies import Policy, Witness
from tenuto.rules.seeds import seed_of, size_after
from tenuto.server.ledger import run as run_step
from tenuto.tracks.models import Track
from tests.consent.answering import allow, hold
from tests.gate.taught import learn, taught
from tests.gate.working import WORDS
from tests.rules.trees import mth

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks() -> list[Track]:
    logs.open_log()
    return taught()


def made() -> Run:
    """A model of all that is allowed now."""
    run = go(learn(), timezone.now())
    assert run is not None
    run.refresh_from_db()
    return run


def said(entry: int | None) -> dict[str, object]:
    assert entry is not None
    return parsed(bytes(Entry.objects.get(index=entry).leaf)[1:])


def withdrawn(track: Track) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer(track.owner, [track.pk], hold(WORDS), Act.How.PAGE, at=timezone.now())


def test_it_comes_out_the_same_and_changes_nothing_but_the_log(tracks: list[Track]) -> None:
    """Every model that we ship can be made again from its logged list, and anybody can read what came of it."""
    run = made()
    before = TagModelRow.objects.values().get(), list(Kept.objects.order_by("pk").values())
    assert TagModelRow.objects.get().tags, "nothing was learned, so nothing is compared"
    found = retrain(run.key, timezone.now())
    assert found.same
    assert found.same_inputs
    assert found.same_code
    assert (TagModelRow.objects.values().get(), list(Kept.objects.order_by("pk").values())) == before
    opened, closed = said(found.check.entry), said(Run.objects.get(pk=found.check.pk).close_entry)
    assert opened["checks"] == closed["checks"] == run.key
    assert opened["manifest"] != said(run.entry)["manifest"], "nobody can tell that the same works were read"
    assert (closed["digest"], closed["same"]) == (f"sha256:{run.model_digest}", True)
    assert model_now(learn()) == run.model_digest
    assert [(one.key, in_use) for one, in_use in models()] == [(run.key, True)]


def test_an_older_model_is_made_again_and_the_newer_stays_in_use(tracks: list[Track]) -> None:
    withdrawn(tracks[0])
    older = made()
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer(tracks[0].owner, [tracks[0].pk], allow(WORDS), Act.How.PAGE, at=timezone.now())
    newer = made()
    assert newer.model_digest != older.model_digest
    assert retrain(older.key, timezone.now()).same
    assert TagModelRow.objects.get().digest == newer.model_digest


def test_what_went_in_was_changed_since_and_that_is_said(tracks: list[Track]) -> None:
    run = made()
    Track.objects.filter(pk=tracks[0].pk).update(tags=["something else"])
    found = retrain(run.key, timezone.now())
    assert (found.same, found.same_inputs, found.same_code) == (False, False, True)
    assert said(Run.objects.get(pk=found.check.pk).close_entry)["same"] is False
    assert TagModelRow.objects.get().digest == run.model_digest


def test_a_model_with_a_work_that_was_withdrawn_since_is_made_by_nobody(tracks: list[Track]) -> None:
    """Not even to check what was done with it: a withdrawn work is not read again."""
    run = made()
    withdrawn(tracks[3])
    opened = Run.objects.count()
    with pytest.raises(WorksGone) as gone:
        retrain(run.key, timezone.now())
    assert (gone.value.erased, gone.value.refused, gone.value.without_input) == (0, 1, 0)
    assert Run.objects.count() == opened
    assert retrain(made().key, timezone.now()).same, "the model that took its place"


def test_a_work_whose_keys_are_erased_is_found_in_the_list_by_nobody(tracks: list[Track]) -> None:
    run = made()
    assert works_in(run) == sorted(track.pk for track in tracks)
    vault.erase([Subject(kind, tracks[5].pk) for kind in ("recording", "metadata")])
    assert works_in(run) == sorted(track.pk for track in tracks if track != tracks[5])
    with pytest.raises(WorksGone, match="1 are erased"):
        retrain(run.key, timezone.now())


def typed(*words: str) -> tuple[int, str]:
    """`tenuto ledger retrain …`: its status, and what it says."""
    said = StringIO()
    job = words[0] if words else None
    status = run_step(Namespace(step="retrain", job=job), Console(file=said, width=300))
    return status, said.getvalue()


def test_the_operator_is_told_which_models_there_are_and_what_came_of_one(tracks: list[Track]) -> None:
    run = made()
    status, words = typed()
    assert status == 0
    assert words.startswith(f"{run.key}  tag model of {len(tracks)} works, ")
    assert words.endswith(", in use\n")
    status, words = typed(run.key)
    assert status == 0
    assert words.count(f"sha256:{run.model_digest}") == 2
    assert "The same, to the last bit." in words
    Track.objects.filter(pk=tracks[0].pk).update(tags=["something else"])
    status, words = typed(run.key)
    assert status == 1
    assert "NOT the same." in words
    assert "What went in is not what went in then" in words
    withdrawn(tracks[1])
    status, words = typed(run.key)
    assert status == 1
    assert f"of the {len(tracks)} works in the list of {run.key}, 0 are erased, 1 may not be used now" in words
    assert typed("nothing")[0] == 1


@pytest.mark.parametrize("key", ["nothing", ""])
def test_what_made_no_model_is_not_found(tracks: list[Track], key: str) -> None:
    made()
    with pytest.raises(NoSuchModel):
        retrain(key, timezone.now())
    described = Run.objects.get(duty="organisation.describe")
    with pytest.raises(NoSuchModel):
        retrain(described.key, timezone.now())


def test_the_seed_comes_from_the_log_after_the_list_was_fixed(tracks: list[Track]) -> None:
    """Nobody can try lists of works until the lots fall well: the lots are drawn from what the log became later."""
    run = made()
    log = logs.open_log()
    assert log.size == 0, "the list was fixed before anything was signed"
    seed = Attendant(learn(), run).ask("seed", {}).values
    log.refresh_from_db()
    size = size_after(run.entry)
    assert run.entry < size <= log.size
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("index").values_list("leaf", flat=True)[:size]]
    assert seed == seed_of(bytes.fromhex(run.manifest), mth(leaves))
    assert seed == Attendant(learn(), run).ask("seed", {}).values
    assert seed != Attendant(learn(), made()).ask("seed", {}).values


def test_lots_are_drawn_when_the_quorum_has_cosigned_and_the_log_says_at_which_size(tracks: list[Track]) -> None:
    """What was cosigned cannot become otherwise: nobody can begin the log anew until the lots fall well."""
    run, witness = made(), keys.of_witness("near.example/witness")
    Attendant(learn(), run).ask("seed", {})
    assert drawings() == [None], "nobody is chosen"
    trust.choose(Policy("near", witnesses={"near": Witness("near", witness.key, None)}))
    with pytest.raises(NoSeed):
        Attendant(learn(), run).ask("seed", {})
    assert drawings() == [None]
    log = logs.open_log()
    log.refresh_from_db()
    head = Note.parse(bytes(log.note))
    Log.objects.update(witnessed=bytes(head.signed_with(cosigned(head.text, 1, witness.key, witness.sign))))
    attendant = Attendant(learn(), run)
    assert attendant.ask("seed", {}).values == attendant.ask("seed", {}).values == seed_for(run)
    assert drawings() == [None, log.size]


def drawings() -> list[object]:
    """What the log's records say of lots, in their order."""
    leaves = [bytes(leaf) for leaf in Entry.objects.filter(tag=None).order_by("index").values_list("leaf", flat=True)]
    records = [parsed(leaf[1:]) for leaf in leaves if leaf[:1] == PUBLIC]
    return [record["cosigned"] for record in records if record["t"] == "job.seed"]


def test_a_job_that_drew_lots_draws_the_same_again(tracks: list[Track], monkeypatch: pytest.MonkeyPatch) -> None:
    def lottery(door: Door) -> None:
        door.made("lottery", sha256(door.seed()).hexdigest())

    duty = replace(learn(), name="organisation.lottery", work=lottery, keeps=(), model="lottery")
    monkeypatch.setitem(_duties, duty.name, duty)
    runs = [go(duty, timezone.now()) for _ in range(2)]
    drawn = [Run.objects.get(pk=run.pk) for run in runs if run]
    assert len({run.model_digest for run in drawn}) == 2
    for run in drawn:
        assert retrain(run.key, timezone.now()).same


def test_only_a_job_that_makes_a_model_draws_lots(tracks: list[Track]) -> None:
    describe = duty_named("organisation.describe")
    assert describe is not None
    with pytest.raises(NotAskedFor):
        Attendant(describe, Run.objects.get(duty=describe.name)).ask("seed", {})
