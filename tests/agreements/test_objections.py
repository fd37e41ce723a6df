"""Objections and disputes: one no is enough, it can be contested, staff decide, and nobody is harried."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture

from tenuto.accounts.models import Account
from tenuto.agreements import objections
from tenuto.agreements.claims import claims_on
from tenuto.agreements.disputes import NotReached, OwnAgreement, contest, contest_agreement, resolve
from tenuto.agreements.events import ClaimsChanged
from tenuto.agreements.letters import deliver
from tenuto.agreements.models import Acceptance, Dispute, Objection, Resolution, Withdrawal
from tenuto.agreements.objections import FoundWrong, ObjectsAlready, TooOften, object_to, withdraw
from tenuto.base import events
from tenuto.base.events import on
from tenuto.base.models import Job
from tenuto.consent.answer import answer
from tenuto.consent.current import refresh
from tenuto.consent.models import Act
from tenuto.rules.cells import EVERYTHING, cell_named
from tenuto.tracks.models import Track
from tests.agreements.acting import browser
from tests.agreements.agreeing import ISRC, dee, isrc, label, over, signed
from tests.consent.answering import TRAIN as SORTS
from tests.consent.answering import agree, allow, open_in, terms
from tests.people import person
from tests.tracks.catalogue import NOON, public, track

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WROTE = "I wrote the second verse with her in May."
TRAIN = "recording/recommendation/train"


@pytest.fixture
def song(alma: Account) -> Track:
    return public(alma, isrc=ISRC)


@pytest.fixture
def sol(db: None) -> Account:
    """Staff."""
    found = person("sol", "Sol")
    Account.objects.filter(pk=found.pk).update(is_staff=True)
    return Account.objects.get(pk=found.pk)


@pytest.fixture
def told() -> Iterator[list[ClaimsChanged]]:
    heard: list[ClaimsChanged] = []
    on(ClaimsChanged)(heard.append)
    yield heard
    events._listeners[ClaimsChanged].remove(heard.append)


def fields(**said: Any) -> dict[str, Any]:
    return {"role": "writer", "words": WROTE, "everything": "yes", **said}


def objects(client: Client, song: Track, **said: Any) -> Any:
    return client.post(f"/tracks/{song.key}/objection", fields(**said))


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def held(song: Track, at: datetime | None = None) -> int:
    found = claims_on([song.pk], at).get(song.pk)
    return 0 if found is None else sum({one.cells for one in found.objections})


def is_disputed(song: Track) -> bool:
    found = claims_on([song.pk]).get(song.pk)
    return found is not None and bool(found.disputes)


# ——— objecting ———


def test_an_objection_holds_at_once(
    song: Track, as_bo: Client, told: list[ClaimsChanged], django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = objects(as_bo, song)
    assert answer.status_code == 302
    assert held(song) == EVERYTHING
    assert [event.track_ids for event in told] == [(song.pk,)]
    assert "It holds." in words(as_bo.get(answer["Location"]))


def test_it_holds_what_it_names(song: Track, as_bo: Client) -> None:
    assert objects(as_bo, song, everything="no", cells=[TRAIN]).status_code == 302
    assert held(song) == cell_named(TRAIN).bit


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"words": "mine"}, "Say in a sentence"),
        ({"role": ""}, "required"),
        ({"everything": "no"}, "Choose the uses"),
        ({"everything": "no", "cells": ["recording/identification/input"]}, "Select a valid choice"),
        ({"everything": "no", "cells": ["x"]}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said(song: Track, as_bo: Client, said: dict[str, Any], expected: str) -> None:
    answer = objects(as_bo, song, **said)
    assert (answer.status_code, expected in words(answer)) == (422, True)
    assert not Objection.objects.exists()


def test_twice_is_once(song: Track, as_bo: Client) -> None:
    assert [objects(as_bo, song).status_code for _ in range(2)] == [302, 302]
    assert objects(as_bo, song, words="Something else entirely, at length.").status_code == 409
    assert Objection.objects.count() == 1
    assert as_bo.get(f"/tracks/{song.key}/objection")["Location"] == Objection.objects.get().get_absolute_url()


def test_nobody_objects_to_what_they_may_not_meet_nor_to_their_own(
    alma: Account, song: Track, as_bo: Client, as_alma: Client
) -> None:
    hidden = track(alma, "Sketch")
    assert as_bo.get(f"/tracks/{hidden.key}/objection").status_code == 404
    assert objects(as_bo, hidden).status_code == 404
    assert Client().get(f"/tracks/{song.key}/objection").status_code == 302
    assert objects(as_alma, song).status_code == 409
    assert not Objection.objects.exists()


def test_an_objection_is_read_by_its_parties_and_staff(
    song: Track, as_bo: Client, as_alma: Client, as_cy: Client, sol: Account
) -> None:
    address = objects(as_bo, song)["Location"]
    assert [each.get(address).status_code for each in (as_bo, as_alma, browser(sol), as_cy)] == [200, 200, 200, 404]
    for act in ("withdrawal", "acceptance", "dispute"):
        assert as_cy.post(f"{address}/{act}", {"words": WROTE}).status_code == 404


def test_repeats_end(song: Track, bo: Account) -> None:
    for number in range(objections.MOST_ON_ONE_TRACK):
        made = object_to(song, "writer", frozenset(), WROTE, by=bo, at=NOON + number * DAY)
        withdraw(made, by=bo, at=NOON + number * DAY)
    with pytest.raises(TooOften):
        object_to(song, "writer", frozenset(), WROTE, by=bo, at=NOON + 90 * DAY)


def test_a_day_has_so_many(alma: Account, bo: Account) -> None:
    songs = [public(alma, f"No. {number}") for number in range(objections.MOST_A_DAY + 1)]
    for each in songs[:-1]:
        object_to(each, "writer", frozenset(), WROTE, by=bo, at=NOON)
    with pytest.raises(TooOften):
        object_to(songs[-1], "writer", frozenset(), WROTE, by=bo, at=NOON + DAY / 2)
    object_to(songs[-1], "writer", frozenset(), WROTE, by=bo, at=NOON + 2 * DAY)


def test_who_was_found_wrong_does_not_begin_again(song: Track, alma: Account, bo: Account, sol: Account) -> None:
    made = object_to(song, "writer", frozenset(), WROTE, by=bo, at=NOON)
    resolve(contest(made, WROTE, by=alma, at=NOON), "rejected", "The register names her alone.", by=sol, at=NOON)
    with pytest.raises(FoundWrong):
        object_to(song, "writer", frozenset(), WROTE, by=bo, at=NOON + DAY)
    for number in range(objections.MOST_REJECTED - 1):
        each = object_to(public(alma, f"No. {number}"), "writer", frozenset(), WROTE, by=bo, at=NOON + DAY)
        resolve(contest(each, WROTE, by=alma, at=NOON), "rejected", "Nobody knows of him here.", by=sol, at=NOON + DAY)
    with pytest.raises(TooOften):
        object_to(public(alma, "Last"), "writer", frozenset(), WROTE, by=bo, at=NOON + 2 * DAY)


# ——— what becomes of it ———


def test_withdrawn_it_holds_nothing(
    song: Track, as_bo: Client, as_alma: Client, told: list[ClaimsChanged], django_capture_on_commit_callbacks: Capture
) -> None:
    address = objects(as_bo, song)["Location"]
    assert as_alma.post(f"{address}/withdrawal").status_code == 404, "it is not hers to take back"
    told.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert [as_bo.post(f"{address}/withdrawal").status_code for _ in range(2)] == [302, 302]
    assert (held(song), Withdrawal.objects.count(), len(told)) == (0, 1, 1)


def test_accepted_it_holds_on(song: Track, as_bo: Client, as_alma: Client) -> None:
    address = objects(as_bo, song)["Location"]
    assert as_bo.post(f"{address}/acceptance").status_code == 404, "it is not his to accept"
    assert [as_alma.post(f"{address}/acceptance").status_code for _ in range(2)] == [302, 302]
    assert (held(song), Acceptance.objects.count()) == (EVERYTHING, 1)
    assert as_alma.post(f"{address}/dispute", {"words": WROTE}).status_code == 409


def test_contested_everything_is_held_until_staff_decide(
    song: Track, as_bo: Client, as_alma: Client, sol: Account
) -> None:
    address = objects(as_bo, song, everything="no", cells=[TRAIN])["Location"]
    assert as_bo.post(f"{address}/dispute", {"words": WROTE}).status_code == 404
    opened = as_alma.post(f"{address}/dispute", {"words": "He was never in the room, and I have the takes."})
    assert (opened.status_code, is_disputed(song)) == (302, True)
    place = opened["Location"]
    assert "Every use of AI in this track is held" in words(as_bo.get(place))
    assert as_alma.post(f"{place}/resolution", {"outcome": "rejected", "reasons": WROTE}).status_code == 404
    desk = browser(sol)
    assert song.title in words(desk.get("/desk"))
    assert desk.post(f"{place}/resolution", {"outcome": "rejected", "reasons": "no"}).status_code == 422
    decided = {"outcome": "rejected", "reasons": "The takes name everybody who was there."}
    assert [desk.post(f"{place}/resolution", decided).status_code for _ in range(2)] == [302, 302]
    assert desk.post(f"{place}/resolution", decided | {"outcome": "upheld"}).status_code == 409
    assert (held(song), is_disputed(song)) == (0, False)
    assert "The takes name everybody" in words(as_bo.get(place))
    assert "Rejected by staff" in words(as_alma.get(address))


def test_upheld_it_holds_what_it_named(song: Track, alma: Account, bo: Account, sol: Account) -> None:
    made = object_to(song, "writer", frozenset({cell_named(TRAIN)}), WROTE, by=bo, at=NOON)
    resolve(contest(made, WROTE, by=alma, at=NOON), "upheld", "The register names both of them.", by=sol, at=NOON)
    assert (held(song), is_disputed(song)) == (cell_named(TRAIN).bit, False)


@pytest.mark.parametrize(
    ("who", "act", "outcome"), [("bo", "withdrawal", "withdrawn"), ("alma", "acceptance", "upheld")]
)
def test_the_two_may_settle_it_themselves(
    song: Track, as_bo: Client, as_alma: Client, who: str, act: str, outcome: str
) -> None:
    address = objects(as_bo, song)["Location"]
    as_alma.post(f"{address}/dispute", {"words": WROTE})
    assert {"bo": as_bo, "alma": as_alma}[who].post(f"{address}/{act}").status_code == 302
    assert (Resolution.objects.get().outcome, is_disputed(song)) == (outcome, False)
    assert bool(held(song)) is (who == "alma")


def test_staff_do_not_decide_in_their_own_cause(alma: Account, song: Track, sol: Account, as_alma: Client) -> None:
    made = object_to(song, "writer", frozenset(), WROTE, by=sol, at=NOON)
    dispute = contest(made, WROTE, by=alma, at=NOON)
    page = words(browser(sol).get(dispute.get_absolute_url()))
    assert "Somebody else of the staff" in page
    decided = {"outcome": "upheld", "reasons": "I was there myself."}
    assert browser(sol).post(f"{dispute.get_absolute_url()}/resolution", decided).status_code == 403
    assert not Resolution.objects.exists()


def test_the_artists_yes_counts_again_once_it_is_rejected(
    song: Track, alma: Account, bo: Account, sol: Account, django_capture_on_commit_callbacks: Capture
) -> None:
    """Through everything: what is kept current for whoever asks in bulk follows each step."""
    agree(alma, terms())
    with django_capture_on_commit_callbacks(execute=True):
        answer(alma, [song.pk], allow(SORTS), Act.How.PAGE, at=NOON)
    assert open_in([song.pk])[song.pk] & SORTS.bit
    with django_capture_on_commit_callbacks(execute=True):
        made = object_to(song, "writer", frozenset(), WROTE, by=bo, at=NOON)
    assert not open_in([song.pk])[song.pk] & SORTS.bit
    with django_capture_on_commit_callbacks(execute=True):
        resolve(contest(made, WROTE, by=alma, at=NOON), "rejected", "The register names her.", by=sol, at=NOON)
    assert open_in([song.pk])[song.pk] & SORTS.bit


# ——— agreements of others ———


def test_an_agreement_that_reaches_a_track_by_mistake_is_contested(
    alma: Account, bo: Account, as_bo: Client, sol: Account
) -> None:
    agreement = signed(label(dee(), at=timezone.now()), alma, over(isrc()), by=dee(), at=timezone.now())
    his, hers = public(bo, isrc=ISRC), public(alma, isrc=ISRC)
    page = words(as_bo.get(f"/studio/{his.key}/permissions"))
    assert "An agreement of others reaches this track" in page
    opened = as_bo.post(f"/studio/{his.key}/agreements/{agreement.key}/dispute", {"words": "Another recording."})
    assert (opened.status_code, is_disputed(his), is_disputed(hers)) == (302, True, False)
    assert browser(dee()).get(opened["Location"]).status_code == 200, "the label reads why"
    resolve(Dispute.objects.get(), "rejected", "It is another recording.", by=sol, at=timezone.now())
    assert his.pk not in claims_on([his.pk])
    assert len(claims_on([hers.pk])[hers.pk].agreements) == 1
    again = as_bo.post(f"/studio/{his.key}/agreements/{agreement.key}/dispute", {"words": "Another recording."})
    assert again.status_code == 409


def test_only_what_reaches_ones_own_track_can_be_contested(alma: Account, bo: Account, as_cy: Client) -> None:
    agreement = signed(label(dee(), at=timezone.now()), alma, over(isrc()), by=dee(), at=timezone.now())
    hers, other = public(alma, isrc=ISRC), public(bo, "Another")
    with pytest.raises(NotReached):
        contest_agreement(other, agreement.key, WROTE, by=bo, at=timezone.now())
    with pytest.raises(NotReached):
        contest_agreement(other, "bcdfghjkmnpq", WROTE, by=bo, at=timezone.now())
    with pytest.raises(OwnAgreement):
        contest_agreement(hers, agreement.key, WROTE, by=alma, at=timezone.now())
    place = f"/studio/{hers.key}/agreements/{agreement.key}/dispute"
    assert as_cy.post(place, {"words": WROTE}).status_code == 404


# ——— places and letters ———


def test_a_track_says_how_to_object_to_all_but_its_uploader(song: Track, as_bo: Client, as_alma: Client) -> None:
    page = song.get_absolute_url()
    link = f'href="/tracks/{song.key}/objection"'
    assert link in words(Client().get(page))
    assert link in words(as_bo.get(page))
    assert link not in words(as_alma.get(page))
    objects(as_bo, song)
    assert "You object to uses of AI" in words(as_bo.get(page))
    assert "It holds. The uploader can accept it" in words(as_alma.get(f"/studio/{song.key}/permissions"))
    assert "/@bo" not in words(Client().get(page)), "whose no it is, is nobody else's business"


def test_everybody_concerned_gets_a_letter(
    song: Track, alma: Account, bo: Account, sol: Account, django_capture_on_commit_callbacks: Capture
) -> None:
    made = object_to(song, "writer", frozenset(), WROTE, by=bo, at=NOON)
    dispute = contest(made, WROTE, by=alma, at=NOON)
    resolve(dispute, "upheld", "The register names both of them.", by=sol, at=NOON)
    withdraw(made, by=bo, at=NOON)
    for job in Job.objects.filter(task__endswith="letters.deliver").order_by("pk"):
        deliver.call(*job.args)
    sent = [(sorted(letter.to), letter.subject) for letter in mail.outbox]
    assert [to for to, _subject in sent] == [
        ["alma@example.org"],
        ["bo@example.org"],
        ["sol@example.org"],
        ["alma@example.org"],
        ["bo@example.org"],
        ["alma@example.org"],
    ]
    assert all(f"/{part}/" in mail.outbox[n].body for n, part in ((0, "objections"), (1, "disputes"), (3, "disputes")))
    assert "The register names both" in mail.outbox[3].body


def test_the_same_words_again_change_nothing(song: Track, bo: Account) -> None:
    made = object_to(song, "writer", frozenset(), WROTE, by=bo, at=NOON)
    assert object_to(song, "writer", frozenset(), f" {WROTE} ", by=bo, at=NOON) == made
    with pytest.raises(ObjectsAlready):
        object_to(song, "performer", frozenset(), WROTE, by=bo, at=NOON)


def test_as_many_questions_for_five_objections_as_for_two(song: Track, as_alma: Client) -> None:
    counts = []
    for number in range(5):
        made = object_to(song, "writer", frozenset(), WROTE, by=person(f"writer-{number}", f"Writer {number}"), at=NOON)
        contest(made, WROTE, by=song.owner, at=NOON)
        with CaptureQueriesContext(connection) as asked:
            as_alma.get(f"/studio/{song.key}/permissions")
        counts.append(len(asked))
    assert counts[1] == counts[4]


# ——— as of a moment ———


def test_what_is_said_later_was_not_said_before(song: Track, alma: Account, bo: Account, sol: Account) -> None:
    """Raised at 0, contested at 1, found wrong at 2; raised anew by somebody else at 3, withdrawn at 4."""
    minutes = [NOON + number * timedelta(minutes=1) for number in range(6)]
    made = object_to(song, "writer", frozenset({cell_named(TRAIN)}), WROTE, by=bo, at=minutes[0])
    before = [stood(song, at - timedelta(seconds=1)) for at in minutes]
    dispute = contest(made, WROTE, by=alma, at=minutes[1])
    resolve(dispute, "rejected", "The register names her alone.", by=sol, at=minutes[2])
    dora = person("dora", "Dora")
    again = object_to(song, "writer", frozenset(), WROTE, by=dora, at=minutes[3])
    withdraw(again, by=dora, at=minutes[4])
    first, open_still = [made.pk], [dispute.pk]
    assert [stood(song, at) for at in minutes] == [
        (first, []),
        (first, open_still),
        ([], []),
        ([again.pk], []),
        ([], []),
        ([], []),
    ]
    assert stood(song, minutes[0] - timedelta(seconds=1)) == before[0] == ([], [])
    assert stood(song, minutes[1] - timedelta(seconds=1)) == before[1] == (first, [])


def test_that_an_agreement_was_lifted_is_not_told_of_the_time_before(alma: Account, bo: Account, sol: Account) -> None:
    agreement = signed(label(dee(), at=NOON), alma, over(isrc()), by=dee(), at=NOON)
    his = public(bo, isrc=ISRC)
    dispute = contest_agreement(his, agreement.key, WROTE, by=bo, at=NOON + DAY)
    resolve(dispute, "rejected", "It is another recording.", by=sol, at=NOON + 2 * DAY)
    claims = [claims_on([his.pk], NOON + days * DAY / 2).get(his.pk) for days in range(6)]
    assert [bool(one and one.agreements) for one in claims] == [True] * 4 + [False] * 2
    assert [bool(one and one.disputes) for one in claims] == [False] * 2 + [True] * 2 + [False] * 2


def test_who_answers_with_a_clock_behind_opens_nothing_that_was_objected_to(
    song: Track, alma: Account, bo: Account
) -> None:
    agree(alma, terms())
    answer(alma, [song.pk], allow(SORTS), Act.How.PAGE, at=NOON)
    object_to(song, "writer", frozenset(), WROTE, by=bo, at=NOON + DAY)
    refresh([song.pk], NOON + DAY)
    assert not open_in([song.pk])[song.pk] & SORTS.bit
    answer(alma, [song.pk], allow(SORTS), Act.How.PAGE, at=NOON + DAY / 2)
    assert not open_in([song.pk])[song.pk] & SORTS.bit


def stood(song: Track, at: datetime) -> tuple[list[int], list[int]]:
    """The objections that held and the disputes that were open at a moment."""
    found = claims_on([song.pk], at).get(song.pk)
    return ([one.id for one in found.objections], [one.id for one in found.disputes]) if found else ([], [])
