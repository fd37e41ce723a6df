"""Who may hear what, by which address: everything else looks as if it did not exist."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account, Follow
from tenuto.audio.models import Rendition
from tenuto.rules.visibility import Audience
from tenuto.tracks import links
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, opened, press_play, public, record, shared, sketch, sound, source
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def body(response: Any) -> bytes:
    return bytes(response.getvalue())


def rendition_bytes(kind: str) -> bytes:
    return next(file.path for file in sound().rendered.renditions if file.kind == kind).read_bytes()


def test_anybody_hears_a_public_track_at_one_lasting_address(alma: Account, client: Client, as_bo: Client) -> None:
    track = public(alma)
    here, there = press_play(client, track), press_play(as_bo, track)
    assert here["sources"] == there["sources"]
    assert here["ends_in"] is None
    response = client.get(source(here, "opus"))
    assert response.status_code == 200
    assert body(response) == rendition_bytes("opus")
    assert response["Content-Type"] == 'audio/mp4; codecs="opus"'
    assert response["Cache-Control"] == "public, max-age=1800"
    assert response["Accept-Ranges"] == "bytes"
    assert "Access-Control-Allow-Origin" not in response.headers
    assert Client().get(source(here, "aac"))["Content-Type"] == 'audio/mp4; codecs="mp4a.40.2"'


def test_a_range_is_sent_as_asked_and_its_validators_hold(alma: Account, client: Client) -> None:
    address = source(press_play(client, public(alma)), "aac")
    whole = rendition_bytes("aac")
    part = client.get(address, headers={"range": "bytes=100-299"})
    assert part.status_code == 206
    assert part["Content-Range"] == f"bytes 100-299/{len(whole)}"
    assert part["Content-Length"] == "200"
    assert body(part) == whole[100:300]
    beyond = client.get(address, headers={"range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond["Content-Range"], body(beyond)) == (416, f"bytes */{len(whole)}", b"")
    same = client.get(address, headers={"if-none-match": part["ETag"]})
    assert (same.status_code, body(same)) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head["Content-Length"], body(head)) == (200, str(len(whole)), b"")


def test_an_endless_range_comes_in_stretches(alma: Account, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenuto.audio.media.STRETCH_BYTES", 1000)
    address = source(press_play(client, public(alma)), "aac")
    assert body(client.get(address, headers={"range": "bytes=50-"})) == rendition_bytes("aac")[50:1050]


def test_a_sketch_is_heard_by_its_owner_alone_at_an_address_that_ends(alma: Account, as_alma: Client) -> None:
    played = press_play(as_alma, sketch(alma))
    assert 900 < played["ends_in"] <= 900 + 2 * 41
    response = as_alma.get(source(played, "aac"))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_an_address_of_bos_is_nothing_to_cy_nor_to_a_stranger(
    alma: Account, bo: Account, as_bo: Client, as_cy: Client, client: Client
) -> None:
    """What is signed for one listener opens for that listener only, whoever else may hear the track."""
    track = shared(sketch(alma), Audience.FOLLOWERS)
    Follow.objects.create(follower=bo, followed=alma)
    Follow.objects.create(follower=Account.objects.get(username="cy"), followed=alma)
    address = source(press_play(as_bo, track), "aac")
    assert as_bo.get(address).status_code == 200
    assert as_cy.get(address).status_code == 404
    assert client.get(address).status_code == 404
    as_bo.logout()
    assert as_bo.get(address).status_code == 404


def test_an_address_for_one_anonymous_browser_is_nothing_to_another(alma: Account) -> None:
    track = sketch(alma)
    link = link_to(track)
    here, there = opened(Client(), link), opened(Client(), link)
    address = source(press_play(here, track), "aac")
    press_play(there, track)
    assert here.get(address).status_code == 200
    assert there.get(address).status_code == 404


def test_an_address_ends(alma: Account, as_alma: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = source(press_play(as_alma, sketch(alma)), "aac")
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr("tenuto.audio.media.timezone.now", lambda: later)
    assert as_alma.get(address).status_code == 404


def test_a_revoked_link_falls_silent_with_the_next_stretch(alma: Account, client: Client) -> None:
    """When you revoke a secret link, whoever listens by it hears no more than what was already on its way."""
    track = sketch(alma)
    link = link_to(track)
    played = press_play(opened(client, link), track)
    address = source(played, "aac")
    assert client.get(address, headers={"range": "bytes=0-99"}).status_code == 206
    links.revoke(link, by=alma, at=timezone.now())
    assert client.get(address, headers={"range": "bytes=100-199"}).status_code == 404
    assert client.get(played["hls"]).status_code == 404


def test_a_secret_in_the_request_opens_too_but_only_its_own_track(alma: Account, client: Client) -> None:
    track, other = sketch(alma), sketch(alma, "Salt")
    link = link_to(track)
    address = source(press_play(client, track, secret=link.secret), "aac")
    assert client.get(address).status_code == 200
    stolen = client.post("/listens", {"key": other.key, "secret": link.secret})
    assert stolen.status_code == 404


def test_a_lasting_address_of_a_track_that_is_no_longer_public_is_nothing(alma: Account, client: Client) -> None:
    track = public(alma)
    played = press_play(client, track)
    track.publication.delete()
    assert client.get(source(played, "aac")).status_code == 404
    assert client.get(played["hls"]).status_code == 404


def test_a_changed_signature_opens_nothing(alma: Account, as_alma: Client) -> None:
    played = press_play(as_alma, sketch(alma))
    start, dot, rest = source(played, "aac").partition("/aac.mp4")
    for forged in (start[:-1] + ("a" if start[-1] != "a" else "b"), start.replace(":", "_"), start + ":", "/media/x:y"):
        assert as_alma.get(forged + dot + rest).status_code == 404


def test_replaced_audio_is_no_longer_sent(alma: Account, client: Client) -> None:
    track = public(alma)
    old = source(press_play(client, track), "aac")
    record(track)
    assert client.get(old).status_code == 404
    new = source(press_play(client, track), "aac")
    assert new != old
    assert client.get(new).status_code == 200


SURFACES = [
    ("get", "/tracks/{key}/stream", {}),
    ("head", "/tracks/{key}/stream", {}),
    ("get", "/tracks/{key}/stream", {"range": "bytes=0-10"}),
    ("get", "/tracks/{key}/download", {}),
    ("head", "/tracks/{key}/download", {}),
    ("get", "/tracks/{key}/waveform-256.dat", {}),
    ("get", "/tracks/{key}/waveform-8192.json", {}),
    ("get", "/tracks/{key}/waveform-8192.json", {"if-none-match": "*"}),
    ("get", "/media/{recording}/aac.mp4", {}),
    ("head", "/media/{recording}/opus.mp4", {}),
    ("get", "/media/{recording}/aac.mp4", {"range": "bytes=9999999999-"}),
    ("get", "/media/{recording}/aac.mp4", {"if-match": '"x"'}),
    ("get", "/media/{recording}/aac.m3u8", {}),
    ("get", "/media/{recording}/master.m3u8", {}),
    ("get", "/tracks/{key}/receipts", {}),
    ("post", "/media/{recording}/aac.mp4", {}),
    ("post", "/tracks/{key}/stream", {}),
    ("delete", "/tracks/{key}/download", {}),
    ("options", "/tracks/{key}/stream", {}),
    ("post", "/listens", {}),
]


@pytest.mark.parametrize(("method", "address", "headers"), SURFACES)
@pytest.mark.parametrize("state", ["sketch", "followers", "scheduled", "elsewhere", "unready"])
def test_a_hidden_track_answers_as_one_that_never_was(
    alma: Account, as_cy: Client, method: str, address: str, headers: dict[str, str], state: str
) -> None:
    """Nobody can find out that you keep a track to yourself, whichever address they try."""
    track = hidden(alma, state)
    recording = track.recordings.get().key

    def asked(key: str, recording: str) -> tuple[int, bytes, dict[str, str]]:
        sent = json.dumps({"key": key})
        kinds: dict[str, Any] = {"data": sent, "content_type": "application/json"} if method == "post" else {}
        response = getattr(as_cy, method)(address.format(key=key, recording=recording), headers=headers, **kinds)
        said = body(response) if response.streaming else response.content
        for name in (key, recording):
            said = said.replace(name.encode(), b"KEY")
        said = re.sub(rb"[A-Za-z0-9]{64}", b"TOKEN", said)  # against forged requests, new each time
        return response.status_code, said, dict(response.headers)

    assert asked(track.key, recording) == asked("zzzzzzzzzzzz", "zzzzzzzzzzzz")


def hidden(alma: Account, state: str) -> Track:
    if state == "followers":
        return shared(sketch(alma), Audience.FOLLOWERS)
    if state == "elsewhere":
        return public(alma, regions="only", countries=["FR"])
    track = sketch(alma) if state == "sketch" else public(alma)
    if state == "scheduled":
        track.publication.starts_at = timezone.now() + timedelta(days=1)
        track.publication.save()
    if state == "unready":
        track.recordings.update(current=False, stage="rendering")
    return track


def test_the_original_is_for_its_owner_and_for_others_when_the_switch_allows(
    alma: Account, as_alma: Client, client: Client
) -> None:
    track = public(alma, "Nacht/\r\nSet-Cookie: x “für” Åse")
    assert client.get(f"/tracks/{track.key}/download").status_code == 404
    mine = as_alma.get(f"/tracks/{track.key}/download")
    assert body(mine) == sound().original.read_bytes()
    assert mine["Content-Type"] == "audio/wav"
    named = mine["Content-Disposition"]
    assert named == (
        "attachment; filename*=utf-8''"
        "Alma%20Ferreira%20-%20Nacht%20Set-Cookie%20%20x%20%E2%80%9Cf%C3%BCr%E2%80%9D%20%C3%85se.wav"
    )
    Track.objects.filter(pk=track.pk).update(downloads=True)
    assert client.get(f"/tracks/{track.key}/download").status_code == 200
    part = client.get(f"/tracks/{track.key}/download", headers={"range": "bytes=0-3"})
    assert body(part) == b"RIFF"


def test_the_plain_stream_plays_without_javascript(alma: Account, client: Client, as_alma: Client) -> None:
    track = public(alma)
    response = client.get(f"/tracks/{track.key}/stream", headers={"range": "bytes=0-9"})
    assert (response.status_code, body(response)) == (206, rendition_bytes("aac")[:10])
    assert client.cookies["tenuto_listener"]["httponly"]
    client.get(f"/tracks/{track.key}/stream", headers={"range": "bytes=10-19"})
    assert track.listens.get().source == "plain"
    assert as_alma.get(f"/tracks/{sketch(alma, 'Salt').key}/stream").status_code == 200


def test_hls_lists_what_the_index_says_under_the_same_signature(alma: Account, as_alma: Client) -> None:
    played = press_play(as_alma, sketch(alma))
    main = as_alma.get(played["hls"])
    assert main["Content-Type"] == "application/vnd.apple.mpegurl"
    assert main["Cache-Control"] == "private, no-store"
    lines = main.content.decode().splitlines()
    variants = [line for line in lines if line.endswith(".m3u8")]
    assert variants == ["aac.m3u8", "opus.m3u8"]
    folder = played["hls"].removesuffix("master.m3u8")
    whole = rendition_bytes("aac")
    listed = as_alma.get(folder + "aac.m3u8").content.decode().splitlines()
    assert {line for line in listed if not line.startswith("#")} == {"aac.mp4"}
    ranges = [line.partition(":")[2] for line in listed if line.startswith("#EXT-X-BYTERANGE")]
    size, _, offset = ranges[0].partition("@")
    last = int(offset) + int(size) - 1
    segment = body(as_alma.get(folder + "aac.mp4", headers={"range": f"bytes={offset}-{last}"}))
    assert segment == whole[int(offset) : last + 1]
    assert segment[4:8] == b"moof"
    end_size, _, end_offset = ranges[-1].partition("@")
    assert whole[int(end_offset) + 4 :][:4] == b"moof"
    assert whole[int(end_offset) + int(end_size) + 4 :][:4] in {b"", b"mfra"}


def test_the_waveform_is_the_same_in_both_forms(alma: Account, client: Client) -> None:
    track = public(alma)
    raw = body(client.get(f"/tracks/{track.key}/waveform-256.dat"))
    response = client.get(f"/tracks/{track.key}/waveform-256.json")
    found = response.json()
    assert (found["version"], found["channels"], found["bits"], found["samples_per_pixel"]) == (2, 1, 8, 256)
    assert len(found["data"]) == 2 * found["length"]
    assert bytes(value & 255 for value in found["data"]) == raw[24:]
    again = client.get(f"/tracks/{track.key}/waveform-256.json", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/tracks/{track.key}/waveform-77.dat").status_code == 404
    assert client.get(f"/tracks/{track.key}/waveform-256.exe").status_code == 404


def test_a_limited_track_is_not_left_in_shared_caches(alma: Account, client: Client, settings: Any) -> None:
    settings.COUNTRY_HEADER = "CF-IPCountry"
    track = public(alma, regions="only", countries=["FR"])
    address = source(press_play(Client(headers={"CF-IPCountry": "FR"}), track), "aac")
    assert client.get(address, headers={"CF-IPCountry": "FR"})["Cache-Control"] == "private, max-age=1800"
    assert client.get(address, headers={"CF-IPCountry": "DE"}).status_code == 404
    assert client.get(address).status_code == 404


def test_an_owner_hears_of_a_track_that_is_not_ready(alma: Account, as_alma: Client) -> None:
    track = hidden(alma, "unready")
    response = as_alma.post(
        "/listens", json.dumps({"key": track.key}), "application/json", headers={"accept": "application/json"}
    )
    assert (response.status_code, response.json()["code"]) == (409, "still_being_made")


def test_behind_nginx_it_sends_the_file(alma: Account, client: Client, settings: Any) -> None:
    settings.SENDFILE = "x-accel"
    address = source(press_play(client, public(alma)), "aac")
    response = client.get(address, headers={"range": "bytes=0-99"})
    digest = Rendition.objects.get(kind="aac").blob_id
    assert response["X-Accel-Redirect"] == f"/_store/{digest[:2]}/{digest[2:4]}/{digest}"
    assert response["Content-Type"].startswith("audio/mp4")
    assert response.content == b""


def test_a_player_learns_all_it_shows(alma: Account, client: Client) -> None:
    track = public(alma)
    played = press_play(client, track)
    assert (played["title"], played["artist"], played["url"]) == (track.title, "Alma Ferreira", f"/@alma/{track.slug}")
    assert played["seconds"] == pytest.approx(40, abs=0.1)
    assert played["gain_db"] == pytest.approx(-14 - played_loudness(track), abs=0.02)
    assert client.get(played["peaks"]).status_code == 200


def played_loudness(track: Track) -> float:
    loudness = track.recordings.get(current=True).loudness_lufs
    assert loudness is not None
    return loudness


def test_a_forged_press_from_another_site_is_refused(alma: Account) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/listens", {"key": public(alma).key}).status_code == 403


def test_following_opens_and_unfollowing_closes(alma: Account, bo: Account) -> None:
    track = shared(sketch(alma), Audience.FOLLOWERS)
    following = Follow.objects.create(follower=bo, followed=alma)
    browser = signed_in(bo)
    address = source(press_play(browser, track), "aac")
    assert browser.get(address).status_code == 200
    following.delete()
    assert browser.get(address).status_code == 404
