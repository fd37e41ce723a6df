"""Every way around the gate is caught, and the table at the end says by which lock.

vocabulary   the code is refused before it runs: tests/architecture/vocabulary.py
database     a statement is refused: gate/closure.py
process      an act is refused while it runs: gate/guard.py
gate         the door gives nothing: gate/attendant.py, gate/strays.py
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tenuto.ai.organisation.models import Heard
from tenuto.audio.store import Owner, path_of
from tenuto.gate import guard
from tenuto.gate.attendant import NotAskedFor
from tenuto.gate.duties import duty_named
from tenuto.gate.guard import Forbidden
from tenuto.gate.journey import go
from tenuto.gate.models import Derived, Kept, Passage, Run
from tenuto.gate.strays import Strayed
from tenuto.tracks.models import Track
from tests.architecture.vocabulary import forbidden
from tests.gate.attacks import ATTACKS, Attack
from tests.gate.working import INPUT, agreed, work
from tests.once import Once
from tests.people import person

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL rooms close what this closes: test_rooms"),
]
CAUGHT: dict[str, list[str]] = {}


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    yield
    width = max(map(len, CAUGHT), default=0)
    print(f"\n{len(CAUGHT)} ways around the gate, and what caught each:")  # noqa: T201
    for name, locks in CAUGHT.items():
        print(f"  {name:{width}}  {', '.join(locks)}")  # noqa: T201


@pytest.fixture(scope="module")
def held_once(once: Once) -> int:
    return once.make(one_held_and_one_not)


@pytest.fixture
def held(held_once: int) -> Track:
    """One work that its artist holds, and one that she lets be listened to."""
    return Track.objects.get(pk=held_once)


def one_held_and_one_not() -> int:
    alma = agreed(person("alma", "Alma Ferreira"))
    track = work(alma, title="SECRET")
    work(alma, INPUT)
    return track.pk


def compiled(attack: Attack, held: Track, loot: list[Any]) -> Any:
    recording = held.recordings.select_related("original").get()
    known = {
        "loot": loot,
        "HELD": held.pk,
        "PATH": str(path_of(recording.original, Owner.of(held))),
        "DATABASE": str(connection.settings_dict["NAME"]),
    }
    exec(compile(attack.source, "an attack", "exec"), known)
    return known["attack"]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_every_way_around_the_gate_is_caught(attack: Attack, held: Track) -> None:
    locks = ["vocabulary"] if forbidden(attack.source, "src/tenuto/ai/organisation/x.py") else []
    loot: list[Any] = []
    function = compiled(attack, held, loot)
    describe = duty_named("organisation.describe")
    assert describe is not None

    def work_of_the_attacker(door: Any) -> None:
        function(door)
        if loot:  # evaluated inside, as far as it can be
            loot[:] = [str(some) for some in loot]

    before = (Track.objects.get(pk=held.pk).title, Passage.objects.count())
    try:
        go(replace(describe, work=work_of_the_attacker), timezone.now())
    except Forbidden:
        locks.append("process")
    except (DatabaseError, sqlite3.DatabaseError):
        locks.append("database")
    except (NotAskedFor, Strayed, RuntimeError):
        locks.append("gate")
    except (AttributeError, ImportError, TypeError):
        pass  # of no use; the vocabulary must have refused it
    transaction.set_rollback(False)  # a refused statement spoils the test's own transaction; elsewhere there is none
    assert Track.objects.get(pk=held.pk).title == before[0]
    assert not Heard.objects.filter(track_id=held.pk).exists()
    assert not Kept.objects.filter(track_id=held.pk).exists()
    assert not Derived.objects.filter(track_id=held.pk).exists()
    assert set(Run.objects.values_list("works", flat=True)) <= {1}
    assert locks, f"it got {loot}"
    CAUGHT[attack.name] = locks


@pytest.mark.filterwarnings("ignore")  # attackers do not close what they open
@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if attack.works_unlocked], ids=lambda attack: attack.name
)
def test_without_the_locks_it_would_have_worked(attack: Attack, held: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would catch what needs no catching."""
    loot: list[Any] = []
    compiled(attack, held, loot)(None)
    assert loot


def test_the_locks_are_open_again_for_everybody_else(held: Track) -> None:
    describe = duty_named("organisation.describe")
    assert describe is not None
    go(replace(describe, work=lambda door: None), timezone.now())
    assert Track.objects.count() == 2
    assert settings.SECRET_KEY
    with open(__file__):  # noqa: PTH123
        assert not guard._watch.on
