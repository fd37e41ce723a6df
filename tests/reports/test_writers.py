"""Several lines of the record written at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tenuto.reports.models import Report, Step
from tenuto.reports.record import first_torn, note_report

WRITERS, ROUNDS = 4, 8


@pytest.mark.django_db(transaction=True)
def test_lines_written_at_once_each_follow_from_the_one_before() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer")
    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(_write, range(WRITERS)))
        assert Step.objects.count() == WRITERS * ROUNDS
        assert first_torn(Step.objects.order_by("pk")) is None
    finally:
        with connection.cursor() as cursor:  # the database keeps the record, also from a test that would clean up
            cursor.execute("ALTER TABLE reports_step DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM reports_step")
            cursor.execute("ALTER TABLE reports_step ENABLE TRIGGER USER")


def _write(_writer: int) -> None:
    try:
        for _round in range(ROUNDS):
            with transaction.atomic():
                note_report(Report(kind="track", reason="rights", words="It is my song."))
    finally:
        connection.close()
