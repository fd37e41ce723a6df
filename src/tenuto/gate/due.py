"""When a duty has something to do: consent was opened, sound has come, words have changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection

from tenuto.agreements.among import among
from tenuto.base.events import on
from tenuto.consent.current import open_among, works_open
from tenuto.consent.events import ConsentChanged, PurposeResumed
from tenuto.gate import volumes
from tenuto.gate.decide import ready, unchecked
from tenuto.gate.duties import Duty, duties, duty_named, followers_of
from tenuto.gate.events import RunEnded
from tenuto.gate.journey import run_soon
from tenuto.gate.models import Due
from tenuto.rules.cells import Asset, Purpose, cells_of
from tenuto.tracks.events import HoldReleased, SoundArrived, SoundReady, TrackDescribed

# A model over all works is made anew when it has been quiet for a moment, not after each of a hundred changes.
PAUSE = timedelta(seconds=20)


@on(ConsentChanged)
def consent_has_changed(event: ConsentChanged) -> None:
    look_at(event.track_ids, event.at)


@on(SoundReady)
def sound_has_come(event: SoundReady) -> None:
    look_at([event.track_id], event.at, Asset.RECORDING)


@on(SoundArrived)
def sound_waits(event: SoundArrived) -> None:
    """Others may hear it once it was looked at."""
    for duty in duties():
        if duty.arrivals and (wanted := open_to(duty, [event.track_id])):
            make_due(duty, wanted, event.at)


@on(TrackDescribed)
def words_have_changed(event: TrackDescribed) -> None:
    look_at([event.track_id], event.at, Asset.METADATA)


@on(PurposeResumed)
def purpose_goes_on(event: PurposeResumed) -> None:
    """A model over all works is made again: works may have left and come while none was made. So is what an index lost.

    Single works that were missed are found by the slow walk (`reconcile`).
    """
    for duty in duties():
        if not duty.rests_on & cells_of(purpose=Purpose(event.purpose)):
            continue
        if not duty.each:
            run_soon(duty)
        elif duty.shelves and (works := open_to(duty, volumes.lacking(duty))):
            make_due(duty, works, event.at)


@on(HoldReleased)
def hold_was_released(event: HoldReleased) -> None:
    """What others may hear can be put into an index now."""
    for duty in duties():
        if duty.shelves and (wanted := sorted(ready(duty, open_to(duty, [event.track_id])))):
            make_due(duty, wanted, event.at)


@on(RunEnded)
def run_has_ended(event: RunEnded) -> None:
    """What was derived is there for those who read it; a new model is there for those who use it."""
    ended = duty_named(event.duty)
    if ended is None:
        return
    for reader in duties() if ended.derives else ():
        if reader.reads == ended.derives and (wanted := open_to(reader, event.track_ids)):
            make_due(reader, wanted, event.at)
    for follower in followers_of(ended) if event.new_model else ():
        first, *_others = follower.cells
        if wanted := sorted(ready(follower, open_to(follower, works_open(first)))):
            make_due(follower, wanted, event.at)


def look_at(works: Sequence[int], at: datetime, asset: Asset | None = None) -> None:
    """Have every duty look at these works that may; with `asset`, only those duties that read it."""
    for duty in duties():
        if asset is not None and all(cell.asset is not asset for cell in duty.cells):
            continue
        wanted = open_to(duty, works)
        if duty.arrivals:  # only once, not whenever something changes
            wanted = sorted(unchecked(wanted))
        if wanted:
            make_due(duty, wanted, at)


def open_to(duty: Duty, works: Iterable[int]) -> list[int]:
    """Those of these works in which everything that the duty asks for is open."""
    found: Iterable[int] = works
    for cell in duty.cells:
        found = open_among(cell, found)
    return sorted(found)


def make_due(duty: Duty, works: Sequence[int], at: datetime) -> None:
    """Note it and have the duty run. Twice is once."""
    if not duty.each:
        return run_soon(duty, PAUSE)
    these = among(works)
    since = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:  # one statement, however large the catalogue: a row made in Python takes 30 µs
        cursor.execute(
            f"INSERT INTO {Due._meta.db_table} (duty, since, attempts, track_id) "  # noqa: S608  # names of ours
            f"SELECT %s, %s, 0, work.* FROM ({these.sql}) AS work WHERE true ON CONFLICT DO NOTHING",
            [duty.name, since, *these.params],
        )
    return run_soon(duty)
