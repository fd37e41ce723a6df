"""The pages, tables and API of statistics: whose they are, what the public sees, what is in them."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account, Block
from tenuto.accounts.tokens import issue
from tenuto.audio.models import Downloads, Listen
from tenuto.rules.visibility import Audience
from tenuto.statistics.days import count_days
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, opened
from tests.audio.sounding import public as sounding
from tests.conftest import signed_in
from tests.library.listing import public
from tests.statistics.heard import NOW, heard
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db


def played(track: Track, **facts: Any) -> None:
    """Somebody heard it today."""
    listen = heard(track, **facts)
    Listen.objects.filter(pk=listen.pk).update(started_at=timezone.now())


def drawn(page: str) -> list[str]:
    """What the columns of a page say when one points at them."""
    return re.findall(r"<rect [^>]*><title>([^<]*)</title>", page)


def test_the_artist_sees_charts_with_words_and_a_table_behind_each(as_alma: Client, alma: Account) -> None:
    track = public(alma)
    played(track, country="PT")
    played(track, listener="c2", at=3, reason="too_short")
    page = as_alma.get(f"/studio/{track.key}/statistics").content.decode()
    assert [words.rpartition(": ")[2] for words in drawn(page)] == ["1", "1"]  # plays, listeners
    for words in ("Portugal", "On this site", "Stopped before 30 seconds", "Of 2 listens, 50% came to the half"):
        assert words in page
    assert page.count('role="img" aria-labelledby') == 3
    assert "style=" not in page.partition("<main")[2]
    assert "Portugal" in as_alma.get("/studio/statistics?days=365").content.decode()


def test_to_everybody_else_they_are_missing(client: Client, alma: Account, bo: Account, cy: Account) -> None:
    """An outsider, a follower, somebody who is blocked, whoever holds a secret link."""
    track = public(alma)
    bo.following.create(followed=alma)
    Block.objects.create(blocker=alma, blocked=cy)
    addresses = (f"/studio/{track.key}/statistics", f"/studio/{track.key}/statistics.csv")
    for reader in (signed_in(bo), signed_in(cy)):
        for address in addresses:
            assert reader.get(address).status_code == 404
    for reader in (client, opened(Client(), link_to(track))):
        for address in (*addresses, "/studio/statistics", "/studio/statistics.csv"):
            assert "/accounts/login/" in reader.get(address)["Location"]


def test_the_public_sees_plays_by_day_where_the_switch_is_on_and_nothing_else(
    client: Client, alma: Account, bo: Account
) -> None:
    track = public(alma)
    played(track, country="PT")
    address = f"/tracks/{track.key}/insights"
    page = client.get(address).content.decode()
    assert [words.rpartition(": ")[2] for words in drawn(page)] == ["1"]
    for private in ("Portugal", "Listeners", "Where from", "did not count", "Secret link", "Still there"):
        assert private not in page
    assert address in client.get(track.get_absolute_url()).content.decode()
    Track.objects.update(insights_public=False)
    assert client.get(address).status_code == signed_in(bo).get(address).status_code == 404
    assert address not in client.get(track.get_absolute_url()).content.decode()
    assert signed_in(alma).get(address).status_code == 200


def test_what_may_not_be_heard_has_no_insights(client: Client, alma: Account, bo: Account, cy: Account) -> None:
    hidden = catalogue.track(alma)
    followers = catalogue.shared(catalogue.track(alma, "B"), Audience.FOLLOWERS, timezone.now())
    bo.following.create(followed=alma)
    for reader, track, status in (
        (client, hidden, 404),
        (client, followers, 404),
        (signed_in(cy), followers, 404),
        (signed_in(bo), followers, 200),
        (opened(Client(), link_to(hidden)), hidden, 200),
    ):
        assert reader.get(f"/tracks/{track.key}/insights").status_code == status


def test_the_table_has_all_of_it_and_no_formula(as_alma: Client, alma: Account) -> None:
    track = public(alma, '=HYPERLINK("x")')
    played(track, country="PT")
    played(track, reason="owner")
    answer = as_alma.get("/studio/statistics.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {
        (row["track"], row["title"], row["from"], row["country"], row["reason"], row["listens"]) for row in rows
    } == {
        (track.key, '\'=HYPERLINK("x")', "page", "PT", "", "1"),
        (track.key, '\'=HYPERLINK("x")', "page", "", "owner", "1"),
    }


def test_the_api_says_the_same(alma: Account, cy: Account) -> None:
    track = public(alma)
    played(track, country="PT", at=100)
    (_mine, secret), (_his, other) = issue(alma, "hers", None), issue(cy, "his", None)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    told = program.get("/api/v1/me/statistics?days=7").json()
    assert (told["plays"], told["origins"], told["countries"]) == (1, {"page": 1}, {"PT": 1})
    assert (told["tracks"], len(told["days"])) == ({track.key: 1}, 7)
    assert told["days"][-1]["gestures"] == {"likes": 0, "reposts": 0, "comments": 0, "downloads": 0}
    of_track = program.get(f"/api/v1/me/tracks/{track.key}/statistics").json()
    assert (of_track["began"], of_track["still_there"][0], of_track["still_there"][-1]) == (1, 1.0, 0.0)
    assert program.get("/api/v1/me/statistics?days=8").json()["code"] == "no_such_period"
    his = Client(headers={"Authorization": f"Bearer {other}"})
    assert his.get(f"/api/v1/me/tracks/{track.key}/statistics").status_code == 404


@pytest.mark.parametrize("days", ["0", "8", "-7", "7x", "９０", "99999999999"])
def test_a_period_that_there_is_not_is_refused_in_words(as_alma: Client, days: str) -> None:
    answer = as_alma.get(f"/studio/statistics?days={days}")
    assert answer.status_code == 400
    assert "7, 28, 90 or 365" in answer.content.decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_page_costs_as_much_for_many_tracks_and_days_as_for_one(as_alma: Client, alma: Account) -> None:
    first = public(alma)
    for days_ago in (0, 9):
        heard(first, days_ago=days_ago)
    count_days(NOW)
    addresses = (
        "/studio/statistics?days=90",
        f"/studio/{first.key}/statistics?days=90",
        f"/tracks/{first.key}/insights",
    )
    before = [queries(as_alma, address) for address in addresses]
    for number in range(4):
        track = public(alma, f"Track {number}")
        for days_ago in range(10):
            heard(track, f"c{days_ago}", days_ago=days_ago, country="PT", source=("page", "embed")[number % 2])
            heard(first, f"c{days_ago}", days_ago=days_ago)
    assert [queries(as_alma, address) for address in addresses] == before


def test_a_download_counts_once_a_day_for_a_person_and_the_artists_own_does_not(alma: Account, bo: Account) -> None:
    track = sounding(alma, downloads=True)
    address = f"/tracks/{track.key}/download"
    for reader in (signed_in(alma), signed_in(bo), signed_in(bo), Client(REMOTE_ADDR="203.0.113.7")):
        b"".join(reader.get(address))
    b"".join(Client(REMOTE_ADDR="198.51.100.7").get(address, headers={"Range": "bytes=100-199"}))
    assert [(row.people, row.country) for row in Downloads.objects.all()] == [(2, "")]
