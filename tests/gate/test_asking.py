"""An index in one, two or five parts: it answers the same, forgets as much, and moves when the setting does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone
from django_tasks import task_backends

from tenuto.ai.identification import lookup
from tenuto.ai.identification.lookup import Found, question, together
from tenuto.ai.identification.segments import written
from tenuto.algorithms import fingerprint
from tenuto.base import jobs
from tenuto.base.ids import new_key
from tenuto.base.models import Job
from tenuto.dsp.errors import Crashed
from tenuto.gate import asking, volumes
from tenuto.gate.container import pack
from tenuto.gate.duties import Duty, duty_named
from tenuto.gate.models import Shelved, Volume
from tenuto.gate.talk import MOST_VALUES_BYTES
from tenuto.rules.shards import shard_of
from tests.ai.pieces import Sound, faster, held_of, noisy, piece

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # real sound through the real engine

KIND = "identification.index"
WORKS = tuple(range(1, 8))
MIX = np.concatenate([piece(2), noisy(faster(piece(5), 1.05)), piece(9), piece(7)])


class Here:
    """The sandbox has tests of its own; here its work is done in this process."""

    def run(self, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return function(*args)


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "INDEX_DIR", tmp_path / "index")
    monkeypatch.setattr(settings, "SCRATCH_DIR", tmp_path / "scratch")
    monkeypatch.setattr(volumes, "SANDBOX", Here())
    monkeypatch.setattr(asking, "SANDBOX", Here())


@pytest.fixture
def duty() -> Duty:
    found = duty_named("identification.register")
    assert found is not None
    return found


def divided(shards: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "INDEX_SHARDS", shards)


def register(*works: int) -> None:
    for work in works:
        made = fingerprint.build([(work, fingerprint.fingerprint(*fingerprint.listen(piece(work))))])
        volumes.add(KIND, [work], pack(written(made)))


def place_of(sound: Sound) -> Path:
    place = Path(settings.SCRATCH_DIR) / f"identify-{new_key()}"
    place.mkdir(parents=True)
    (place / asking.QUESTION).write_bytes(pack(question([sound])))
    return place


def asked(sound: Sound) -> list[Found]:
    return together(asking.ask(KIND, place_of(sound)))


def same(one: Found, other: Found) -> bool:
    """The same passage, told alike: to a second where it begins and ends, and exactly how fast and high it is."""
    seconds = ("begin", "end", "reference_begin", "reference_end")
    return (
        one["reference"] == other["reference"]
        and all(abs(one[name] - other[name]) < 1 for name in seconds)
        and abs(one["tempo"] - other["tempo"]) < 0.002
        and abs(one["semitones"] - other["semitones"]) < 0.05
    )


def files() -> list[Path]:
    return sorted(volumes.folder_of(KIND).glob("*.arrays"))


def test_an_index_in_one_two_or_five_parts_answers_the_same(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    register(*WORKS)
    answers = {}
    for shards in (1, 2, 5):
        divided(shards, monkeypatch)
        volumes.settle(duty)
        assert volumes.is_settled(KIND)
        assert set(volumes.by_shard(KIND)) == {shard_of(work, shards) for work in WORKS}
        answers[shards] = asked(MIX)
        assert asked(piece(11)) == []
    assert [one["reference"] for one in answers[1]] == [2, 5, 7]
    for shards in (2, 5):
        assert all(same(*both) for both in zip(answers[1], answers[shards], strict=True))


def test_a_question_fits_through_the_door_and_about_a_long_recording_points_alone_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noise = np.random.default_rng(1).standard_normal(60 * lookup.RATE_HZ).astype(np.float32)  # has most points
    assert len(pack(question([noise]))) / 60 * lookup.MOST_BY_BANDS_SECONDS < MOST_VALUES_BYTES
    register(*WORKS)
    whole = asked(MIX)
    monkeypatch.setattr(lookup, "MOST_BY_BANDS_SECONDS", 40)
    assert not question([MIX, MIX])["contrast"].size
    monkeypatch.setattr(lookup, "MOST_BY_BANDS_SECONDS", 5)
    assert [one["reference"] for one in asked(MIX)] == [one["reference"] for one in whole] == [2, 5, 7]


def test_changing_the_setting_moves_what_there_is_and_everything_is_found_meanwhile(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(*WORKS)
    volumes.settle(duty)
    divided(3, monkeypatch)
    assert not volumes.is_settled(KIND)
    assert [one["reference"] for one in asked(MIX)] == [2, 5, 7]  # before anything has moved
    assert volumes.settle(duty) > 0
    rows = Shelved.objects.values_list("track_id", "volume__shard", "volume__shards")
    assert {(work, shard) for work, shard, _shards in rows} == {(work, shard_of(work, 3)) for work in WORKS}
    assert len(rows) == len(WORKS)
    assert {shards for *_row, shards in rows} == {3}
    assert len(files()) == Volume.objects.count()
    divided(1, monkeypatch)
    volumes.settle(duty)
    assert set(Volume.objects.values_list("shard", flat=True)) == {0}
    assert len(files()) == Volume.objects.count()
    assert [one["reference"] for one in asked(MIX)] == [2, 5, 7]


@pytest.mark.parametrize("shards", [2, 5])
def test_a_withdrawn_work_leaves_no_byte_in_any_part(duty: Duty, monkeypatch: pytest.MonkeyPatch, shards: int) -> None:
    divided(shards, monkeypatch)
    register(*WORKS)
    volumes.settle(duty)
    gone, stays = held_of(5, files()), held_of(2, files())
    assert gone
    volumes.strike([KIND], [5], timezone.now())
    assert [one["reference"] for one in asked(MIX)] == [2, 7]
    volumes.erase(duty, [5])
    whole = b"".join(path.read_bytes() for path in files())
    assert not [one for one in gone if one in whole]
    assert all(one in whole for one in stays)
    assert [one["reference"] for one in asked(MIX)] == [2, 7]


def test_what_is_struck_while_it_moves_to_another_part_stays_struck(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(*WORKS)
    volumes.settle(duty)
    divided(4, monkeypatch)
    keep = volumes._keep

    def keep_and_be_struck(folder: Path, made: bytes) -> tuple[str, int]:
        volumes.strike([KIND], [5], timezone.now())
        return keep(folder, made)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(volumes, "_keep", keep_and_be_struck)
        volumes.settle(duty)
    assert volumes.struck(KIND) == [5]
    assert [one["reference"] for one in asked(MIX)] == [2, 7]
    volumes.erase(duty, [])
    assert 5 not in set(Shelved.objects.values_list("track_id", flat=True))


def test_a_volume_of_several_parts_is_divided_when_the_index_is_settled(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided(4, monkeypatch)
    prints = [fingerprint.fingerprint(*fingerprint.listen(piece(work))) for work in WORKS]
    volumes.add(KIND, WORKS, pack(written(fingerprint.build(list(zip(WORKS, prints, strict=True))))))
    assert [one["reference"] for one in asked(MIX)] == [2, 5, 7]
    volumes.settle(duty)
    rows = Shelved.objects.values_list("track_id", "volume__shard")
    assert sorted(rows) == sorted((work, shard_of(work, 4)) for work in WORKS)


def test_a_volume_that_is_written_anew_while_it_is_asked_is_asked_in_its_new_place(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided(2, monkeypatch)
    register(*WORKS)
    answer = asking._answer
    calls: list[int] = []

    def late(here: Path, shard: int) -> list[Found]:
        if not calls:
            volumes.settle(duty)  # between the question which volumes there are and their reading
        calls.append(shard)
        return answer(here, shard)

    monkeypatch.setattr(asking, "_at_once", lambda here, parts: [asking._answer(here, shard) for shard in parts])
    monkeypatch.setattr(asking, "_answer", late)
    assert [one["reference"] for one in asked(MIX)] == [2, 5, 7]
    assert len(calls) > 2


def test_workers_answer_for_the_parts_they_take_and_the_asker_for_the_rest(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that takes a job when the asker looks for the first time; nobody does the other queues."""
    divided(3, monkeypatch)
    monkeypatch.setattr(settings, "INDEX_WORKERS", True)
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(task_backends["default"], "queues", {"default", "index-0", "index-1", "index-2"})
    register(*WORKS)
    volumes.settle(duty)

    taken: list[str] = []
    place = place_of(MIX)

    def send_and_take(task: Any, *args: Any) -> None:
        jobs.send(task, *args)
        job = Job.objects.latest("pk")
        if job.queue == "index-1":
            jobs.run(job)
            taken.append(job.queue)

    monkeypatch.setattr(asking, "send", send_and_take)
    found = together(asking.ask(KIND, place))
    assert taken == ["index-1"]
    assert [one["reference"] for one in found] == [2, 5, 7]
    for job in Job.objects.exclude(queue="index-1"):
        jobs.run(job)  # too late: it is done, and nothing happens
    assert not (place / "0" / "answer-0").exists()


@pytest.mark.parametrize("name", ["../index/0", "gate-1/7", "render-abc/0", "identify-a/../b", ""])
def test_a_job_that_names_another_folder_does_nothing(name: str) -> None:
    asking.answer_part.func(name, 0)
    assert not Path(settings.SCRATCH_DIR).exists()


def test_a_part_that_cannot_be_read_is_an_error_and_no_empty_answer(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided(2, monkeypatch)
    register(*WORKS)

    def crash(here: Path, shard: int) -> list[Found]:
        raise Crashed("the engine broke")

    monkeypatch.setattr(asking, "_answer", crash)
    with pytest.raises(Crashed):
        asked(MIX)


def test_a_volume_that_is_lost_is_no_empty_answer(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    divided(2, monkeypatch)
    register(*WORKS)
    files()[0].unlink()
    with pytest.raises(FileNotFoundError):
        asked(MIX)
