"""Every answer tells machines what holds for it: whichever address, however it went, and never more than the artist."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.rules.sharing import Regions
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Publication, Track
from tests.architecture.test_access import ACCESS, ROUTES, everything_of_almas
from tests.audio.sounding import link_to, opened, press_play, public, shared, sketch, source
from tests.conftest import signed_in

USAGE, ROBOTS = "Content-Usage", "X-Robots-Tag"
FOUND, HIDDEN, OF_NO_TRACK = "train-ai=n, search=y", "train-ai=n, search=n", "train-ai=n"
NOAI = {"noai", "noimageai"}


def words(response: object) -> set[str]:
    return {word.strip() for word in response.headers[ROBOTS].split(",")}  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_no_address_answers_without_saying_what_machines_may_do() -> None:
    """Whatever is asked for, found or not, by its owner or by nobody: AI is refused, and her sketch listed nowhere."""
    addresses = everything_of_almas()
    alma = Account.objects.get(username="alma")
    key = Track.objects.get(owner=alma).key
    for browser in (Client(raise_request_exception=False), signed_in(alma)):
        for name in ROUTES:
            answer = browser.get(addresses[name])
            said = answer.headers
            assert said[USAGE] in {FOUND, HIDDEN, OF_NO_TRACK}, name
            assert said["tdm-reservation"] == "1", name
            assert words(answer) >= NOAI, name
            assert 'rel="license"; type="application/rsl+xml"' in said["Link"], name
            if key in addresses[name] and ACCESS[name] in {"owner", "heard"} and answer.status_code == 200:
                assert said[USAGE] == HIDDEN, name
            assert key not in said["Link"] + said["tdm-policy"], name


def test_every_answer_about_a_track_says_so_whichever_way_it_goes(client: Client, alma: Account) -> None:
    """Page, sound, playlists, waveform, artwork, download, API: on 200, 206, 304, 416 and HEAD alike."""
    track = public(alma, downloads=True)
    played = press_play(client, track)
    media = source(played, "aac")
    places = [
        track.get_absolute_url(),
        media,
        media.replace(".mp4", ".m3u8"),
        played["hls"],
        f"/tracks/{track.key}/stream",
        f"/tracks/{track.key}/download",
        f"/tracks/{track.key}/waveform-256.dat",
        f"/tracks/{track.key}/waveform-256.json",
        f"/tracks/{track.key}/artwork-320.webp",
        f"/api/v1/tracks/{track.key}",
        f"/tracks/{track.key}/machines",
        f"/tracks/{track.key}/rsl.xml",
        f"/api/v1/tracks/{track.key}/permissions",
    ]
    seen = set()
    for place in places:
        whole = client.get(place)
        answers = [whole, client.head(place), client.get(place, headers={"Range": "bytes=0-99"})]
        answers.append(client.get(place, headers={"Range": "bytes=99999999-"}))
        if etag := whole.headers.get("ETag"):
            answers.append(client.get(place, headers={"If-None-Match": etag}))
        for answer in answers:
            seen.add(answer.status_code)
            if answer.status_code == 405:  # the API knows no HEAD; nothing was looked for
                continue
            assert answer.headers[USAGE] == FOUND, (place, answer.status_code)
            assert answer.headers["tdm-reservation"] == "1"
            assert answer.headers["tdm-policy"] == f"{settings.SITE_URL}/tracks/{track.key}/tdm-policy.json"
            assert words(answer) == NOAI
            assert f"<{settings.SITE_URL}/tracks/{track.key}/rsl.xml>" in answer.headers["Link"]
            b"".join(answer)  # an answer that is left half read takes the connection of PostgreSQL with it
    assert seen == {200, 206, 304, 405, 416}


def test_what_is_not_there_says_the_same_as_what_is_hidden(client: Client, as_cy: Client, alma: Account) -> None:
    """The headers of an error do not tell whether there is a track."""
    track = sketch(alma)
    for place in ("/tracks/{}/stream", "/tracks/{}/machines", "/tracks/{}/rsl.xml", "/api/v1/tracks/{}/permissions"):
        for browser in (client, as_cy):
            hidden, missing = browser.get(place.format(track.key)), browser.get(place.format("b" * 12))
            assert hidden.status_code == missing.status_code == 404
            for name in (USAGE, ROBOTS, "Link", "tdm-policy", "tdm-reservation"):
                assert hidden.headers[name] == missing.headers[name]


@pytest.mark.parametrize("how", ["sketch", "followers", "later", "countries", "link"])
def test_what_is_not_for_everybody_is_denied_to_all_machines(how: str, alma: Account, bo: Account) -> None:
    """A sketch, a track for followers or some countries, one that begins later, one met by a secret link."""
    track = sketch(alma)
    browser, place = signed_in(alma), track.get_absolute_url()
    if how == "followers":
        shared(track, Audience.FOLLOWERS)
    elif how == "later":
        shared(track, Audience.PUBLIC)
        Publication.objects.update(starts_at=timezone.now() + timedelta(hours=1))
    elif how == "countries":
        shared(track, Audience.PUBLIC)
        Track.objects.update(regions=Regions.ONLY, countries=["DE"])
    elif how == "link":  # the track is for everybody, this address of it is not
        shared(track, Audience.PUBLIC)
        link = link_to(track)
        browser, place = opened(Client(), link), link.get_absolute_url()
    answer = browser.get(place)
    assert answer.status_code == 200
    assert answer.headers[USAGE] == HIDDEN
    assert words(answer) >= {"noindex", *NOAI}
    assert f"<{settings.SITE_URL}/rsl-held.xml>" in answer.headers["Link"]
    licence = browser.get("/rsl-held.xml").content.decode()
    assert "<permits" not in licence
    assert '<prohibits type="usage">all ai-all ai-train ai-input ai-index search</prohibits>' in licence
    page = answer.content.decode()
    assert '<meta name="robots" content="noindex, noarchive, noai, noimageai">' in page
    assert "application/ld+json" not in page
    assert f"/tracks/{track.key}/rsl.xml" not in answer.headers["Link"] + page


def test_a_refusal_before_any_view_says_it_too() -> None:
    for answer in (
        Client().get("/%00"),
        Client().get("/no-such-place"),
        Client(raise_request_exception=False, headers={"Host": "a b"}).get("/"),
        Client(enforce_csrf_checks=True).post("/accounts/login/"),
        Client().get("/accounts/login"),
        Client().generic("BREW", "/"),
    ):
        assert answer.status_code in {301, 302, 400, 403, 404, 405}
        assert answer.headers[USAGE] == OF_NO_TRACK
        assert words(answer) == NOAI


def test_what_is_told_costs_no_question_to_the_database(client: Client, alma: Account) -> None:
    """The same page with and without its headers asks as much."""
    track = public(alma)
    place = f"/tracks/{track.key}/waveform-256.json"
    client.get(place)
    with CaptureQueriesContext(
        connection,
    ) as with_headers:
        answer = client.get(place)
    assert answer.headers[USAGE] == FOUND
    bare = [name for name in settings.MIDDLEWARE if not name.startswith("tenuto.safeguards.signals")]
    assert len(bare) == len(settings.MIDDLEWARE) - 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MIDDLEWARE", bare)
        without = Client()
        without.cookies = client.cookies
        with CaptureQueriesContext(connection) as without_headers:
            assert USAGE not in without.get(place).headers
    assert len(with_headers) == len(without_headers)


def test_a_change_of_mind_is_told_with_the_next_answer(client: Client, as_alma: Client, alma: Account) -> None:
    """Taken back into the sketchbook, a track is denied to search engines from the very next answer on."""
    track = public(alma)
    place = track.get_absolute_url()
    assert as_alma.get(place).headers[USAGE] == FOUND
    taken = as_alma.delete(f"/api/v1/me/tracks/{track.key}/publication")
    assert taken.status_code in {200, 204}, taken.content
    assert taken.headers[USAGE] == HIDDEN  # nor does the answer to the change itself say what held before
    assert as_alma.get(place).headers[USAGE] == HIDDEN
    assert client.get(place).status_code == 404


def test_the_page_says_what_its_headers_say(client: Client, alma: Account) -> None:
    track = public(alma, "</script><b>Harbour & quay", licence="cc-by")
    answer = client.get(track.get_absolute_url())
    page = answer.content.decode()
    assert f'<meta name="robots" content="{answer.headers[ROBOTS]}">' in page
    assert '<meta name="tdm-reservation" content="1">' in page
    assert f'<meta name="tdm-policy" content="{answer.headers["tdm-policy"]}">' in page
    start = page.index('<script type="application/ld+json">') + len('<script type="application/ld+json">')
    told = json.loads(page[start : page.index("</script>", start)])
    assert told["name"] == "</script><b>Harbour & quay"
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert told["usageInfo"] == f"{settings.SITE_URL}/tracks/{track.key}/machines"


def test_what_was_removed_is_answered_for_too(as_alma: Client, alma: Account) -> None:
    """The answer that a track is gone is made after it went, and says that nothing is allowed."""
    track, other = public(alma), public(alma, "Other")
    gone = as_alma.delete(f"/api/v1/me/tracks/{track.key}")
    assert gone.status_code == 204
    assert gone.headers[USAGE] == HIDDEN
    left = as_alma.post(f"/studio/{other.key}/removal", {"title": other.title})
    assert left.status_code in {200, 302}
    assert left.headers[USAGE] == HIDDEN


def test_playlists_say_in_themselves_what_their_headers_say(client: Client, alma: Account) -> None:
    """Whoever stores a playlist without its headers still has the words: as comments, and as session data."""
    played = press_play(client, public(alma))
    media = client.get(source(played, "aac").replace(".mp4", ".m3u8"))
    lines = media.content.decode().splitlines()
    for name in ("Content-Usage", "tdm-reservation", "tdm-policy", "X-Robots-Tag"):
        assert f"# {name}: {media.headers[name]}" in lines
    master = client.get(played["hls"])
    said = 'DATA-ID="localhost.content-usage",VALUE="train-ai=n, search=y"'
    assert f"#EXT-X-SESSION-DATA:{said}" in master.content.decode().splitlines()
    assert master.headers["Content-Usage"] == "train-ai=n, search=y"
