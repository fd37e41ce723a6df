"""A run's list is computed while others write, and what it says is as true when it is stored as when it was asked."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.gate import record
from tenuto.gate.decide import judge
from tenuto.gate.duties import Duty, duty_named
from tenuto.gate.models import Kept, Passage, Run
from tenuto.ledger import book, manifests
from tenuto.ledger.book import openings
from tenuto.ledger.models import DrawnManifest
from tenuto.ledger.subjects import Subject
from tenuto.tracks.models import Track
from tests.gate.working import INPUT, agreed, holds, work, worked_off


@pytest.fixture
def duty() -> Duty:
    found = duty_named("organisation.describe")
    assert found is not None
    return found


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[int], None]) -> list[int]:
    """Do something when a list has just been computed, the first or a later one; how many works each had."""
    counts: list[int] = []

    def prepare(subjects: Collection[Subject], header: dict[str, object]) -> manifests.Manifest:
        made = manifests.prepare(subjects, header)
        counts.append(made.count)
        act(len(counts))
        return made

    monkeypatch.setattr(record, "prepare", prepare)
    return counts


def uses_of(track: Track) -> list[object]:
    return [each.body.get("decision") for each in openings([Subject("recording", track.pk)])[1:]]


@pytest.mark.django_db
def test_a_no_while_the_list_is_computed_is_obeyed_and_the_list_is_thrown_away(
    alma: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You say no while a list with your work on it is being computed: that list never counts, and the next is without
    it. Nobody can find it, and the log says that your work was refused."""
    one, other = work(agreed(alma), INPUT), work(alma, INPUT)
    counts = meanwhile(monkeypatch, lambda number: holds(one, INPUT) if number == 1 else None)
    worked_off()
    assert counts == [2, 1]
    run = Run.objects.get()
    assert (run.works, run.outcome) == (1, "done")
    assert [passage.track_id for passage in run.passages.all()] == [other.pk]
    refused = Passage.objects.get(run=None)
    assert (refused.track_id, refused.allowed, refused.reason) == (one.pk, False, "held")
    assert (uses_of(one), uses_of(other)) == (["deny"], ["allow"])
    assert [kept.track_id for kept in Kept.objects.filter(duty=run.duty)] == [other.pk]
    assert [drawn.root for drawn in DrawnManifest.objects.filter(manifest=run.manifest_id)] == [run.manifest]
    assert [place.name for place in (settings.LOG_DIR / "manifest").iterdir()] == [run.manifest]


@pytest.mark.django_db
def test_whoever_changes_their_mind_again_and_again_does_not_keep_a_run_from_others(
    alma: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third list is computed while everybody else waits, so it is the last."""
    tracks = [work(agreed(alma), INPUT) for _ in range(4)]
    counts = meanwhile(monkeypatch, lambda number: holds(tracks[number], INPUT) if number < 3 else None)
    worked_off()
    assert counts == [4, 3, 2]
    assert sorted(Run.objects.get().passages.values_list("track_id", flat=True)) == [tracks[0].pk, tracks[3].pk]


@pytest.mark.django_db
def test_a_no_between_the_question_and_the_last_list_leaves_the_work_out(alma: Account, duty: Duty) -> None:
    """Even then what was said last holds: the works are judged once more when nobody else can write."""
    one, other = work(agreed(alma), INPUT), work(alma, INPUT)
    admitted = judge(duty, [one.pk, other.pk], timezone.now())
    holds(one, INPUT)
    run = record.write_ahead(duty, admitted, timezone.now(), True)
    assert run is not None
    assert [passage.track_id for passage in run.passages.all()] == [other.pk]
    assert uses_of(one) == ["deny"]
    holds(other, INPUT)
    assert record.write_ahead(duty, admitted, timezone.now(), True) is None
    assert Run.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waiting", [False, True])
def test_others_write_while_a_list_is_computed(
    alma: Account, duty: Duty, monkeypatch: pytest.MonkeyPatch, waiting: bool
) -> None:
    """However many works there are, nobody's upload waits for their list; only for the last of three."""
    if waiting and connection.vendor == "postgresql":
        pytest.skip("there, who writes into the log would wait until the list is done, and the list for this test")
    admitted = judge(duty, [work(agreed(alma), INPUT).pk], timezone.now())

    theirs: list[int] = []

    def somebody_writes() -> None:
        try:
            with transaction.atomic():
                theirs.extend(book.write([book.public({"v": 1, "t": "test"})]))
        finally:
            connection.close()

    def in_a_thread(_number: int) -> None:
        with ThreadPoolExecutor(1) as another:
            another.submit(somebody_writes).result()

    meanwhile(monkeypatch, in_a_thread)
    if waiting:  # SQLite in memory refuses at once, where on disk it would wait
        with pytest.raises(OperationalError, match="locked"):
            record.write_ahead(duty, admitted, timezone.now(), waiting)
        assert not Run.objects.exists()
    else:
        run = record.write_ahead(duty, admitted, timezone.now(), waiting)
        assert run is not None
        assert theirs
        assert max(theirs) < run.entry
