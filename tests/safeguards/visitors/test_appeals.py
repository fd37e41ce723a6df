"""Whoever is stopped can say that it is a mistake; staff and artists read what was stopped, and of nobody by name."""

import pytest
from django.test import Client

from tenuto.accounts.models import Account
from tenuto.rules.budgets import Limits
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.models import Appeal, StoppedOfTrack
from tests.audio.sounding import press_play, public, source
from tests.safeguards.visitors.listening import ADDRESS, NEIGHBOUR, Clock, catalogue, fetch, guest, sound_of

pytestmark = pytest.mark.django_db


def test_an_appeal_is_told_granted_and_lets_go_on(
    alma: Account, bo: Account, as_bo: Client, narrow: Limits, clock: Clock
) -> None:
    tracks = catalogue(alma, 4)
    for track in tracks[:3]:
        fetch(guest(), track)
    stopped = guest(accept="application/json").get(sound_of(tracks[3])).json()
    page = guest().get(stopped["appeal"])
    assert page.status_code == 200
    assert "more new music in one day" in page.content.decode()
    nothing_said = guest().post(stopped["appeal"], {"words": "", "contact": "bo@example.org"})
    assert nothing_said.status_code == 422
    assert "bo@example.org" in nothing_said.content.decode(), "what was typed stays"
    sent = guest().post(stopped["appeal"], {"words": "We practise with these in class.", "contact": ""})
    assert "Told." in sent.content.decode()

    Account.objects.filter(pk=bo.pk).update(is_staff=True)
    meter.exchange(clock.at)
    desk = as_bo.get("/desk/visitors").content.decode()
    assert "We practise with these in class." in desk
    assert "Too much new music in a day" in desk
    assert ADDRESS not in desk
    appeal = Appeal.objects.get()
    assert as_bo.post(f"/desk/visitors/appeals/{appeal.key}", {"outcome": "perhaps"}).status_code == 400
    assert as_bo.post(f"/desk/visitors/appeals/{appeal.key}", {"outcome": "granted"}).status_code == 302
    assert fetch(guest(), tracks[3]).status_code == 200
    meter.exchange(clock.at)
    assert fetch(guest(), tracks[3]).status_code == 200, "the other processes hear of it too"


def test_a_declined_appeal_changes_nothing(
    alma: Account, bo: Account, as_bo: Client, narrow: Limits, clock: Clock
) -> None:
    Account.objects.filter(pk=bo.pk).update(is_staff=True)
    tracks = catalogue(alma, 4)
    for track in tracks[:3]:
        fetch(guest(), track)
    stopped = guest(accept="application/json").get(sound_of(tracks[3])).json()
    guest().post(stopped["appeal"], {"words": "Please.", "contact": ""})
    as_bo.post(f"/desk/visitors/appeals/{Appeal.objects.get().key}", {"outcome": "declined"})
    assert fetch(guest(), tracks[3]).status_code == 429


def test_an_appeal_that_was_declined_can_be_made_again(
    alma: Account, bo: Account, as_bo: Client, narrow: Limits, clock: Clock
) -> None:
    Account.objects.filter(pk=bo.pk).update(is_staff=True)
    tracks = catalogue(alma, 4)
    for track in tracks[:3]:
        fetch(guest(), track)
    appeal = guest(accept="application/json").get(sound_of(tracks[3])).json()["appeal"]
    guest().post(appeal, {"words": "Please.", "contact": ""})
    as_bo.post(f"/desk/visitors/appeals/{Appeal.objects.get().key}", {"outcome": "declined"})
    guest().post(appeal, {"words": "We are a school.", "contact": ""})
    found = Appeal.objects.get()
    assert (found.words, found.answered_at) == ("We are a school.", None)


def test_nobody_appeals_with_a_reference_of_their_own(db: None) -> None:
    assert Client().get("/stopped/something").status_code == 404
    assert Client().post("/stopped/something", {"words": "x"}).status_code == 404


def test_the_artist_reads_what_was_stopped_of_theirs(
    alma: Account, as_alma: Client, as_cy: Client, narrow: Limits, clock: Clock
) -> None:
    tracks = catalogue(alma, 4)
    for track in tracks:
        fetch(guest(), track)
    fetch(guest(**{"User-Agent": "GPTBot/1.2"}), tracks[3])
    meter.exchange(clock.at)
    assert StoppedOfTrack.objects.filter(track_id=tracks[3].pk).count() == 2
    page = as_alma.get(f"/studio/{tracks[3].key}/ledger").content.decode()
    assert "1 crawler for AI" in page
    assert "1 that took too much" in page
    assert "2 that took too much" in as_alma.get("/studio/ledger").content.decode()
    assert "No machine had to be kept from it." in as_cy.get("/studio/ledger").content.decode()


def test_the_decoy_is_seen_by_no_person_and_remembers_who_asked(alma: Account, narrow: Limits, clock: Clock) -> None:
    track = public(alma)
    page = guest().get("/").content.decode()
    begin = page.index('<a href="/tracks/', page.index("colophon"))
    link = page[begin : page.index("</a>", begin)]
    assert link.endswith(" hidden>"), "in no tree of accessibility, and without a word"
    address = link.split('"')[1]
    assert address.endswith("/original")
    assert guest().get("/tracks/abcdefghijkl/original").status_code == 404
    assert fetch(guest(), track).status_code == 200, "guessing is no offence"
    assert guest().get(address).status_code == 404
    answer = guest(accept="application/json").get(sound_of(track))
    assert (answer.status_code, answer.json()["code"]) == (429, "too_much_decoy")
    neighbour = guest(NEIGHBOUR)
    assert fetch(neighbour, track).status_code == 200
    at_the_same_address = guest()
    played = press_play(at_the_same_address, track)
    assert at_the_same_address.get(source(played, "aac")).status_code == 200, "a browser of its own is another"
    meter.exchange(clock.at)
    assert fetch(guest(), track).status_code == 429, "known to every process"
