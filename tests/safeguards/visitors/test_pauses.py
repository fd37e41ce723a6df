"""Pages may ask for a proof of work, as the last of three ways, and nothing else ever does."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from itertools import count
from re import findall, search
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client

from tenuto.accounts.models import Account
from tenuto.base.models import Remembered
from tenuto.rules.budgets import Limits, Pace
from tenuto.rules.paging_through import (
    EASIEST_BITS,
    HARDEST_BITS,
    Opened,
    PageLimits,
    bits_for,
    goes_through_it_all,
    pace_of_network,
    proves,
)  # fmt: skip
from tenuto.safeguards.visitors import pauses
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.models import Appeal, Stopped
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, press_play, public, source
from tests.safeguards.visitors.listening import ADDRESS, ELSEWHERE, NEIGHBOUR, Clock, catalogue, guest, sound_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def track(alma: Account, clock: Clock, settings: Any) -> Track:
    """A network may open four pages here, where others have thousands."""
    settings.PAGES_OF_A_NETWORK = 4
    return public(alma)


@pytest.fixture
def paused(track: Track) -> Client:
    """Somebody in whose network far too many pages were opened."""
    for _ in range(4):
        assert guest(NEIGHBOUR).get("/").status_code == 200
    return guest()


def solve(challenge: str, bits: int) -> str:
    for number in count():
        digest = sha256(f"{challenge}.{number}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - bits) == 0:
            return str(number)
    raise AssertionError


def offered(answer: Any) -> dict[str, Any]:
    """What the page offers, as its form would send it, and how hard it is."""
    page = answer.content.decode()
    fields = {name: unescape(value) for name, value in findall(r'name="(challenge|next)" value="([^"]*)"', page)}
    bits = search(r'data-bits="(\d+)"', page)
    assert bits
    return {**fields, "bits": int(bits[1])}


def bring(client: Client, offer: dict[str, Any], answer: str | None = None) -> Any:
    answer = solve(offer["challenge"], offer["bits"]) if answer is None else answer
    return client.post("/pause", {"challenge": offer["challenge"], "answer": answer, "next": offer["next"]})


def test_the_pause_offers_signing_in_and_an_appeal_before_a_proof_and_works_without_javascript(
    paused: Client, track: Track, clock: Clock
) -> None:
    answer = paused.get(track.get_absolute_url())
    assert (answer.status_code, answer["Cache-Control"]) == (429, "no-store")
    page = answer.content.decode()
    sign_in, appeal, proof = (
        page.index("/accounts/login/?next=/%40alma"),
        page.index("/stopped/"),
        page.index("<page-proof"),
    )
    assert sign_in < appeal < proof
    assert 'data-part="begin" hidden' in page, "a button that does nothing without JavaScript is not shown"
    assert "The two ways above need neither." in page
    told = guest(accept="application/json").get("/").json()
    assert told["code"] == "too_many_pages"
    meter.exchange(clock.at)
    assert Stopped.objects.get(who__startswith="i").reason == "pages"


def test_nothing_but_pages_of_the_catalogue_ever_pauses(
    paused: Client, track: Track, alma: Account, settings: Any
) -> None:
    """Sound, players, programs, feeds, links that were given, and every way out of it go on as ever."""
    assert paused.get(track.get_absolute_url()).status_code == 429
    played = press_play(paused, track)
    reached = [
        source(played, "aac"), played["hls"], f"/tracks/{track.key}/stream", sound_of(track), played["peaks"],
        played["artwork"]["320"], "/api/v1/tracks", f"/api/v1/tracks/{track.key}", f"/s/{link_to(track).secret}",
        f"/tracks/{track.key}/machines", "/accounts/login/", "/accounts/signup/", "/crawlers", "/robots.txt", "/terms",
        "/log", "/manifest.webmanifest", "/health", "/@alma/feed.xml", f"/playlists/by-link/{'x' * 22}",
    ]  # fmt: skip
    statuses = {path: paused.get(path).status_code for path in reached}
    assert 429 not in statuses.values(), statuses
    report = json.dumps({"position": 5.0, "heard": 5.0})
    assert paused.patch(played["report"], report, "application/json").status_code == 204


def test_each_page_of_the_catalogue_that_is_read_pauses(paused: Client, track: Track) -> None:
    read = [
        "/", "/browse", "/@alma", "/@alma/albums", "/@alma/albums/none", "/@alma/likes", "/@alma/playlists",
        "/playlists/abcdefghijkl", track.get_absolute_url(), f"/tracks/{track.key}/similar",
        f"/tracks/{track.key}/comments", "/@alma/credits", "/charts", "/search?q=harbour",
    ]  # fmt: skip
    assert {path: paused.get(path).status_code for path in read} == dict.fromkeys(read, 429)


def test_a_paused_account_appeals_in_its_own_name_and_goes_on_from_anywhere(
    track: Track, as_bo: Client, cy: Account, as_cy: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = PageLimits(account=Pace(2.0, 0.0001))
    monkeypatch.setattr(pauses, "PageLimits", lambda: few)
    as_bo.defaults |= {"REMOTE_ADDR": ADDRESS, "HTTP_ACCEPT": "application/json"}
    assert [as_bo.get("/").status_code for _ in range(2)] == [200, 200]
    paused = as_bo.get("/")
    assert paused.status_code == 429
    guest().post(paused.json()["appeal"], {"words": "I sort our choir's pieces.", "contact": ""})
    Account.objects.filter(pk=cy.pk).update(is_staff=True)
    as_cy.post(f"/desk/visitors/appeals/{Appeal.objects.get().key}", {"outcome": "granted"})
    meter.exchange(clock.at)
    assert Stopped.objects.get().who == Appeal.objects.get().who
    clock.goes(24 * 3600)
    as_bo.defaults["REMOTE_ADDR"] = ELSEWHERE
    assert {as_bo.get("/").status_code for _ in range(9)} == {200}
    assert [guest().get("/").status_code for _ in range(5)] == [200] * 4 + [429], "it was not that address's"


def test_how_many_proofs_were_brought_is_remembered_for_a_day(paused: Client) -> None:
    for _ in range(2):
        assert bring(paused, offered(guest().get("/"))).status_code == 302
    expires = [row.expires for row in Remembered.objects.all() if _is_a_day_away(row.expires)]
    assert len(expires) == 1
    again = offered(guest().get("/"))
    assert cache.get(pauses._passes_of(signing.loads(again["challenge"], salt="tenuto.challenge")[1])) == 2


def _is_a_day_away(at: datetime) -> bool:
    """The cache has the clock of the machine, so within an hour."""
    return timedelta(hours=23) < at - datetime.now(UTC) <= timedelta(hours=24)


def test_nobody_goes_through_a_catalogue_whose_size_is_not_known_yet(
    track: Track, clock: Clock, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that hands out pages alone hears of it by an exchange that its first page has begun."""
    settings.PAGES_OF_A_NETWORK = 1_000
    few = PageLimits(different_pages=2)
    monkeypatch.setattr(pauses, "PageLimits", lambda: few)
    begun: list[bool] = []
    monkeypatch.setattr(meter, "_wind", lambda: begun.append(True))
    assert {guest().get(f"/browse?q={number}").status_code for number in range(6)} == {200}
    assert begun
    meter.exchange(clock.at)
    assert meter.catalogue_tracks() == 1
    assert guest().get("/").status_code == 429


def test_a_proof_opens_pages_for_the_browser_that_brought_it_and_no_more_music(
    paused: Client, track: Track, alma: Account, narrow: Limits
) -> None:
    offer = offered(paused.get(track.get_absolute_url()))
    assert offer["bits"] == EASIEST_BITS
    answer = bring(paused, offer)
    assert (answer.status_code, answer["Location"]) == (302, track.get_absolute_url())
    assert paused.get(track.get_absolute_url()).status_code == 200
    assert guest().get("/").status_code == 429, "another browser brought none"
    fetched = [paused.get(sound_of(each)).status_code for each in catalogue(alma, 4)]
    assert fetched == [200, 200, 429, 429], "as many as of anybody"


def test_a_used_forged_late_or_carried_away_proof_is_none_and_a_new_one_is_offered(
    paused: Client, track: Track, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = offered(paused.get("/"))
    answer = solve(offer["challenge"], offer["bits"])
    wrong = str(next(n for n in count() if str(n) != answer and not proves(offer["challenge"], str(n), offer["bits"])))
    tried = {
        "no solution": bring(paused, offer, wrong),
        "no number": bring(paused, offer, "-1"),
        "forged": bring(paused, {**offer, "challenge": offer["challenge"][:-2] + "xx"}, answer),
        "elsewhere": bring(guest(ELSEWHERE), offer, answer),
    }
    assert {why: each.status_code for why, each in tried.items()} == dict.fromkeys(tried, 422)
    again = offered(tried["no solution"])
    assert (again["next"], again["challenge"] != offer["challenge"]) == ("/", True)
    assert bring(paused, offer, answer).status_code == 302
    assert bring(guest(), offer, answer).status_code == 422, "it counts once"
    monkeypatch.setattr(pauses, "CHALLENGE_SECONDS", -1)
    late = offered(guest().get("/"))
    assert bring(guest(), late).status_code == 422


def test_it_leads_to_no_other_site(paused: Client) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "@evil.example", ""):
        offer = offered(guest().get("/"))
        assert bring(guest(), {**offer, "next": elsewhere})["Location"] == "/"


def test_the_next_proof_is_harder_for_the_browser_and_for_those_around_it(paused: Client, monkeypatch: Any) -> None:
    assert bring(paused, offered(paused.get("/"))).status_code == 302
    few = PageLimits(passed=Pace(2.0, 0.0001))
    monkeypatch.setattr(pauses, "PageLimits", lambda: few)
    assert [paused.get("/").status_code for _ in range(3)] == [200, 200, 429]
    assert offered(paused.get("/"))["bits"] == EASIEST_BITS + 1
    assert [bits_for(0, around) for around in (0, 7, 8, 16)] == [15, 15, 16, 17]
    assert bits_for(40, 4_000) == HARDEST_BITS


def test_signing_in_leads_on_and_a_known_network_and_a_pardon_too(
    paused: Client, track: Track, as_bo: Client, bo: Account, settings: Any, clock: Clock
) -> None:
    as_bo.defaults["REMOTE_ADDR"] = ADDRESS
    assert as_bo.get(track.get_absolute_url()).status_code == 200
    appeal = guest(accept="application/json").get("/").json()["appeal"]
    guest().post(appeal, {"words": "We look for our choir's pieces.", "contact": ""})
    Account.objects.filter(pk=bo.pk).update(is_staff=True)
    as_bo.post(f"/desk/visitors/appeals/{Appeal.objects.get().key}", {"outcome": "granted"})
    assert guest().get("/").status_code == 200
    assert guest(NEIGHBOUR).get("/").status_code == 429, "the pardon is that address's"
    settings.TRUSTED_NETWORKS = ["203.0.113.0/24"]
    assert guest(NEIGHBOUR).get("/").status_code == 200


def test_the_pause_ends_by_itself_and_can_be_switched_off(paused: Client, clock: Clock, settings: Any) -> None:
    assert paused.get("/").status_code == 429
    clock.goes(750)
    assert [paused.get("/").status_code for _ in range(3)] == [200, 200, 429], "four in 25 minutes"
    clock.goes(24 * 3600)
    assert paused.get("/").status_code == 200
    settings.PAGES_OF_A_NETWORK = 0
    assert {guest().get("/").status_code for _ in range(9)} == {200}


def test_who_goes_through_the_whole_catalogue_is_seen_however_slowly() -> None:
    limits = PageLimits()
    reader, wanderer = Opened(), Opened()
    for page in range(2_300):
        reader.open(hash(f"/@alma/piece-{page % 60}"), pace_of_network(3_000), page * 30.0)
        wanderer.open(hash(f"/@alma/piece-{page}"), pace_of_network(3_000), page * 30.0)
    assert goes_through_it_all(wanderer, 3_000, limits)
    assert not goes_through_it_all(reader, 3_000, limits)
    assert not goes_through_it_all(wanderer, 20_000, limits), "a ninth of a large catalogue is nobody's concern"
    assert wanderer.different == pytest.approx(2_300, rel=0.05)
