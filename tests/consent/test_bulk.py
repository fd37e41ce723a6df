"""However large a catalogue, to answer for all of it is the same few questions for every thousand tracks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.consent.answer import answer_for_catalogue
from tenuto.consent.current import works_open
from tenuto.tracks.models import Track
from tests.consent.answering import NOON, PAGE, TRAIN, agree, allow, hold, terms

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def catalogue(owner: Account, count: int) -> None:
    Track.objects.bulk_create(
        [Track(owner=owner, title=f"T{number}", slug=f"t{number}") for number in range(count)], batch_size=1_000
    )


def asked_for(owner: Account, count: int) -> int:
    """How many questions one answer for a catalogue of this size takes, when its tracks are known already."""
    catalogue(owner, count)
    answer_for_catalogue(owner, hold(TRAIN), PAGE, at=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        answer_for_catalogue(owner, allow(TRAIN), PAGE, at=timezone.now())
    assert len(works_open(TRAIN)) == count
    Track.objects.all().delete()
    return len(asked)


def test_ten_thousand_tracks_take_no_more_questions_a_thousand_than_one_thousand(alma: Account) -> None:
    agree(alma, terms(NOON.replace(year=2025)), NOON.replace(year=2025))
    small, large = asked_for(alma, 1_000), asked_for(alma, 10_000)
    assert large <= 3 * small, (small, large)
