"""AI crawlers are told what holds; one that an artist licensed gets that artist's music, and nothing more."""

import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.agreements.objections import object_to
from tenuto.base.fetching import NotFetched, fetch, public_address
from tenuto.library.releases.models import ReleasePublication
from tenuto.rules.message_signatures import thumbprint
from tenuto.rules.playlists import Openness
from tenuto.safeguards.visitors.agents import BadDirectory, read_directory, refresh
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.models import Agent, Licence, Offer, StoppedOfTrack
from tests.audio.sounding import press_play, public, sketch, source
from tests.library.listing import playlist, release
from tests.people import person
from tests.safeguards.signing import AGENT, JWK, KEY, NOW, signed_headers

pytestmark = pytest.mark.django_db

GPT = {"User-Agent": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"}


def paths(track: object, played: dict[str, object]) -> list[str]:
    key = played["key"]
    return [
        str(played["url"]), str(played["peaks"]), f"/tracks/{key}/stream", f"/tracks/{key}/download",
        f"/tracks/{key}/artwork-320.webp", f"/api/v1/tracks/{key}", str(played["hls"]),
        source(played, "aac"), source(played, "aac").replace(".mp4", ".m3u8"),
        f"/api/v1/tracks/{key}/lyrics", f"/api/v1/tracks/{key}/credits", f"/tracks/{key}/insights",
        f"/tracks/{key}/comments", f"/api/v1/tracks/{key}/comments",
        f"/share/tracks/{key}",
    ]  # fmt: skip


def test_an_ai_crawler_is_turned_away_from_every_part_of_a_track(alma: Account, client: Client) -> None:
    """Page, sound, peaks, picture, API: a crawler that says what it is has none of it without a licence."""
    track = public(alma, downloads=True)
    played = press_play(client, track)
    for path in paths(track, played):
        answer = Client(headers=GPT).get(path)
        assert answer.status_code == 403, path
        assert 'rel="license"' in answer["Link"]
        assert Client().get(path).status_code in {200, 404}, path
    assert Client(headers=GPT).post("/listens", {"key": track.key}).status_code == 403
    told = Client(headers={**GPT, "Accept": "application/json"}).get(f"/api/v1/tracks/{track.key}").json()
    assert (told["code"], told["policy"]) == ("no_licence", "http://localhost:8000/crawlers")


def test_an_ai_crawler_is_turned_away_from_players_of_lists(alma: Account, client: Client) -> None:
    """A player of a playlist, an album or an artist hands out the same sound as one of a track."""
    track = public(alma)
    listed, album = playlist(alma, track, openness=Openness.PUBLIC), release(alma, track)
    ReleasePublication.objects.create(release=album, starts_at=timezone.now())
    for what in (f"playlists/{listed.key}", f"albums/{album.key}", "artists/alma"):
        for path in (f"/embed/{what}", f"/share/{what}"):
            assert client.get(path).status_code == 200, path
            answer = Client(headers=GPT).get(path)
            assert answer.status_code == 403, path
            assert 'rel="license"' in answer["Link"]


@pytest.mark.parametrize("path", ["/", "/crawlers", "/terms", "/@alma", "/log"])
def test_what_is_no_track_is_open_to_crawlers(alma: Account, path: str) -> None:
    public(alma)
    assert Client(headers=GPT).get(path).status_code in {200, 302, 404}


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "AntennaPod/3.8",
        "SomethingNobodyKnows/0.1",
    ],
)
def test_search_engines_and_whoever_nobody_knows_get_the_page(alma: Account, agent: str) -> None:
    track = public(alma)
    assert Client(headers={"User-Agent": agent}).get(track.get_absolute_url()).status_code == 200


def test_a_hidden_track_is_refused_to_crawlers_like_one_that_never_was(alma: Account) -> None:
    Offer.objects.create(artist=alma, words="Ask me.", address="mailto:alma@example.org")
    track = sketch(alma)
    program = {**GPT, "Accept": "application/json"}  # pages differ in the token of their forms
    there = Client(headers=program).get(track.get_absolute_url())
    nowhere = Client(headers=program).get("/@alma/never-was")
    assert (there.status_code, nowhere.status_code) == (403, 403)
    assert (there.content, there.headers) == (nowhere.content, nowhere.headers)


def test_where_the_artist_makes_an_offer_the_crawler_reads_it(alma: Account, as_alma: Client) -> None:
    track = public(alma)
    assert as_alma.post("/settings/crawlers/offer", {"words": "Ask my label.", "address": "x"}).status_code == 422
    answer = as_alma.post("/settings/crawlers/offer", {"words": "Ask my label.", "address": "deals@label.example"})
    assert answer.status_code == 302
    told = Client(headers={**GPT, "Accept": "application/json"}).get(track.get_absolute_url())
    assert told.status_code == 402
    assert told.json()["offer"] == {"words": "Ask my label.", "address": "mailto:deals@label.example"}
    assert (
        "Ask my label." in Client(headers={**GPT, "Accept": "text/html"}).get(track.get_absolute_url()).content.decode()
    )
    as_alma.post("/settings/crawlers/offer", {"words": ""})
    assert Client(headers=GPT).get(track.get_absolute_url()).status_code == 403


def licensed(as_alma: Client, **other: str) -> str:
    said = {"holder": "Chord Labs", "purpose": "generative", "agent": "", "ends_at": "", **other}
    answer = as_alma.post("/settings/crawlers", said)
    assert answer.status_code == 201, answer.content
    return str(answer.context["token"])


def test_a_licence_opens_its_artists_tracks_until_it_is_taken_back(
    alma: Account, cy: Account, as_alma: Client, as_cy: Client
) -> None:
    hers, his, hidden = public(alma), public(cy), sketch(alma, "Hidden")
    token = licensed(as_alma)
    crawler = Client(headers={**GPT, "Authorization": f"License {token}"})
    assert crawler.get(hers.get_absolute_url()).status_code == 200
    assert crawler.get(f"/tracks/{hers.key}/stream").status_code == 200
    assert crawler.get(his.get_absolute_url()).status_code == 403
    assert crawler.get(hidden.get_absolute_url()).status_code == 404, "a licence shows nothing that is hidden"
    assert Client(headers={**GPT, "Authorization": f"License {token}x"}).get(hers.get_absolute_url()).status_code == 403
    assert token not in as_alma.get("/settings/crawlers").content.decode(), "shown once"
    licence = Licence.objects.get()
    assert as_cy.post(f"/settings/crawlers/{licence.key}/revoked").status_code == 404
    assert as_alma.post(f"/settings/crawlers/{licence.key}/revoked").status_code == 302
    assert crawler.get(hers.get_absolute_url()).status_code == 403


def test_a_rights_holders_no_is_stronger_than_any_licence(alma: Account, as_alma: Client) -> None:
    """If your co-writer objects, the licence you gave opens nothing of that track."""
    track = public(alma)
    crawler = Client(headers={**GPT, "Authorization": f"License {licensed(as_alma)}"})
    assert crawler.get(track.get_absolute_url()).status_code == 200
    object_to(track, "writer", frozenset(), "I wrote the second verse.", by=person("bea", "Bea"), at=timezone.now())
    assert crawler.get(track.get_absolute_url()).status_code == 403


def test_a_licence_ends(alma: Account, as_alma: Client) -> None:
    track = public(alma)
    token = licensed(as_alma, ends_at="2020-01-01")
    assert Client(headers={**GPT, "Authorization": f"License {token}"}).get(track.get_absolute_url()).status_code == 403


# ——— by signature ———


@pytest.fixture
def at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(NOW, UTC))


def known_agent(at: datetime) -> Agent:
    return Agent.objects.create(origin=AGENT, name="Crawler", keys={thumbprint(JWK): KEY.public.hex()}, fetched_at=at)


def test_a_signed_crawler_is_known_and_needs_a_licence_like_any_other(
    alma: Account, as_alma: Client, at_that_time: None
) -> None:
    track = public(alma)
    page = track.get_absolute_url()
    assert Client(headers=signed_headers()).get(page).status_code == 200, "its operator is not known: a person"
    known_agent(timezone.now())
    assert Client(headers=signed_headers()).get(page).status_code == 403, "it proves who it is, not what it may"
    licensed(as_alma, agent=AGENT)
    assert Client(headers=signed_headers()).get(page).status_code == 200
    forged = signed_headers() | {"Signature": "s=:" + "A" * 86 + "==:"}
    assert Client(headers={**GPT, **forged}).get(page).status_code == 403
    assert Client(headers={**GPT, **signed_headers(expires=NOW - 1)}).get(page).status_code == 403


def test_a_licence_for_one_agent_is_worth_nothing_in_anothers_hands(
    alma: Account, as_alma: Client, at_that_time: None
) -> None:
    page = public(alma).get_absolute_url()
    token = {"Authorization": f"License {licensed(as_alma, agent=AGENT)}"}
    assert Client(headers={**GPT, **token}).get(page).status_code == 403
    known_agent(timezone.now())
    assert Client(headers={**GPT, **token, **signed_headers()}).get(page).status_code == 200


def test_a_key_that_was_not_seen_for_days_is_not_believed(alma: Account, as_alma: Client, at_that_time: None) -> None:
    page = public(alma).get_absolute_url()
    licensed(as_alma, agent=AGENT)
    known_agent(timezone.now() - timedelta(days=3))
    assert Client(headers={**GPT, **signed_headers()}).get(page).status_code == 403


def test_no_request_makes_this_server_fetch_anything(
    alma: Account, at_that_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever address a stranger names as its directory, it is not looked at."""

    def trap(*_: object, **__: object) -> None:
        raise AssertionError("a network look-up within a request")

    monkeypatch.setattr(socket, "getaddrinfo", trap)
    monkeypatch.setattr(socket, "create_connection", trap)
    page = public(alma).get_absolute_url()
    assert Client(headers=signed_headers()).get(page).status_code == 200
    assert Client(headers={**GPT, **signed_headers()}).get(page).status_code == 403


def test_a_directory_is_fetched_from_public_addresses_alone() -> None:
    for host in ("127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "::1", "192.168.1.1"):
        with pytest.raises(NotFetched):
            public_address(host, 443)
        with pytest.raises(NotFetched):
            fetch(f"https://{f'[{host}]' if ':' in host else host}/list.json", "*/*", 1)
    for address in ("http://crawler.example/", "file:///etc/passwd", "https:///x", "https://a:b@crawler.example/"):
        with pytest.raises(NotFetched):
            fetch(address, "*/*", 1)


def test_what_is_wrong_with_a_directory_is_written_beside_it(db: None) -> None:
    agent = Agent.objects.create(origin="https://localhost", name="Local")
    refresh(agent, timezone.now())
    agent.refresh_from_db()
    assert agent.fetched_at is None
    assert "public network" in agent.trouble


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": []}', b'{"keys": [{"kty": "RSA"}]}', b"\xff"]
)
def test_a_directory_without_a_key_is_none(body: bytes) -> None:
    with pytest.raises((BadDirectory, ValueError)):
        read_directory(body)


def test_a_directory_names_its_keys() -> None:
    assert read_directory(json.dumps({"keys": [{"kty": "RSA"}, JWK]}).encode()) == {thumbprint(JWK): KEY.public.hex()}


def test_staff_enter_a_crawler_and_take_it_off(bo: Account, as_bo: Client) -> None:
    Account.objects.filter(pk=bo.pk).update(is_staff=True)
    assert as_bo.post("/desk/visitors", {"name": "Crawler", "origin": "http://crawler.example"}).status_code == 422
    assert as_bo.post("/desk/visitors", {"name": "Crawler", "origin": "https://Crawler.example/x"}).status_code == 302
    agent = Agent.objects.get()
    assert agent.origin == AGENT
    assert as_bo.post(f"/desk/visitors/agents/{agent.pk}/gone").status_code == 302
    assert not Agent.objects.exists()


def test_what_crawlers_were_kept_from_is_counted_for_its_artist(alma: Account) -> None:
    track = public(alma)
    for _ in range(3):
        Client(headers=GPT).get(track.get_absolute_url())
    meter.exchange(timezone.now())
    row = StoppedOfTrack.objects.get()
    assert (row.track_id, row.reason, row.times) == (track.pk, "ai_crawler", 3)
