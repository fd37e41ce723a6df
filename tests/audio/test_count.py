"""A play is counted once, for whoever really listened, and for nobody else."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tenuto.accounts.models import Account
from tenuto.audio import count
from tenuto.audio.deliveries import Deliveries, deliveries
from tenuto.audio.listeners import Listener, network_of
from tenuto.audio.models import Listen
from tenuto.audio.remember import ENDED_AFTER
from tenuto.base.models import Blob
from tenuto.rules.plays import MOST_OF_A_NETWORK, WINDOW
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, opened, press_play, public, sketch, source

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """Lets time go by without waiting."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now()
        for module in ("listens", "media", "deliveries"):
            monkeypatch.setattr(f"tenuto.audio.{module}.timezone.now", lambda: self.now)

    def goes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def fetch(browser: Client, played: dict[str, Any], first: int = 0, last: int = 10_000_000) -> None:
    response = browser.get(source(played, "aac"), headers={"range": f"bytes={first}-{last}"})
    assert response.status_code == 206
    # Read to its end: a request that is broken off closes the database's connection, and here the test's transaction.
    assert response.getvalue()


def report(browser: Client, played: dict[str, Any], position: float, heard: float) -> int:
    sent = json.dumps({"position": position, "heard": heard})
    return browser.patch(played["report"], sent, "application/json").status_code


def plays(track: Track) -> int:
    return Track.objects.get(pk=track.pk).play_count


def test_half_of_a_short_track_makes_a_play_and_makes_it_once(alma: Account, client: Client, clock: Clock) -> None:
    """Your count goes up by one when somebody has heard half of a 40-second track, and by no more."""
    track = public(alma)
    played = press_play(client, track)
    fetch(client, played)
    clock.goes(19)
    assert report(client, played, 19, 19) == 204
    assert plays(track) == 0
    clock.goes(2)
    report(client, played, 21, 21)
    assert plays(track) == 1
    clock.goes(20)
    report(client, played, 40, 40)
    report(client, played, 40, 40)
    assert plays(track) == 1
    listen = Listen.objects.get(key=played["listen"])
    assert listen.counted_at is not None
    assert listen.furthest_seconds == pytest.approx(40, abs=0.1)
    assert listen.not_counted == ""


def test_playing_again_at_once_is_the_same_play_and_in_the_evening_another(
    alma: Account, client: Client, clock: Clock
) -> None:
    track = public(alma)
    for after, expected in ((0, 1), (60, 1), (WINDOW.total_seconds() + 1, 2)):
        clock.goes(after)
        played = press_play(client, track)
        fetch(client, played)
        clock.goes(25)
        report(client, played, 25, 25)
        assert plays(track) == expected
    reasons = list(Listen.objects.order_by("pk").values_list("not_counted", flat=True))
    assert reasons == ["", "already_counted", ""]


def test_of_guests_of_one_network_a_few_count_and_who_has_an_account_counts_besides(
    alma: Account, as_bo: Client, clock: Clock
) -> None:
    """A machine that forgets its cookie each time is eight listeners, and no eight plays."""
    track = public(alma)

    def hear(browser: Client) -> str:
        played = press_play(browser, track)
        fetch(browser, played)
        clock.goes(21)
        report(browser, played, 21, 21)
        return Listen.objects.get(key=played["listen"]).not_counted

    of_one = [hear(Client(REMOTE_ADDR="192.0.2.1")) for _guest in range(MOST_OF_A_NETWORK + 3)]
    assert of_one == [""] * MOST_OF_A_NETWORK + ["one_network"] * 3
    as_bo.defaults["REMOTE_ADDR"] = "192.0.2.1"
    assert hear(as_bo) == "", "is known again"
    assert hear(Client(REMOTE_ADDR="198.51.100.7")) == "", "is elsewhere"
    clock.goes(WINDOW.total_seconds())
    assert hear(Client(REMOTE_ADDR="192.0.2.1")) == "", "later"
    assert plays(track) == MOST_OF_A_NETWORK + 3


def test_of_a_household_with_ipv6_every_address_is_one_network_and_of_this_house_none_is(clock: Clock) -> None:
    def place(address: str) -> str:
        return network_of(RequestFactory().get("/", REMOTE_ADDR=address), clock.now)

    assert place("2001:db8:1:2::1") == place("2001:db8:1:2:3:4:5:6") == place("2001:db8:1:ff::9")
    assert place("2001:db8:1:2::1") != place("2001:db8:1:100::1")
    assert place("::ffff:192.0.2.1") == place("192.0.2.1") != place("192.0.2.2")
    assert place("127.0.0.1") == place("192.168.7.7") == place("no address") == ""


def test_your_own_listening_never_counts(alma: Account, as_alma: Client, clock: Clock) -> None:
    track = public(alma)
    played = press_play(as_alma, track)
    fetch(as_alma, played)
    clock.goes(30)
    report(as_alma, played, 30, 30)
    assert plays(track) == 0
    assert Listen.objects.get().not_counted == "owner"


def test_a_listen_by_a_secret_link_is_a_receipt_and_no_play(alma: Account, client: Client, clock: Clock) -> None:
    track = sketch(alma)
    played = press_play(opened(client, link_to(track)), track)
    fetch(client, played)
    clock.goes(30)
    report(client, played, 30, 30)
    assert plays(track) == 0
    listen = Listen.objects.get()
    assert (listen.not_counted, listen.furthest_seconds) == ("by_link", 30)
    assert listen.link is not None


def test_a_claim_without_sound_counts_nothing(alma: Account, client: Client, clock: Clock) -> None:
    """A program that only says that it listened is not counted."""
    track = public(alma)
    played = press_play(client, track)
    clock.goes(60)
    report(client, played, 39, 60)
    assert plays(track) == 0


def test_sound_without_a_claim_counts_nothing(alma: Account, client: Client, clock: Clock) -> None:
    """A program that only fetches is not counted."""
    track = public(alma)
    fetch(client, press_play(client, track))
    clock.goes(ENDED_AFTER.total_seconds() + 60)
    assert count.settle(clock.now) == 1
    assert plays(track) == 0
    assert Listen.objects.get().not_counted == "not_reported"


def test_nobody_hears_forty_seconds_in_one(alma: Account, client: Client, clock: Clock) -> None:
    track = public(alma)
    played = press_play(client, track)
    fetch(client, played)
    clock.goes(1)
    report(client, played, 40, 9999)
    assert plays(track) == 0
    assert Listen.objects.get().heard_seconds == pytest.approx(6.1)


def test_a_sip_of_bytes_does_not_cover_a_long_claim(alma: Account, client: Client, clock: Clock) -> None:
    track = public(alma)
    played = press_play(client, track)
    fetch(client, played, 0, 20_000)
    clock.goes(40)
    report(client, played, 40, 40)
    assert plays(track) == 0
    fetch(client, played, 20_001)
    report(client, played, 40, 40)
    assert plays(track) == 1


def test_a_listen_is_known_to_its_listener_alone(
    alma: Account, as_bo: Client, as_cy: Client, client: Client, clock: Clock
) -> None:
    track = public(alma)
    played = press_play(as_bo, track)
    fetch(as_bo, played)
    press_play(as_cy, track)
    press_play(client, track)
    clock.goes(30)
    assert report(as_cy, played, 30, 30) == 404
    assert report(client, played, 30, 30) == 404
    assert report(Client(), played, 30, 30) == 404
    assert plays(track) == 0
    assert report(as_bo, {**played, "report": "/listens/zzzzzzzzzzzz"}, 30, 30) == 404
    clock.goes(2 * 24 * 3600)
    assert report(as_bo, played, 30, 30) == 404


@pytest.mark.parametrize(
    "sent",
    [
        '{"position": 1}',
        '{"position": -1, "heard": 1}',
        '{"position": NaN, "heard": 1}',
        '{"position": 1, "heard": 1e999}',
        '{"position": "x", "heard": 1}',
        '{"position": null, "heard": 1}',
        '{"position": [], "heard": 1}',
        "[]",
        "{",
        "",
        "[" * 100_000,
        '{"position": ' * 2_000 + "1" + "}" * 2_000,
        '{"position": 1, "heard": 1, "key": "\\ud800"}',
        '{"position": 1, "heard": 1, "key": "\\u0000"}',
    ],
)
def test_a_report_that_makes_no_sense_is_refused_with_words(alma: Account, client: Client, sent: str) -> None:
    played = press_play(client, public(alma))
    response = client.patch(played["report"], sent, "application/json", headers={"accept": "application/json"})
    assert response.status_code == 400
    assert response.json()["detail"]


def test_a_beacon_may_be_a_form(alma: Account, client: Client, clock: Clock) -> None:
    """sendBeacon, when a page is left, can send neither PATCH nor headers."""
    played = press_play(client, public(alma))
    clock.goes(12)
    assert client.post(played["report"], {"position": "12.5", "heard": "12"}).status_code == 204
    assert Listen.objects.get().furthest_seconds == 12.5


def test_no_address_of_the_network_is_kept_in_clear(alma: Account, client: Client, clock: Clock) -> None:
    """What is kept of a network address tells two of one day apart, and nothing else."""
    track = public(alma)
    for address in ("203.0.113.7", "203.0.113.7", "203.0.113.8"):
        browser = Client(REMOTE_ADDR=address, headers={"user-agent": "Mozilla/5.0 … Firefox/153.0"})
        press_play(browser, track)
    clock.goes(24 * 3600)
    press_play(Client(REMOTE_ADDR="203.0.113.7"), track)
    rows = list(Listen.objects.order_by("pk").values())
    first, same, other, tomorrow = (row["network"] for row in rows)
    assert first == same
    assert len({first, other, tomorrow}) == 3
    assert "203.0.113" not in str(rows)
    assert rows[0]["client"] == "Firefox"


def test_behind_a_proxy_only_its_own_word_counts(alma: Account, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    track = public(alma)
    for claimed in ("198.51.100.1, 203.0.113.7", "10.0.0.1, 203.0.113.7", "203.0.113.7"):
        press_play(Client(headers={"X-Forwarded-For": claimed}), track)
    assert len(set(Listen.objects.values_list("network", flat=True))) == 1


def test_the_cookie_comes_with_the_first_play_and_only_then(alma: Account, client: Client) -> None:
    """Looking around sets no listener's cookie; pressing play does, until the browser is closed."""
    track = public(alma)
    assert client.get(f"/tracks/{track.key}/waveform-256.dat").getvalue()
    assert "tenuto_listener" not in client.cookies
    press_play(client, track)
    cookie = client.cookies["tenuto_listener"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["expires"]) == (True, "Lax", "", "")
    kept = cookie.value
    press_play(client, track)
    assert client.cookies["tenuto_listener"].value == kept
    assert kept not in str(list(Listen.objects.values()))


def test_new_addresses_for_a_listen_that_goes_on(alma: Account, as_alma: Client, as_cy: Client) -> None:
    track = sketch(alma)
    played = press_play(as_alma, track)
    assert press_play(as_alma, track, again=played["listen"])["listen"] == played["listen"]
    assert Listen.objects.count() == 1
    refused = as_cy.post("/listens", {"key": public(alma, "Salt").key, "again": played["listen"]})
    assert refused.status_code == 404


def test_a_listen_that_was_settled_and_goes_on_is_judged_again(alma: Account, client: Client, clock: Clock) -> None:
    track = public(alma)
    played = press_play(client, track)
    fetch(client, played)
    clock.goes(10)
    report(client, played, 10, 10)
    clock.goes(ENDED_AFTER.total_seconds() + 1)
    count.settle(clock.now)
    assert Listen.objects.get().not_counted == "too_short"
    clock.goes(20)
    report(client, played, 30, 30)
    assert plays(track) == 1
    assert count.settle(clock.now + timedelta(days=1)) == 0


def test_settling_counts_what_was_delivered_after_the_last_report(alma: Account, client: Client, clock: Clock) -> None:
    track = public(alma)
    played = press_play(client, track)
    clock.goes(30)
    report(client, played, 30, 30)
    fetch(client, played)
    clock.goes(ENDED_AFTER.total_seconds() + 1)
    assert count.settle(clock.now) == 1
    assert count.settle(clock.now) == 0
    assert plays(track) == 1


def test_seconds_are_written_together_and_seldom(alma: Account, bo: Account, settings: Any) -> None:
    """200 readers cost an addition each, and one transaction for all every few seconds."""
    track = public(alma)
    recording = track.recordings.get()
    listeners = [Listener(f"c{number}") for number in range(5)]
    for listener in listeners:
        count.begin(Track.objects.get(pk=track.pk), listener, count.Circumstances("page"), NOON)
    settings.DELIVERY_PAUSE_SECONDS = 3600
    waiting = Deliveries()
    try:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            for _ in range(200):
                for listener in listeners:
                    waiting.note(listener.id, track.pk, recording.pk, 0.1)
        assert len(asked) == 0
    finally:
        assert waiting._timer is not None
        waiting._timer.cancel()
    waiting.write(NOON + timedelta(minutes=1))
    assert [round(seconds, 3) for seconds in Listen.objects.values_list("delivered_seconds", flat=True)] == [20.0] * 5
    waiting.write(NOON + timedelta(minutes=2))
    assert Listen.objects.filter(delivered_seconds__gt=20.01).count() == 0


def test_seconds_that_could_not_be_written_wait(alma: Account, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    track = public(alma)
    recording = track.recordings.get()
    count.begin(track, Listener("c1"), count.Circumstances("page"), NOON)
    settings.DELIVERY_PAUSE_SECONDS = 3600
    waiting = Deliveries()
    waiting.note("c1", track.pk, recording.pk, 4.0)
    with failing(monkeypatch):
        waiting.write(NOON)
    assert Listen.objects.get().delivered_seconds == 0
    assert waiting._timer is not None
    waiting._timer.cancel()
    waiting.write(NOON)
    assert Listen.objects.get().delivered_seconds == 4.0


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def locked(*_: object) -> None:
        raise DatabaseError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("tenuto.audio.deliveries._add", locked)
        yield


# ——— any order of events ———

step = st.tuples(
    st.sampled_from(["begin", "report", "report", "deliver", "wait", "wait", "settle", "play"]),
    st.integers(0, 2),  # which listener: two browsers of one account, one of nobody's
    st.integers(0, 2),  # which of the listener's listens
    st.sampled_from([0.0, 5.0, 28.0, 31.0, 60.0, 700.0, 1801.0]),
)
BROWSERS = ("c-phone", "c-desk", "c-other")


@given(steps=st.lists(step, max_size=40))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_order_each_play_is_counted_once(
    alma: Account, bo: Account, steps: list[tuple[str, int, int, float]]
) -> None:
    """Reports may come twice, late, or out of order, from several devices: the count is the number of plays."""
    with transaction.atomic():
        track = Track.objects.create(owner=alma, title="Salt", slug=f"salt-{timezone.now().timestamp()}")
        recording = track.recordings.create(
            original=some_blob(), filename="x.wav", stage="ready", current=True, seconds=200
        )
        listeners = [Listener(name, bo if index < 2 else None) for index, name in enumerate(BROWSERS)]
        now = NOON
        for what, who, which, amount in steps:
            listener = listeners[who]
            own = list(Listen.objects.filter(track=track, listener=listener.id).order_by("-pk")[: which + 1])
            if what == "begin":
                count.begin(Track.objects.get(pk=track.pk), listener, count.Circumstances("page"), now)
            elif what == "wait":
                now += timedelta(seconds=amount)
            elif what == "play":
                listen = count.begin(Track.objects.get(pk=track.pk), listener, count.Circumstances("page"), now)
                Listen.objects.filter(pk=listen.pk).update(delivered_seconds=60)
                now += timedelta(seconds=31)
                count.report(listen, 31, 31, now)
            elif what == "settle":
                count.settle(now)
            elif own and what == "report":
                count.report(own[-1], amount, amount, now)
            elif own and what == "deliver":
                deliveries.hold({(listener.id, track.pk, recording.pk): amount})
                deliveries.write(now)
        counted = list(Listen.objects.filter(track=track, counted_at__isnull=False).order_by("counted_at"))
        assert Track.objects.get(pk=track.pk).play_count == len(counted)
        for listen in counted:
            assert listen.not_counted == ""
            assert listen.heard_seconds >= 30
            assert listen.delivered_seconds >= 28.5
            elapsed = (listen.last_at - listen.started_at).total_seconds()
            assert listen.heard_seconds <= elapsed * 1.1 + 5
        for earlier, later in combinations(counted, 2):
            same = earlier.listener == later.listener or (earlier.account_id and earlier.account_id == later.account_id)
            assert not same or later.started_at - (earlier.counted_at or NOON) >= WINDOW
        transaction.set_rollback(True)


def some_blob() -> Blob:
    return Blob.objects.get_or_create(digest="0" * 64, size_bytes=1)[0]


def test_only_the_owner_reads_the_receipts(alma: Account, as_alma: Client, as_cy: Client, client: Client) -> None:
    """You see who listened by which link, by a few letters of a key; nobody else does."""
    track = sketch(alma)
    link = link_to(track, "Mara, for the mix")
    played = press_play(opened(client, link), track)
    report(client, played, 4, 4)
    press_play(client, track)
    page = as_alma.get(f"/tracks/{track.key}/receipts").content.decode()
    part = as_alma.get(f"/tracks/{track.key}/receipts", headers={"HX-Request-Type": "partial"}).content.decode()
    assert page.startswith("<!doctype html>"), "without scripts it is a whole page"
    assert part.lstrip().startswith("<section")
    listener = Listen.objects.first().listener  # type: ignore[union-attr]  # there are two
    assert "Mara, for the mix" in page
    assert "2 listens" in " ".join(page.split())
    assert f"<code>{listener[1:6]}</code>" in page
    assert listener[1:9] not in page
    assert "10%" in page
    assert as_cy.get(f"/tracks/{track.key}/receipts").status_code == 404
    assert client.get(f"/tracks/{track.key}/receipts").status_code == 302
