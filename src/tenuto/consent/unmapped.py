"""Tracks at which the standing map has to look, noted in the transaction in which something about them changed."""

from collections.abc import Collection

from django.db import connection

from tenuto.agreements.among import among
from tenuto.consent.models import MapState, Unmapped


def not_taken_in(track_ids: Collection[int]) -> set[int]:
    """Those of these tracks of which the map says nothing, and at which it has not been asked to look."""
    taken: set[int] = set()
    for rows in (MapState.objects, Unmapped.objects):
        taken.update(rows.filter(track_id__in=among(track_ids)).values_list("track_id", flat=True))
    return set(track_ids) - taken


def look_at(track_ids: Collection[int]) -> None:
    """Have the map take these tracks in. In one statement, however many; twice is once."""
    if not track_ids:
        return
    these = among(track_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Unmapped._meta.db_table} (track_id) {these.sql}",  # names of ours
            these.params,
        )
