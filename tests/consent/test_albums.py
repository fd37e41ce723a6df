"""One answer for an album: it holds for what is on it, as long as it is on it, and was never otherwise before."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.consent import albums
from tenuto.consent.answer import NotInTerms, answer, answer_by_default, answer_for_album, hold_album, hold_everything
from tenuto.consent.current import refresh
from tenuto.consent.entries import What, write_missing
from tenuto.consent.models import Act, Album, Inclusion
from tenuto.consent.receipts import receipts_of
from tenuto.consent.stances import stance_at, stances
from tenuto.rules.agreements import Errand
from tenuto.rules.consent import Ask, Reason, decide
from tenuto.tracks.models import Track
from tests.consent.answering import (
    DAY,
    INFORM,
    INPUT,
    LEAD,
    MINUTE,
    NEED,
    NOON,
    PAGE,
    TRAIN,
    agree,
    allow,
    clear,
    hold,
    opened,
    terms,
    track,
    wider,
)
from tests.consent.test_entries import told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harbour(alma: Account) -> Track:
    agree(alma, terms())
    return track(alma)


@pytest.fixture
def low_water(alma: Account, harbour: Track) -> Album:
    """An album with that track on it since noon."""
    made = albums.begin("lowwater", alma, "Low Water")
    albums.put_on("lowwater", harbour, NOON)
    return made


def reason(of: Track, at: datetime) -> Reason:
    return decide(Ask(TRAIN, Errand(at)), stance_at(of.pk, at)).reason


def test_an_albums_answer_stands_between_the_tracks_and_the_accounts(
    alma: Account, harbour: Track, low_water: Album
) -> None:
    other = track(alma, "Elsewhere")
    answer_by_default(alma, allow(INFORM, TRAIN), PAGE, at=NOON)
    answer_for_album(alma, low_water, hold(TRAIN), PAGE, at=NOON + MINUTE)
    answer_for_album(alma, low_water, allow(INPUT), PAGE, at=NOON + 2 * MINUTE)
    assert opened(harbour) == {str(NEED), str(INFORM), str(INPUT)}
    assert opened(other) == {str(NEED), str(INFORM), str(TRAIN)}
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=NOON + 3 * MINUTE)
    assert str(TRAIN) in opened(harbour), "the track's own word stands before the album's"
    answer_for_album(alma, low_water, clear(INPUT), PAGE, at=NOON + 4 * MINUTE)
    assert str(INPUT) not in opened(harbour)


def test_the_answer_comes_and_goes_with_the_place_on_the_album_and_the_past_stays_as_it_was(
    alma: Account, harbour: Track, low_water: Album
) -> None:
    """What was decided while a track was on the album is decided so again, also when the album is long gone."""
    answer_for_album(alma, low_water, allow(TRAIN), PAGE, at=NOON + MINUTE)
    later = track(alma, "Later")
    assert str(TRAIN) not in opened(later)
    albums.put_on("lowwater", later, NOON + 2 * MINUTE)
    assert str(TRAIN) in opened(later)
    albums.take_off("lowwater", later, NOON + 4 * MINUTE)
    assert opened(later) == {str(NEED)}
    albums.put_on("lowwater", later, NOON + 6 * MINUTE)
    albums.end("lowwater", NOON + 8 * MINUTE)
    assert opened(harbour) == opened(later) == {str(NEED)}
    assert Track.objects.filter(ai_uses__gt=0).count() == 0
    told_of_later = [reason(later, NOON + minute * MINUTE) for minute in range(1, 10)]
    silent, allowed = Reason.SILENCE, Reason.ALBUM_ALLOWS
    assert told_of_later == [silent, allowed, allowed, silent, silent, allowed, allowed, silent, silent]
    assert reason(harbour, NOON + MINUTE / 2) is Reason.SILENCE
    assert reason(harbour, NOON + 7 * MINUTE) is Reason.ALBUM_ALLOWS


def test_of_two_albums_one_no_is_enough_until_it_is_left(alma: Account, harbour: Track, low_water: Album) -> None:
    second = albums.begin("bestof", alma, "Best Of")
    albums.put_on("bestof", harbour, NOON)
    answer_for_album(alma, low_water, allow(TRAIN), PAGE, at=NOON + MINUTE)
    answer_for_album(alma, second, hold(TRAIN), PAGE, at=NOON + MINUTE)
    assert opened(harbour) == {str(NEED)}
    assert reason(harbour, NOON + MINUTE) is Reason.ALBUM_HOLDS
    albums.take_off("bestof", harbour, NOON + 2 * MINUTE)
    assert opened(harbour) == {str(NEED), str(TRAIN)}


def test_hold_everything_on_an_album_closes_its_tracks_and_what_comes_onto_it(
    alma: Account, harbour: Track, low_water: Album
) -> None:
    other, later = track(alma, "Elsewhere"), track(alma, "Later")
    for one in (harbour, other):
        answer(alma, [one.pk], allow(TRAIN), PAGE, at=NOON)
    answer_by_default(alma, allow(INPUT), PAGE, at=NOON)
    acts = hold_album(alma, low_water, PAGE, at=NOON + MINUTE)
    albums.put_on("lowwater", later, NOON + 2 * MINUTE)
    assert [(act.layer, act.track_count) for act in acts] == [("album", 1), ("tracks", 1)]
    assert opened(harbour) == opened(later) == {str(NEED)}
    assert str(TRAIN) in opened(other)


def test_hold_everything_holds_what_comes_onto_an_album_that_said_yes(
    alma: Account, bo: Account, harbour: Track, low_water: Album
) -> None:
    gone, silent = albums.begin("gone", alma, "Gone"), albums.begin("silent", alma, "Silent")
    taken_back = albums.begin("back", alma, "Taken Back")
    theirs = albums.begin("theirs", bo, "Theirs")
    agree(bo, alma.acceptances.get().version)
    for owner, album in ((alma, low_water), (alma, gone), (alma, taken_back), (bo, theirs)):
        answer_for_album(owner, album, allow(INPUT, TRAIN), PAGE, at=NOON)
    answer_for_album(alma, taken_back, hold(INPUT, TRAIN), PAGE, at=NOON)
    answer_for_album(alma, low_water, hold(INPUT), PAGE, at=NOON)
    albums.end("gone", NOON)
    acts = hold_everything(alma, PAGE, at=NOON + MINUTE)
    assert [(act.layer, act.album, act.track_count) for act in acts] == [
        ("account", None, 0),
        ("album", low_water, 1),
        ("tracks", None, 1),
    ]
    later = track(alma, "Later")
    albums.put_on("lowwater", later, NOON + 2 * MINUTE)
    albums.put_on(silent.key, later, NOON + 2 * MINUTE)
    assert opened(harbour) == opened(later) == {str(NEED)}
    assert reason(later, NOON + 2 * MINUTE) is Reason.ALBUM_HOLDS
    assert [receipt["about"]["tracks"] for receipt in receipts_of(acts)] == [[], [harbour.key], [harbour.key]]
    assert [(body["layer"], body.get("album")) for body in told(alma) if body["what"] == "answer"][-3:] == [
        ("account", None),
        ("album", "lowwater"),
        ("tracks", None),
    ]
    assert len(hold_everything(alma, PAGE, at=NOON + 3 * MINUTE)) == 2, "an album is told no once"
    answer_for_album(alma, low_water, allow(TRAIN), PAGE, at=NOON + 4 * MINUTE)
    assert str(TRAIN) not in opened(harbour), "the track's own no stands before the album's yes"
    answer(alma, [later.pk], clear(TRAIN), PAGE, at=NOON + 5 * MINUTE)
    assert str(TRAIN) in opened(later)
    later_theirs = track(bo, "Theirs")
    albums.put_on("theirs", later_theirs, NOON + 2 * MINUTE)
    assert str(TRAIN) in opened(later_theirs), "nobody holds another's album"


def test_a_yes_for_an_album_is_no_yes_to_terms_that_come_later(alma: Account, harbour: Track, low_water: Album) -> None:
    with pytest.raises(NotInTerms):
        answer_for_album(alma, low_water, allow(LEAD), PAGE, at=NOON)
    answer_for_album(alma, low_water, allow(TRAIN), PAGE, at=NOON)
    before = opened(harbour)
    agree(alma, wider(NOON + DAY), NOON + 40 * DAY)
    refresh([harbour.pk], NOON + 40 * DAY)
    assert opened(harbour) == before


def test_nobody_answers_for_anothers_album(alma: Account, bo: Account, harbour: Track, low_water: Album) -> None:
    agree(bo, alma.acceptances.get().version)
    assert answer_for_album(bo, low_water, allow(TRAIN), PAGE, at=NOON) is None
    with pytest.raises(NotFound):
        albums.own_album(bo, "lowwater")
    assert albums.own_album(alma, "lowwater") == low_water
    albums.end("lowwater", NOON + MINUTE)
    with pytest.raises(NotFound):
        albums.own_album(alma, "lowwater")
    assert not Act.objects.exists()


def test_the_log_has_the_albums_answer_and_who_came_and_left_after_it(
    alma: Account, harbour: Track, low_water: Album
) -> None:
    """What an album's answer reached stands in the log: its tracks of that moment, and each that came or left later."""
    early, later = track(alma, "Early"), track(alma, "Later")
    albums.put_on("lowwater", early, NOON)
    act = answer_for_album(alma, low_water, allow(TRAIN), PAGE, at=NOON + MINUTE)
    assert act is not None
    albums.put_on("lowwater", later, NOON + 2 * MINUTE)
    albums.take_off("lowwater", harbour, NOON + 3 * MINUTE)
    _terms, said, came, left = told(alma)
    assert (said["layer"], said["album"], said["act"]) == ("album", "lowwater", act.key)
    assert isinstance(said["tracks"], dict)
    assert said["tracks"]["count"] == 2
    assert (came["what"], came["album"], came["track"]) == ("inclusion", "lowwater", later.key)
    assert (left["what"], left["album"], left["track"]) == ("leaving", "lowwater", harbour.key)
    assert left["before"] == came["index"]
    assert write_missing() == 0


def test_no_leaving_waits_for_a_vault_that_cannot_be_reached(
    alma: Account, harbour: Track, low_water: Album, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answer_for_album(alma, low_water, allow(TRAIN), PAGE, at=NOON + MINUTE)
    place, settings.VAULT = settings.VAULT, tmp_path  # a folder is no vault
    albums.take_off("lowwater", harbour, NOON + 2 * MINUTE)
    assert opened(harbour) == {str(NEED)}
    assert "not in the ledger yet" in caplog.text
    settings.VAULT = place
    assert write_missing(What.LEAVING) == 1


def test_a_receipt_names_the_album_and_what_was_on_it_then(alma: Account, harbour: Track, low_water: Album) -> None:
    for_album = answer_for_album(alma, low_water, allow(TRAIN), PAGE, at=NOON + MINUTE)
    by_default = answer_by_default(alma, allow(TRAIN), PAGE, at=NOON + MINUTE)
    albums.put_on("lowwater", track(alma, "Later"), NOON + 2 * MINUTE)
    albums.take_off("lowwater", harbour, NOON + 3 * MINUTE)
    albums.call("lowwater", "High Water")
    acts = Act.objects.select_related("account", "album").in_bulk([for_album.pk, by_default.pk])  # type: ignore[union-attr]
    first, second = receipts_of([acts[pk] for pk in sorted(acts)])
    named = {"key": "lowwater", "title": "High Water"}
    assert first["about"] == {"layer": "album", "album": named, "track_count": 1, "tracks": [harbour.key]}
    assert second["about"] == {"layer": "account", "track_count": 0, "tracks": []}


def test_albums_cost_one_question_however_many_there_are(
    alma: Account, harbour: Track, django_assert_num_queries: Any
) -> None:
    others = [track(alma, f"T{number}") for number in range(3)]
    albums.begin("first", alma, "First")
    albums.put_on("first", harbour, NOON)
    answer_for_album(alma, Album.objects.get(), allow(TRAIN), PAGE, at=NOON)
    ids = [harbour.pk, *(one.pk for one in others)]
    with django_assert_num_queries(STANCES):
        stances(ids, NOON + MINUTE)
    for number, one in enumerate(others):
        made = albums.begin(f"next{number}", alma, "Next")
        albums.put_on(made.key, one, NOON)
        answer_for_album(alma, made, hold(INPUT), PAGE, at=NOON + number * MINUTE)
    with django_assert_num_queries(STANCES):
        stances(ids, NOON + DAY)


STANCES = 10


def test_with_a_track_goes_its_place_on_the_album(alma: Account, harbour: Track, low_water: Album) -> None:
    Track.objects.filter(pk=harbour.pk).delete()
    assert not Inclusion.objects.exists()
    assert albums.own_album(alma, "lowwater") == low_water
