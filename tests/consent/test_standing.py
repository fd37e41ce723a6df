"""The standing map of consent: under one root, in the log at every epoch, and proved for the past as for now."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from tenuto.accounts.models import Account
from tenuto.base.events import publish
from tenuto.consent.answer import answer, hold_everything
from tenuto.consent.models import MapEpoch, MapState, Unmapped
from tenuto.consent.standing import begin_daily_epoch, begin_epoch, current_epoch, proofs_of, subject_of
from tenuto.ledger.book import register
from tenuto.ledger.models import Entry
from tenuto.ledger.vault import keys_of
from tenuto.rules.canonical import parsed
from tenuto.rules.cells import words_of
from tenuto.rules.consent_maps import ConsentMap
from tenuto.rules.lines import Refused
from tenuto.tracks.events import TrackRemoved
from tenuto.tracks.models import Track
from tests.consent.answering import DAY, INFORM, NOON, PAGE, TRAIN, agree, allow, hold, open_in, terms, track

pytestmark = pytest.mark.django_db


@pytest.fixture
def artist(alma: Account) -> Account:
    agree(alma, terms())
    return alma


def on_record(owner: Account, title: str = "Harbour") -> Track:
    """A track whose key is in the log."""
    made = track(owner, title)
    with transaction.atomic():
        register([subject_of(made.pk)])
    return made


def says(one: Track, cells: int, epoch: MapEpoch | None) -> bool:
    """Does the log's own root of this epoch show that exactly this was open?"""
    assert epoch is not None
    record = parsed(bytes(Entry.objects.get(index=epoch.entry).leaf)[1:])
    key = keys_of([subject_of(one.pk)])[subject_of(one.pk)]
    [proof] = proofs_of([(epoch, key)])
    try:
        ConsentMap.of(record).check(key, words_of(cells), proof)
    except Refused:
        return False
    return True


def mask(one: Track) -> int:
    return open_in([one.pk])[one.pk]


def test_each_epoch_shows_what_was_open_then(artist: Account) -> None:
    """At that epoch your track was held, or allowed in exactly these uses; the log was bound to it."""
    one, other = on_record(artist), on_record(artist, "Other")
    held, first = mask(one), begin_epoch(NOON)
    answer(artist, [one.pk], allow(TRAIN, INFORM), PAGE, at=NOON)
    allowed, second = mask(one), begin_epoch(NOON + DAY)
    answer(artist, [one.pk], hold(TRAIN), PAGE, at=NOON)
    third = begin_epoch(NOON + 2 * DAY)
    assert [epoch.number for epoch in (first, second, third) if epoch] == [1, 2, 3]
    assert says(one, held, first)
    assert says(one, allowed, second)
    assert says(one, mask(one), third)
    assert not says(one, allowed, first)
    assert not says(one, held, second)
    assert not says(one, allowed, third)
    for epoch in (first, second, third):
        assert says(other, mask(other), epoch)
    assert MapState.objects.filter(track_id=one.pk).count() == 3
    assert MapState.objects.filter(track_id=other.pk).count() == 1


def test_without_a_change_no_job_begins_an_epoch_and_every_day_does(artist: Account) -> None:
    on_record(artist)
    first = begin_epoch(NOON)
    assert begin_epoch(NOON + DAY) == first
    begin_daily_epoch(NOON + timedelta(hours=23))
    assert current_epoch() == first
    begin_daily_epoch(NOON + DAY)
    again = current_epoch()
    assert first is not None
    assert again is not None
    assert (again.number, bytes(again.root)) == (2, bytes(first.root))


def test_how_often_is_a_setting(artist: Account) -> None:
    on_record(artist)
    begin_epoch(NOON)
    with override_settings(LEDGER_MAP_SECONDS=3600):
        begin_daily_epoch(NOON + timedelta(minutes=59))
        assert MapEpoch.objects.count() == 1
        begin_daily_epoch(NOON + timedelta(minutes=60))
        assert MapEpoch.objects.count() == 2


def test_where_nothing_is_on_record_there_is_no_map(artist: Account) -> None:
    track(artist)
    begin_daily_epoch(NOON)
    assert current_epoch() is None
    assert not Unmapped.objects.exists()


def test_a_change_that_was_undone_before_an_epoch_leaves_no_trace(artist: Account) -> None:
    one = on_record(artist)
    first = begin_epoch(NOON)
    answer(artist, [one.pk], allow(TRAIN), PAGE, at=NOON)
    answer(artist, [one.pk], hold(TRAIN), PAGE, at=NOON)
    assert begin_epoch(NOON + DAY) == first
    assert not Unmapped.objects.exists()


def test_a_track_that_is_gone_is_open_in_nothing_and_forgotten_beside_the_log(artist: Account) -> None:
    one, other = on_record(artist), on_record(artist, "Other")
    answer(artist, [one.pk, other.pk], allow(TRAIN), PAGE, at=NOON)
    allowed, first = mask(one), begin_epoch(NOON)
    gone, key, owner = Track(pk=one.pk, key=one.key, owner=artist), one.key, artist.pk
    one.delete()
    publish_now(TrackRemoved(gone.pk, key, owner, NOON))
    second = begin_epoch(NOON + DAY)
    assert says(gone, allowed, first)
    assert says(gone, 0, second)
    assert not MapState.objects.filter(track_id=gone.pk).exists()
    assert says(other, mask(other), second)


def publish_now(event: object) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        publish(event)


def test_many_changes_are_as_many_questions_as_few(artist: Account) -> None:
    def asked(at: datetime) -> int:
        with CaptureQueriesContext(connection) as found:
            begin_epoch(at)
        return len(found)

    tracks = [on_record(artist, f"Song {number}") for number in range(12)]
    begin_epoch(NOON)
    answer(artist, [tracks[0].pk], allow(TRAIN), PAGE, at=NOON)
    few = asked(NOON)
    hold_everything(artist, PAGE, at=NOON)
    assert asked(NOON) == few
