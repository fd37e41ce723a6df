"""People listen as they like; whoever collects is told to wait, told why, and for how long."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenuto.accounts.models import Account
from tenuto.accounts.tokens import issue
from tenuto.rules.budgets import Allowance, Limits, Pace, Reason
from tenuto.safeguards.visitors import books
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.models import Stopped
from tenuto.tracks.models import Publication
from tests.audio.sounding import SECONDS, press_play, public, sketch, source
from tests.safeguards.visitors.listening import (
    ADDRESS,
    ELSEWHERE,
    NEIGHBOUR,
    Clock,
    catalogue,
    fetch,
    guest,
    hear,
    sound_of,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def test_who_listens_to_one_track_after_another_is_never_stopped(alma: Account, narrow: Limits, clock: Clock) -> None:
    """Whoever hears what they take can go on, until the day's end is reached."""
    bo = guest()
    for track in catalogue(alma, 5):
        played = press_play(bo, track)
        assert bo.get(source(played, "aac")).status_code == 200
        for second in range(10, 50, 10):
            clock.goes(10)
            hear(bo, played, second)


def test_who_only_takes_comes_to_an_end_and_reads_why(alma: Account, narrow: Limits, clock: Clock) -> None:
    tracks = catalogue(alma, 6)
    statuses = [fetch(guest(), track).status_code for track in tracks]
    assert statuses == [200, 200, 429, 429, 429, 429]
    answer = guest(accept="text/html").get(sound_of(tracks[5]))
    assert answer["Retry-After"] == "15"
    assert "more new music in one day" in answer.content.decode()
    assert "This is a mistake" in answer.content.decode()
    told = guest(accept="application/json").get(sound_of(tracks[5])).json()
    assert told["code"] == "too_much_collection"
    assert told["retry_after"] == 15
    assert told["appeal"].startswith("/stopped/")


def test_pressing_play_says_at_once_that_no_sound_would_follow(alma: Account, narrow: Limits, clock: Clock) -> None:
    tracks = catalogue(alma, 3)
    for track in tracks[:2]:
        fetch(guest(), track)
    fetch(guest(NEIGHBOUR), tracks[2])
    bo = guest()
    answer = bo.post("/listens", json.dumps({"key": tracks[2].key}), "application/json")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_a_neighbour_is_of_the_same_network_and_another_network_is_not(
    alma: Account, narrow: Limits, clock: Clock
) -> None:
    tracks = catalogue(alma, 3)
    assert [fetch(guest(), track).status_code for track in tracks[:2]] == [200, 200]
    assert fetch(guest(NEIGHBOUR), tracks[2]).status_code == 429
    assert fetch(guest(ELSEWHERE), tracks[2]).status_code == 200
    six = "2001:db8:1:100::"
    assert [fetch(guest(f"{six}{n}"), track).status_code for n, track in enumerate(tracks)] == [200, 200, 429]
    assert fetch(guest("2001:db8:1:200::1"), tracks[2]).status_code == 200


def test_what_was_taken_today_can_be_taken_again(alma: Account, narrow: Limits, clock: Clock) -> None:
    tracks = catalogue(alma, 3)
    for track in tracks:
        fetch(guest(), track)
    clock.goes(60)
    assert fetch(guest(), tracks[0]).status_code == 200
    assert fetch(guest(), tracks[2]).status_code == 429


def test_a_browser_that_takes_too_fast_waits_as_long_as_it_is_told(
    alma: Account, narrow: Limits, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = replace(narrow, guests=Allowance(10_000, 10_000), silent_seconds=10_000)
    monkeypatch.setattr(books, "limits_of_this_server", lambda: wide)
    tracks = catalogue(alma, 5)
    bo = guest()
    press_play(bo, tracks[0])
    answers = [fetch(bo, track) for track in tracks]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    wait = int(answers[3]["Retry-After"])
    assert 0 < wait <= SECONDS / wide.person.rate + 1
    clock.goes(wait)
    assert fetch(bo, tracks[3]).status_code == 200


def test_all_who_take_without_listening_share_one_pool(alma: Account, narrow: Limits, clock: Clock) -> None:
    """Many addresses that each take a little are one collection."""
    tracks = catalogue(alma, 8)
    statuses = []
    for number, track in enumerate(tracks):
        client = guest(f"192.0.{number // 2}.1")
        statuses.append(fetch(client, track).status_code)
    # Of each network the first is nobody's concern; the second comes out of the pool, which holds two tracks.
    assert statuses == [200, 200, 200, 200, 200, 429, 200, 429]
    assert Stopped.objects.count() == 0, "written with the next exchange, not with each request"
    meter.exchange(clock.at)
    assert {each.reason for each in Stopped.objects.all()} == {Reason.SPREAD}


def test_what_the_pool_has_already_costs_nobody_anything(alma: Account, narrow: Limits, clock: Clock) -> None:
    """Feed readers fetch the same few new tracks, and none is in another's way."""
    first, second = catalogue(alma, 2)
    for number in range(30):
        client = guest(f"192.0.{number}.1")
        assert (fetch(client, first).status_code, fetch(client, second).status_code) == (200, 200)


def test_a_class_behind_one_address_hears_its_list(alma: Account, narrow: Limits, clock: Clock) -> None:
    tracks = catalogue(alma, 4)
    pupils = [guest() for _ in range(12)]
    for track in tracks:
        played = [press_play(pupil, track) for pupil in pupils]
        for pupil, one in zip(pupils, played, strict=True):
            assert pupil.get(source(one, "aac")).status_code == 200
        for second in (10, 20, 30, 40):
            clock.goes(10)
            for pupil, one in zip(pupils, played, strict=True):
                hear(pupil, one, second)


def test_a_class_that_begins_together_is_heard_of_before_it_is_called_silent(
    alma: Account, narrow: Limits, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was begun a moment ago cannot have been heard; whoever presses play gets that minute, once."""
    wide = replace(narrow, guests=Allowance(10_000, 10_000), pool_seconds=0.0, promises=Pace(30.0, 2.0))
    monkeypatch.setattr(books, "limits_of_this_server", lambda: wide)
    tracks = catalogue(alma, 5)
    assert [fetch(guest(ELSEWHERE), track).status_code for track in tracks[:2]] == [200, 429], "a silent taker"
    played = [guest().post("/listens", json.dumps({"key": track.key}), "application/json") for track in tracks]
    statuses = [guest().get(source(one.json(), "aac")).status_code for one in played]
    assert statuses == [200, 200, 200, 429, 429], "30 of 120 seconds were promised, and of 160 that is too little"


def test_what_members_begin_earns_the_guests_of_their_network_nothing(
    alma: Account, bo: Account, as_bo: Client, narrow: Limits, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else somebody with an account presses play, and a collector beside them takes music on the promise."""
    wide = replace(narrow, guests=Allowance(10_000, 10_000), pool_seconds=0.0, promises=Pace(30.0, 2.0))
    monkeypatch.setattr(books, "limits_of_this_server", lambda: wide)
    begun, others = (tracks := catalogue(alma, 10))[:5], tracks[5:]
    Account.objects.filter(pk=bo.pk).update(date_joined=clock.at - timedelta(days=10))
    taken = []
    for listener, network in ((as_bo, ADDRESS), (guest(ELSEWHERE), ELSEWHERE)):
        listener.defaults["REMOTE_ADDR"] = network
        for track in begun:
            body = json.dumps({"key": track.key})
            assert listener.post("/listens", body, "application/json").status_code == 200
        taken.append([fetch(guest(network), track).status_code for track in others])
    assert taken == [[200, 429, 429, 429, 429], [200, 200, 200, 429, 429]]


def test_a_member_is_counted_alone_wherever_they_are(
    alma: Account, bo: Account, as_bo: Client, narrow: Limits, clock: Clock
) -> None:
    Account.objects.filter(pk=bo.pk).update(date_joined=clock.at - timedelta(days=10))
    tracks = catalogue(alma, 9)
    for track in tracks[:3]:
        fetch(guest(), track)
    as_bo.defaults["REMOTE_ADDR"] = ADDRESS
    statuses = []
    for track in tracks:
        played = as_bo.post("/listens", json.dumps({"key": track.key}), "application/json")
        if played.status_code == 200:
            statuses.append(as_bo.get(source(played.json(), "aac")).status_code)
        clock.goes(5)
    assert statuses == [200] * 7, "300 seconds unheard"


def test_an_account_made_today_is_a_guest_of_its_network(
    alma: Account, bo: Account, as_bo: Client, narrow: Limits, clock: Clock
) -> None:
    """Accounts are made by the thousand; the third from one network finds what a guest finds."""
    Account.objects.filter(pk=bo.pk).update(date_joined=clock.at - timedelta(hours=1))
    tracks = catalogue(alma, 3)
    for track in tracks[:2]:
        fetch(guest(NEIGHBOUR), track)
    as_bo.defaults["REMOTE_ADDR"] = ADDRESS
    assert as_bo.post("/listens", json.dumps({"key": tracks[2].key}), "application/json").status_code == 429


def test_a_program_of_a_members_takes_music_along_and_its_player_needs_no_cookie(
    alma: Account, bo: Account, narrow: Limits, clock: Clock
) -> None:
    Account.objects.filter(pk=bo.pk).update(date_joined=clock.at - timedelta(days=10))
    _token, secret = issue(bo, "pocket", None)
    program, player = guest(Authorization=f"Bearer {secret}"), guest()
    statuses = []
    for track in catalogue(alma, 5):
        played = program.post("/api/v1/listens", json.dumps({"key": track.key}), "application/json").json()
        statuses.append(player.get(source(played, "aac")).status_code)
    assert statuses == [200] * 5


def test_ones_own_music_is_never_counted(alma: Account, as_alma: Client, narrow: Limits, clock: Clock) -> None:
    for number in range(8):
        played = press_play(as_alma, sketch(alma, f"Sketch {number}"))
        assert as_alma.get(source(played, "aac")).status_code == 200
        assert as_alma.get(f"/tracks/{played['key']}/download").status_code == 200


def test_a_download_counts_as_its_music(alma: Account, narrow: Limits, clock: Clock) -> None:
    tracks = [public(alma, f"Piece {number}", downloads=True) for number in range(4)]
    statuses = [guest().get(f"/tracks/{track.key}/download").status_code for track in tracks]
    assert statuses == [200, 200, 429, 429]


def test_heads_pages_pictures_and_peaks_cost_nothing(alma: Account, narrow: Limits, clock: Clock) -> None:
    tracks = catalogue(alma, 4)
    for _ in range(5):
        for track in tracks:
            bo = guest()
            assert bo.head(sound_of(track)).status_code == 200
            assert bo.get(track.get_absolute_url()).status_code == 200
            assert bo.get(f"/tracks/{track.key}/waveform-8192.dat").status_code == 200
    assert fetch(guest(), tracks[0]).status_code == 200


def test_claiming_to_have_heard_in_many_windows_at_once_opens_nothing(
    alma: Account, narrow: Limits, clock: Clock
) -> None:
    tracks = catalogue(alma, 6)
    bo = guest()
    played = [press_play(bo, track) for track in tracks]
    clock.goes(20)
    for one in played:
        hear(bo, one, 20)
    statuses = [bo.get(source(one, "aac")).status_code for one in played]
    # 30 seconds of belief at first, and 1.1 for each second: 52 of the 120 that were claimed, so 78 more may be taken.
    assert statuses.count(200) <= 4


def test_sound_asks_the_database_nothing_for_the_guards_sake(
    alma: Account, narrow: Limits, clock: Clock, settings: Any
) -> None:
    track = public(alma)
    fetch(guest(), track)
    with CaptureQueriesContext(connection) as with_guard:
        fetch(guest(), track)
    settings.GUARD = False
    with CaptureQueriesContext(connection) as without:
        fetch(guest(), track)
    assert len(with_guard) == len(without)


def test_switched_off_the_guard_stops_nobody(alma: Account, narrow: Limits, clock: Clock, settings: Any) -> None:
    settings.GUARD = False
    assert [fetch(guest(), track).status_code for track in catalogue(alma, 6)] == [200] * 6


def test_a_network_the_operator_knows_is_counted_by_its_people(
    alma: Account, narrow: Limits, clock: Clock, settings: Any
) -> None:
    settings.TRUSTED_NETWORKS = ["203.0.113.0/24"]
    tracks = catalogue(alma, 6)
    assert [fetch(guest(), track).status_code for track in tracks] == [200] * 6


def test_what_came_out_lately_is_not_taken_out_of_the_common_pool(alma: Account, narrow: Limits, clock: Clock) -> None:
    """When collectors have used the pool up, readers of feeds still get what is new."""
    old = catalogue(alma, 5)
    Publication.objects.update(starts_at=clock.at - timedelta(days=30))
    new = public(alma, "New")
    Publication.objects.filter(track=new).update(starts_at=clock.at - timedelta(days=1))
    for number, track in enumerate(old[:4]):
        fetch(guest(f"192.0.{number // 2}.1"), track)
    reader = guest("192.0.9.1")
    assert fetch(reader, old[0]).status_code == 200
    assert fetch(reader, new).status_code == 200
    assert fetch(guest("192.0.8.1"), old[4]).status_code == 200, "its first"
    assert fetch(guest("192.0.8.1"), new).status_code == 200
