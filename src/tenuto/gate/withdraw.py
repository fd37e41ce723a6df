"""A yes is taken back. What is served stops at once, because everything served asks whether it still may; what was kept
is forgotten by jobs that start now, each step told when it is done.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from tenuto.agreements.among import among
from tenuto.base.events import on
from tenuto.consent.events import ConsentClosed
from tenuto.consent.masks import as_digits
from tenuto.consent.stances import batches
from tenuto.gate import volumes
from tenuto.gate.duties import Duty, duties, duty_named
from tenuto.gate.journey import run_soon
from tenuto.gate.models import Due, Kept, Step, Withdrawal
from tenuto.rules.cells import EVERYTHING
from tenuto.tracks.events import TrackRemoved


@on(ConsentClosed)
def consent_was_closed(event: ConsentClosed) -> None:
    withdraw(event.track_ids, int(event.closed, 16), event.at, Withdrawal.Why.CLOSED)


@on(TrackRemoved)
def track_was_removed(event: TrackRemoved) -> None:
    withdraw([event.track_id], EVERYTHING, event.at, Withdrawal.Why.REMOVED)


def withdraw(works: Sequence[int], closed: int, at: datetime, why: Withdrawal.Why) -> int:
    """Begin to forget whatever rests on these cells of these works. How many works that concerns. Twice is once."""
    concerned = [duty for duty in duties() if duty.rests_on & closed]
    found = 0
    for ids in batches(works):
        found += _begin(concerned, ids, closed, at, why)
    return found


@transaction.atomic
def _begin(concerned: list[Duty], works: list[int], closed: int, at: datetime, why: Withdrawal.Why) -> int:
    names, these = [duty.name for duty in concerned], among(works)
    Due.objects.filter(duty__in=names, track_id__in=these).delete()
    keeping: dict[int, list[str]] = defaultdict(list)
    kept = Kept.objects.filter(duty__in=names, track_id__in=these).values_list("track_id", "duty")
    waiting = set(
        Step.objects.filter(withdrawal__track_id__in=these, done_at=None).values_list("withdrawal__track_id", "duty")
    )
    for track_id, name in kept:
        if (track_id, name) not in waiting:
            keeping[track_id].append(name)
    if not keeping:
        return 0
    _write(keeping, closed, at, why)
    if kinds := [duty.shelves for duty in concerned if duty.shelves]:
        volumes.strike(kinds, sorted(keeping), at)
    for name in {name for names in keeping.values() for name in names}:
        duty = duty_named(name)
        assert duty is not None
        run_soon(duty)
    return len(keeping)


def _write(keeping: Mapping[int, Sequence[str]], closed: int, at: datetime, why: Withdrawal.Why) -> None:
    """A withdrawal for each of these works, and a step of it for each of these duties.

    Past the ORM: of a catalogue's withdrawal it took three quarters of the time to make so many objects and their SQL.
    """
    works = among(sorted(keeping))
    with connection.cursor() as cursor:
        # Selected from what is kept, as the databases do not name the column of a list alike.
        cursor.execute(
            f"INSERT INTO {Withdrawal._meta.db_table} (track_id, closed, why, began_at) "  # noqa: S608  # names of ours
            f"SELECT DISTINCT track_id, %s, %s, %s FROM {Kept._meta.db_table} WHERE track_id IN ({works.sql}) "
            "RETURNING id, track_id",
            [as_digits(closed), why.value, connection.ops.adapt_datetimefield_value(at), *works.params],
        )
        begun = cursor.fetchall()
        cursor.executemany(
            f"INSERT INTO {Step._meta.db_table} (withdrawal_id, duty, model_before, model_after) "  # noqa: S608
            "VALUES (%s, %s, '', '')",
            [(pk, name) for pk, track_id in begun for name in sorted(keeping[track_id])],
        )
