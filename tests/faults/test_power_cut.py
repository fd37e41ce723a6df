"""The power goes at every step of publishing, and the disk loses what it was not told to keep. Or it is full.

CUTS=1000 asks for so many accidents at random, one after another, besides one at every step.
"""

import errno
import os
import random
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings

from tenuto.base.signatures import verify
from tenuto.ledger import auditing, book, files, logs, sequencer
from tenuto.ledger.errors import KeyMissing, LedgerTorn
from tenuto.ledger.models import Log
from tenuto.ledger.rebuilding import rebuild
from tenuto.ledger.sequencer import Sequencer
from tenuto.rules.checkpoints import Checkpoint, opened
from tenuto.rules.edges import Edge
from tenuto.rules.notes import Note
from tests.faults.disks import FaultyDisk, PowerCut
from tests.ledger.writing import the_log, write_uses

pytestmark = pytest.mark.django_db

MEMORY = Path("/dev/shm")
CUTS = int(os.environ.get("CUTS", "25"))  # at random, besides one at every step


class Everything:
    """What was ever acknowledged, signed, or seen by anybody. It must hold for ever, and agree."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.signed: dict[int, bytes] = {}
        self._edge = Edge()

    def acknowledge(self) -> None:
        """Whatever stands in the book after a commit was promised to somebody."""
        assert book.leaves(0, len(self.leaves)) == self.leaves, "an entry that was acknowledged is gone, or another"
        self.leaves += book.leaves(len(self.leaves), book.size())

    def sign(self, note: Note) -> None:
        """A signature that came to be, whether or not anybody ever saw it."""
        head = opened(bytes(note), logs.verifiers(the_log()), verify).checkpoint
        assert self.signed.setdefault(head.size, head.root) == head.root, f"two heads are signed at {head.size}"

    def look(self) -> Checkpoint | None:
        """What everybody sees must be something that was signed."""
        published = logs.shelf_of(the_log()).published()
        if published is None:
            return None
        head = opened(published, logs.verifiers(the_log()), verify).checkpoint
        assert self.signed[head.size] == head.root
        return head

    def look_if_opened(self) -> None:
        """As whoever looks at the last moment before the power goes."""
        if logs.current() is not None:
            self.look()

    def recover(self, disk: FaultyDisk, process: Sequencer | None = None) -> None:
        """The way back is the way on: nobody has to do anything, and everything is published."""
        disk.go_on()
        self.look_if_opened()
        (process or Sequencer()).step()
        self.acknowledge()
        head = self.look()
        assert head is not None
        assert head.size == book.size() == the_log().size

    def hold(self) -> None:
        """Every root that was ever signed is the root over the first entries of the book, and nothing else."""
        self.acknowledge()
        for size, root in sorted(self.signed.items()):
            leaves = self.leaves[self._edge.size : size]
            self._edge, _ = self._edge.grown(b"".join(sha256(b"\0" + leaf).digest() for leaf in leaves))
            assert (self._edge.size, self._edge.root()) == (size, root)
        assert list(auditing.faults()) == []


@pytest.fixture
def all_that_was(monkeypatch: pytest.MonkeyPatch) -> Everything:
    """Keeps every signature at the moment it is made."""
    found = Everything()
    sign = sequencer.sign

    def kept(log: Log, edge: Edge) -> Note:
        note = sign(log, edge)
        found.sign(note)
        return note

    monkeypatch.setattr(sequencer, "sign", kept)
    return found


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyDisk]:
    """What the log is given in the place of the machine's own disk. It is in memory: what it keeps, it says."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        settings.LOG_DIR, settings.LEDGER_DIR = Path(folder) / "log", Path(folder) / "ledger"
        faulty = FaultyDisk(Path(folder), seed=20261128)
        monkeypatch.setattr(files, "disk", faulty)
        yield faulty


def attempt(count: int) -> bool:
    """Write some entries, and publish until the power goes. Did it go?"""
    write_uses(count)
    try:
        Sequencer().step()
    except PowerCut:
        return True
    return False


@pytest.mark.slow
def test_wherever_the_power_goes_nothing_acknowledged_is_lost_and_no_second_history_signed(
    disk: FaultyDisk, all_that_was: Everything
) -> None:
    """At each step of publishing, from the very first: the disk loses what it was not told to keep, in any order."""
    for moment in count(1):
        disk.cut_at = moment
        gone = attempt([3, 20, 120][moment % 3])
        all_that_was.look_if_opened()
        if gone:
            disk.restart()
        all_that_was.recover(disk)
        if not gone:
            break
    assert moment > 60
    assert disk.losses > 60
    all_that_was.hold()


@pytest.mark.slow
def test_power_cuts_kills_and_errors_of_the_disk_one_after_another(disk: FaultyDisk, all_that_was: Everything) -> None:
    """Whatever befalls it next, in whatever order, while the last is not made good yet."""
    chance = random.Random(20261129)
    befell = {"power": 0, "kill": 0, "error": 0}
    for _ in range(CUTS):
        what = chance.choice([*befell])
        if what == "error":
            kind = chance.choice(["create", "write", "sync", "rename", "sync_folder", "make_folder"])
            disk.fails[kind] = chance.randint(1, 12)
            disk.error = chance.choice([errno.EIO, errno.ENOSPC])
        else:
            disk.cut_at = chance.randint(1, 70)
        try:
            gone = attempt(chance.choice([1, 3, 20, 120]))
        except OSError:
            befell["error"] += 1
            gone = chance.random() < 0.3  # it failed, and then the power went
        else:
            befell[what] += gone
        all_that_was.look_if_opened()
        if gone and what != "kill":
            disk.restart()
        if chance.random() < 0.6:
            all_that_was.recover(disk)
        else:
            disk.go_on()
    all_that_was.recover(disk)
    all_that_was.hold()
    assert all(befell.values()), befell
    print(f"power cuts, kills and errors: {befell}; {len(all_that_was.signed)} heads; {disk.losses} pieces lost")  # noqa: T201


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO], ids=["full", "failing"])
@pytest.mark.parametrize("kind", ["make_folder", "create", "write", "sync", "rename", "sync_folder"])
def test_whatever_the_disk_refuses_costs_a_step_and_nothing_else(
    kind: str, error: int, disk: FaultyDisk, all_that_was: Everything
) -> None:
    """Each call of the kind in turn fails: the next step, or the next process, publishes what the book has."""
    disk.error = error
    kept = Sequencer()
    for which in count(1):
        disk.go_on()
        disk.fails[kind] = which
        write_uses(20)
        try:
            kept.step()
        except OSError:
            pass
        else:
            break
        if which % 2:
            disk.restart()  # what failed was not kept, though the program went on
        all_that_was.recover(disk, kept)
    assert which > 1
    all_that_was.hold()


def test_a_disk_that_lies_stops_the_log_and_makes_it_sign_nothing_false(
    disk: FaultyDisk, all_that_was: Everything
) -> None:
    """It says that it has everything, and has not. What is lost then is noticed before the next signature."""
    torn = 0
    for moment in range(1, 100, 4):
        disk.lies = moment > 1  # the first is whole, so that there is a key
        disk.cut_at = moment if disk.lies else None
        attempt(40)
        disk.restart()
        disk.lies = False
        signed = dict(all_that_was.signed)
        try:
            Sequencer().step()
        except (LedgerTorn, KeyMissing):  # a checkpoint that was torn itself deceives nobody either: no key signed it
            torn += 1
            assert all_that_was.signed == signed
            rebuild(the_log())
            disk.take_in()
        all_that_was.recover(disk)
    assert torn > 1
    all_that_was.hold()
