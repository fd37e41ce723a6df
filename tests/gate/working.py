"""Works allowed and held, and a worker that does what the gate has sent, until nothing is left."""

from datetime import UTC, datetime, timedelta

from django.test import TestCase
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.base import jobs, queue
from tenuto.consent.answer import answer
from tenuto.consent.models import Act
from tenuto.rules.cells import Cell, cell_named
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance, Version
from tenuto.terms.versions import publish
from tenuto.tracks.models import Track
from tests.audio.sounding import sketch
from tests.consent.answering import allow, hold
from tests.terms.writing import NEEDED, OWNING, written

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
INPUT = cell_named("recording/organisation/input")
INFORM = cell_named("recording/organisation/inform")
TRAIN = cell_named("recording/organisation/train")
WORDS = cell_named("metadata/organisation/train")
ALL = (INPUT, INFORM, TRAIN, WORDS)
ORGANISING = """Putting in order

```cells
recording organisation: input, inform, train
metadata organisation: input, inform, train
```

If you allow it, we measure the tempo, and learn."""


def terms() -> Version:
    """Terms that name every use of organisation, in force since long ago."""
    return publish(written(OWNING, NEEDED, ORGANISING), LONG_AGO, at=LONG_AGO)


def agreed(account: Account) -> Account:
    """The account, after it accepted the newest terms."""
    version = Version.objects.order_by("-number").first() or terms()
    accept(account, version, version.digest, [], Acceptance.How.PAGE, at=LONG_AGO)
    return account


def work(owner: Account, *cells: Cell, title: str = "Harbour", tags: tuple[str, ...] = ()) -> Track:
    """A track with sound, in which these cells are allowed."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        made = sketch(owner, title)
        if tags:
            Track.objects.filter(pk=made.pk).update(tags=list(tags))
        if cells:
            answer(owner, [made.pk], allow(*cells), Act.How.PAGE, at=timezone.now())
    return made


def allows(track: Track, *cells: Cell) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer(track.owner, [track.pk], allow(*cells), Act.How.PAGE, at=timezone.now())


def holds(track: Track, *cells: Cell) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer(track.owner, [track.pk], hold(*cells), Act.How.PAGE, at=timezone.now())


def worked_off(most: int = 50) -> int:
    """Do all that was sent to the queue of AI, and what follows from it. How many jobs that were."""
    done = 0
    later = timezone.now() + timedelta(hours=1)
    while found := queue.claim("a test", ["ai"], 1, later):
        for job in found:
            with TestCase.captureOnCommitCallbacks(execute=True):
                jobs.run(job)
                queue.done(job, timezone.now(), None)
            done += 1
        assert done <= most, "the gate keeps itself busy"
    return done
