"""What the gate writes before anything is handed over, and after. In the log's final form, in one transaction each.

`durable`: such a transaction is never part of another that might be undone. No entry, no use.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tenuto.agreements.among import among
from tenuto.consent.entries import entries_of
from tenuto.consent.masks import as_digits
from tenuto.gate.code import digest_of
from tenuto.gate.decide import Judged, judge
from tenuto.gate.duties import Duty
from tenuto.gate.models import Kept, Passage, Run
from tenuto.ledger import vault
from tenuto.ledger.book import Draft, blinded, hold, public, write
from tenuto.ledger.manifests import Manifest, drop, keep, prepare
from tenuto.ledger.subjects import Subject
from tenuto.rules.canonical import moment
from tenuto.rules.cells import Cell
from tenuto.rules.consent import Decision, Reason
from tenuto.rules.records import Record
from tenuto.rules.stencils import Stencil

AT_ONCE = 1_000

Rests = Mapping[tuple[int, Record], int]  # where the acts stand that decisions rest on


def write_ahead(duty: Duty, admitted: Sequence[Judged], at: datetime, waiting: bool = False) -> Run | None:
    """The run, its manifest and every use of a single work, durable when this returns.

    The list is computed while others write. Then the works are judged once more, in the transaction that stores it:
    if one is no longer open, nothing is stored and None is returned. With `waiting`, everybody else waits while the
    list is computed, and what is no longer open is left out; None if that was all there was.
    """
    run = _begun(duty, at)
    if waiting:
        vault.keys_of(_subjects(duty, admitted))  # made now where there are none: not while others wait
        with transaction.atomic(durable=True):
            judged = _judged_again(duty, admitted, at)
            _refuse(duty, [each for each in judged if not each.admitted], at)
            left = [each for each in judged if each.admitted]
            if duty.each and not left:
                return None
            _store(duty, run, left, prepare(_subjects(duty, left), _header(run, at)), at)
        return run
    manifest = prepare(_subjects(duty, admitted), _header(run, at))
    with transaction.atomic(durable=True):
        judged = _judged_again(duty, admitted, at)
        if all(each.admitted for each in judged):
            _store(duty, run, judged, manifest, at)
            return run
    drop(manifest)
    return None


def _begun(duty: Duty, at: datetime) -> Run:
    return Run(
        duty=duty.name,
        purpose=duty.purpose,
        use=duty.use,
        assets=" ".join(duty.assets),
        code=digest_of(duty.purpose),
        model=duty.model,
        opened_at=at,
    )


def _subjects(duty: Duty, admitted: Sequence[Judged]) -> list[Subject]:
    return [Subject(asset.value, each.work) for each in admitted for asset in duty.assets]


def _judged_again(duty: Duty, admitted: Sequence[Judged], at: datetime) -> list[Judged]:
    """What is decided of these works now, when nobody else can write before we have: no answer comes in between."""
    hold()
    return judge(duty, [each.work for each in admitted], max(at, timezone.now()))


def _store(duty: Duty, run: Run, admitted: Sequence[Judged], manifest: Manifest, at: datetime) -> None:
    _close_what_was_lost(duty, at)
    run.works = len(admitted)
    uses: list[Draft] = []
    if duty.each:
        rests = entries_of(_basis(admitted))
        asked = [(each, cell, decision) for each in admitted for cell, decision in each.decisions]
        uses = _uses(duty, run, asked, at, rests)
    entries = _opened(run, manifest, _header(run, at), uses)
    if duty.each:
        _add_passages(duty, run, admitted, entries, at)
    _keep(duty, run, [each.work for each in admitted])


def _opened(run: Run, manifest: Manifest, header: dict[str, object], uses: Sequence[Draft] = ()) -> list[int]:
    """The list is kept, and the run's entry names it, with those of the uses behind it, whose numbers are returned."""
    keep(manifest)
    run.manifest, run.manifest_id = manifest.root.hex(), manifest.id.hex()
    run.entry, *entries = write([public(header | manifest.said), *uses])
    run.save()
    return entries


def write_refusals(duty: Duty, refused: Sequence[Judged], at: datetime) -> None:
    """That something was asked for and not given. A refusal shows that the gate is at work."""
    if refused:
        with transaction.atomic(durable=True):
            _refuse(duty, refused, at)


def _refuse(duty: Duty, refused: Sequence[Judged], at: datetime) -> None:
    asked = [(each, cell, decision) for each in refused for cell, decision in each.decisions if not decision]
    rests = entries_of(_basis(refused))
    entries = write(_uses(duty, None, asked, at, rests))
    Passage.objects.bulk_create(
        [
            _passage(duty, None, each.work, cell, decision, entry, at)
            for (each, cell, decision), entry in zip(asked, entries, strict=True)
        ],
        batch_size=AT_ONCE,
    )


def write_drawing(run: Run, cosigned: int | None, at: datetime) -> None:
    """That a run draws lots, and by which checkpoint of a quorum what it draws from was fixed; before it has them."""
    said: dict[str, object] = {"v": 1, "t": "job.seed", "ts": moment(at), "job": run.key, "cosigned": cosigned}
    with transaction.atomic(durable=True):
        write([public(said)])


def close(run: Run, outcome: Run.Outcome, at: datetime, words: str = "", inputs: str = "") -> None:
    """What came of it. A run is closed once; whoever comes later changes nothing."""
    with transaction.atomic(durable=True):
        if not Run.objects.select_for_update().filter(pk=run.pk, outcome=Run.Outcome.OPEN).exists():
            return
        run.refresh_from_db()
        said: dict[str, object] = {"v": 1, "t": "job.close", "ts": moment(at), "job": run.key, "outcome": outcome.value}
        if run.model_digest:
            said["model"] = run.model
            said["digest"] = f"sha256:{run.model_digest}"
        (run.close_entry,) = write([public(said)])
        run.outcome, run.words, run.closed_at, run.inputs = outcome, words[:300], at, inputs
        run.save(update_fields=["close_entry", "outcome", "words", "closed_at", "inputs"])


def write_check_ahead(duty: Duty, checked: Run, admitted: Sequence[Judged], at: datetime) -> Run:
    """That the model of another run is made again: with a list of its own, and nothing that would be kept."""
    run = _begun(duty, at)
    run.assets, run.works, run.checks = checked.assets, len(admitted), checked
    header = _header(run, at) | {"checks": checked.key}
    subjects = [Subject(asset, each.work) for each in admitted for asset in checked.assets.split()]
    manifest = prepare(subjects, header)  # while others write, as every list
    with transaction.atomic(durable=True):
        _opened(run, manifest, header)
    return run


def close_check(run: Run, digest: str, same: bool, at: datetime) -> None:
    """What came of making a model again, for everybody to read."""
    assert run.checks is not None
    said: dict[str, object] = {"v": 1, "t": "job.close", "ts": moment(at), "job": run.key, "outcome": "done"}
    said |= {"checks": run.checks.key, "model": run.model, "digest": f"sha256:{digest}", "same": same}
    with transaction.atomic(durable=True):
        (run.close_entry,) = write([public(said)])
        run.outcome, run.closed_at, run.words = Run.Outcome.DONE, at, "the same" if same else f"not the same: {digest}"
        run.save(update_fields=["close_entry", "outcome", "closed_at", "words"])


def _header(run: Run, at: datetime) -> dict[str, object]:
    """What a run says of itself before anything: the manifest's own name is the digest of these words."""
    return {
        "v": 1,
        "t": "job.open",
        "ts": moment(at),
        "job": run.key,
        "name": run.duty,
        "assets": run.assets.split(),
        "purpose": str(run.purpose),
        "use": str(run.use),
        "code": f"sha256:{run.code}",
        "model": run.model,
    }


def _basis(judged: Sequence[Judged]) -> set[tuple[int, Record]]:
    """Every act that these decisions rest on, and for whose works."""
    return {(each.owner, one) for each in judged for _cell, decision in each.decisions for one in decision.basis}


def _uses(
    duty: Duty, run: Run | None, asked: Iterable[tuple[Judged, Cell, Decision]], at: datetime, rests: Rests
) -> list[Draft]:
    """Uses of one work each, or their refusals: hidden from all but whoever has the work's key."""
    stencils: dict[tuple[int, bool, Reason], Stencil] = {}
    drafts = []
    for judged, cell, decision in asked:
        kind = cell.bit, decision.allowed, decision.reason
        if kind not in stencils:
            stencils[kind] = Stencil(_said(duty, run, cell, decision, at))
        # Kind, number, and the entry in which the act itself stands; who it was stays inside.
        basis = [
            {"kind": each.kind.value, "row": each.id, "entry": rests.get((judged.owner, each))}
            for each in decision.basis
        ]
        drafts.append(blinded(Subject(cell.asset.value, judged.work), {"basis": basis}, stencils[kind]))
    return drafts


def _said(duty: Duty, run: Run | None, cell: Cell, decision: Decision, at: datetime) -> dict[str, object]:
    """What all uses of this kind in a run say alike."""
    return {
        "v": 1,
        "t": "use",
        "ts": moment(at),
        "asset": cell.asset.value,
        "purpose": cell.purpose.value,
        "use": cell.use.value,
        "job": run.key if run else None,
        "name": duty.name,
        "model": duty.model,
        "policy": f"sha256:{digest_of(duty.purpose)}",
        "decision": "allow" if decision else "deny",
        "reason": decision.reason.value,
    }


def _add_passages(duty: Duty, run: Run, admitted: Sequence[Judged], entries: Iterable[int], at: datetime) -> None:
    uses = [(each.work, cell, decision) for each in admitted for cell, decision in each.decisions]
    Passage.objects.bulk_create(
        [
            _passage(duty, run, work, cell, decision, entry, at)
            for (work, cell, decision), entry in zip(uses, entries, strict=True)
        ],
        batch_size=AT_ONCE,
    )


def _passage(
    duty: Duty, run: Run | None, work: int, cell: Cell, decision: Decision, entry: int, at: datetime
) -> Passage:
    basis: list[list[Any]] = [[each.kind.value, each.id, each.party] for each in decision.basis]
    return Passage(
        run=run,
        duty=duty.name,
        track_id=work,
        asset=cell.asset,
        purpose=cell.purpose,
        use=cell.use,
        allowed=decision.allowed,
        reason=decision.reason,
        basis=basis,
        entry=entry,
        at=at,
    )


def _keep(duty: Duty, run: Run, works: Sequence[int]) -> None:
    """Written ahead too: whatever the job may come to keep is known before it keeps anything. One statement for all."""
    these = among(works)
    since = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH work (id) AS ({these.sql}) "  # noqa: S608  # names of ours
            f"INSERT INTO {Kept._meta.db_table} (duty, track_id, rests_on, run_id, since) "
            "SELECT %s, id, %s, %s, %s FROM work WHERE true "
            "ON CONFLICT (track_id, duty) DO UPDATE SET rests_on = excluded.rests_on, run_id = excluded.run_id",
            [*these.params, duty.name, as_digits(duty.rests_on), run.pk, since],
        )


def _close_what_was_lost(duty: Duty, at: datetime) -> None:
    """Of one duty one run is under way. Another that never ended was killed, and is told as that."""
    for lost in Run.objects.filter(duty=duty.name, outcome=Run.Outcome.OPEN, checks=None):
        said: dict[str, object] = {"v": 1, "t": "job.close", "ts": moment(at), "job": lost.key, "outcome": "lost"}
        (lost.close_entry,) = write([public(said)])
        lost.outcome, lost.closed_at = Run.Outcome.LOST, at
        lost.save(update_fields=["close_entry", "outcome", "closed_at"])
