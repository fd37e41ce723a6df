"""Tracks to answer for, under terms that name a few cells."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tenuto.accounts.models import Account
from tenuto.consent.answer import Wish
from tenuto.consent.current import open_but_for_stops, refresh, stopped
from tenuto.consent.models import Act
from tenuto.rules.cells import Cell, cell_named, cells_in, mask_of
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance, Version
from tenuto.terms.versions import publish
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.terms.writing import LEADING, NEEDED, OWNING, SORTING, written

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
PAGE = Act.How.PAGE

TRAIN = cell_named("recording/organisation/train")
INFORM = cell_named("recording/organisation/inform")
INPUT = cell_named("recording/organisation/input")
LEAD = cell_named("recording/recommendation/inform")
NEED = cell_named("recording/identification/input")
HEARD = cell_named("listening/recommendation/inform")
TEACHING = """Learning

```cells
recording organisation: train
listening recommendation: inform, train
```

If you allow it, a tagger learns from it."""


def terms(at: datetime = NOON - DAY) -> Version:
    """In force: one needed cell, and organisation in three uses, each clause of which may be declined."""
    return publish(written(OWNING, NEEDED, SORTING, TEACHING), at, at=at)


def wider(at: datetime) -> Version:
    """The next version, which names recommendation too."""
    return publish(written(OWNING, NEEDED, SORTING, TEACHING, LEADING), at + 31 * DAY, at=at)


def agree(account: Account, version: Version, at: datetime = NOON - DAY) -> Acceptance:
    return accept(account, version, version.digest, [], Acceptance.How.PAGE, at=at)


def track(owner: Account, title: str = "Harbour", at: datetime = NOON) -> Track:
    made = begin_track(owner, title)
    refresh([made.pk], at)
    return made


def allow(*cells: Cell) -> Wish:
    return Wish(allowed=mask_of(cells))


def hold(*cells: Cell) -> Wish:
    return Wish(held=mask_of(cells))


def clear(*cells: Cell) -> Wish:
    return Wish(cleared=mask_of(cells))


def open_in(track_ids: Iterable[int]) -> dict[int, int]:
    """What is open in each of these tracks, by the projection."""
    closed = stopped()
    return {track_id: mask & ~closed for track_id, mask in open_but_for_stops(track_ids).items()}


def opened(track: Track) -> set[str]:
    """What is open in a track, by the projection."""
    return set(map(str, cells_in(open_in([track.pk]).get(track.pk, 0))))
