"""What is shown of a track's sound: the artist's word, what was heard while she allows it, and nothing else."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.ai.organisation.models import Heard
from tenuto.browse.models import Correction
from tenuto.consent.models import Stop
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.audio.sounding import shared
from tests.gate.conftest import work_in_this_process
from tests.gate.working import INFORM, INPUT, agreed, holds, work, worked_off
from tests.once import Once
from tests.people import person

pytestmark = pytest.mark.django_db


def words(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def panel(client: Client, track: Track) -> str:
    """The part of the track's page that tells of its sound."""
    page = client.get(track.get_absolute_url()).content.decode()
    found = re.search(r'<section id="sound".*?</dl>.*?</section>', page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


@pytest.fixture(scope="module")
def heard_once(once: Once) -> int:
    with pytest.MonkeyPatch.context() as patching:
        work_in_this_process(patching)
        return once.make(hear_one)


def hear_one() -> int:
    track = shared(work(agreed(person("alma", "Alma Ferreira")), INPUT, INFORM), Audience.PUBLIC)
    worked_off()
    return track.pk


@pytest.fixture
def heard(heard_once: int) -> Track:
    """A public track that Alma lets Tenuto hear, and that it has heard."""
    return Track.objects.get(pk=heard_once)


@pytest.fixture
def alma(heard: Track) -> Account:
    return heard.owner


@pytest.fixture
def artist(alma: Account) -> Account:
    return alma


def test_what_was_heard_stands_on_the_page_with_how_sure_it_is(client: Client, heard: Track) -> None:
    row = Heard.objects.get()
    Heard.objects.update(
        bpm=119.97, bpm_confidence=0.75, bpm_candidates=[[119.97, 0.5], [59.99, 0.3], [90.0, 0.2]], tonic=3, minor=False
    )
    shown = panel(client, heard)
    assert "120 BPM or 60 heard by Tenuto, fairly sure" in shown
    assert "E♭ major 5B heard by Tenuto" in shown
    assert "Energy" in shown
    assert "Why is this here?" in shown
    assert row.track_id == heard.pk


def test_a_withdrawn_yes_is_gone_with_the_next_request(client: Client, heard: Track) -> None:
    """Before any job has run: the row is still there, and is not shown."""
    assert "heard by Tenuto" in panel(client, heard)
    holds(heard, INPUT)
    assert Heard.objects.filter(track_id=heard.pk).exists()
    assert "heard by Tenuto" not in panel(client, heard)
    answered = client.get(f"/api/v1/tracks/{heard.key}/sound").json()
    assert (answered["tempo"], answered["key"], answered["heard"]) == (None, None, None)


def test_a_stopped_purpose_shows_nothing_and_shows_it_again_when_resumed(client: Client, heard: Track) -> None:
    stop = Stop.objects.create(purpose="organisation")
    assert "heard by Tenuto" not in panel(client, heard)
    stop.ended_at = timezone.now()
    stop.save()
    assert "heard by Tenuto" in panel(client, heard)


def test_loudness_is_no_ai_and_needs_no_consent(client: Client, artist: Account) -> None:
    track = shared(work(artist), Audience.PUBLIC)
    track.recordings.update(loudness_lufs=-9.84, loudness_range_lu=6.2)
    assert "−9.8 LUFS range 6.2 LU measured by EBU R 128; no AI" in panel(client, track)


def test_the_artists_word_stands_before_what_was_heard(client: Client, as_alma: Client, heard: Track) -> None:
    Heard.objects.update(bpm=100.0, tonic=0, minor=False)
    response = as_alma.post(reverse("browse:sound", args=[heard.key]), {"bpm": "87,5", "key": "2A"})
    assert response.status_code == 302
    shown = panel(client, heard)
    assert "87.5 BPM the artist says" in shown
    assert "E♭ minor 2A the artist says" in shown
    assert "100" not in shown
    as_alma.post(reverse("browse:heard-again", args=[heard.key]))
    assert "100 BPM" in panel(client, heard)
    assert not Correction.objects.exists()


def test_the_artists_word_needs_no_consent_and_outlives_a_withdrawn_one(
    client: Client, as_alma: Client, heard: Track
) -> None:
    as_alma.post(reverse("browse:sound", args=[heard.key]), {"bpm": "92", "key": ""})
    holds(heard, INPUT, INFORM)
    worked_off()
    assert not Heard.objects.exists()
    assert "92 BPM the artist says" in panel(client, heard)


def test_saving_again_what_the_form_shows_changes_nothing(as_alma: Client, heard: Track) -> None:
    as_alma.post(reverse("browse:sound", args=[heard.key]), {"bpm": "87.53", "key": "2A"})
    page = as_alma.get(reverse("browse:sound", args=[heard.key])).content.decode()
    assert 'value="87.53"' in page
    assert '<option value="2A" selected>' in page


def test_no_clear_tempo_and_no_clear_key_can_be_said(client: Client, as_alma: Client, heard: Track) -> None:
    Heard.objects.update(bpm=100.0, tonic=0)
    as_alma.post(reverse("browse:sound", args=[heard.key]), {"no_tempo": "on", "key": "none"})
    shown = panel(client, heard)
    assert "no clear tempo the artist says" in shown
    assert "no clear key the artist says" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"bpm": "fast"}, "A tempo is a number from 20 to 400"),
        ({"bpm": "4000"}, "A tempo is a number from 20 to 400"),
        ({"bpm": "nan"}, "A tempo is a number from 20 to 400"),
        ({"bpm": "120", "no_tempo": "on"}, "either has this tempo or no clear one"),
        ({"key": "13C"}, "Choose one of the keys in the list"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence_and_nothing_is_lost(
    as_alma: Client, heard: Track, typed: dict[str, str], sentence: str
) -> None:
    as_alma.post(reverse("browse:sound", args=[heard.key]), {"bpm": "92"})
    response = as_alma.post(reverse("browse:sound", args=[heard.key]), typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    if "bpm" in typed:
        assert f'value="{typed["bpm"]}"' in page
    assert Correction.objects.get().bpm == 92


def test_the_studio_shows_what_was_heard_beside_what_the_artist_says(as_alma: Client, heard: Track) -> None:
    Heard.objects.update(bpm=100.0, bpm_candidates=[[100.0, 0.6], [50.0, 0.4]])
    as_alma.post(reverse("browse:sound", args=[heard.key]), {"bpm": "50"})
    page = words(as_alma, reverse("browse:sound", args=[heard.key]))
    assert "100 BPM thinkable: 100, 50" in page
    assert "Take my word back" in page


def test_a_track_that_was_never_heard_says_so_in_the_studio_and_nothing_on_its_page(
    client: Client, as_alma: Client, artist: Account
) -> None:
    track = shared(work(artist), Audience.PUBLIC)
    track.recordings.update(loudness_lufs=None)
    assert panel(client, track) == ""
    assert "Say tempo and key yourself" in words(as_alma, track.get_absolute_url())
    assert "Tenuto listens to a track only where" in words(as_alma, reverse("browse:sound", args=[track.key]))


@pytest.mark.parametrize("said", [False, True])
def test_the_panel_costs_three_questions(
    client: Client,
    as_alma: Client,
    heard: Track,
    said: bool,
    django_assert_num_queries: DjangoAssertNumQueries,
    drawn: Callable[[Track], str],
) -> None:
    if said:
        as_alma.post(reverse("browse:sound", args=[heard.key]), {"bpm": "92"})
    assert heard.recording is not None  # whoever fetches through `tracks.access` has it
    with django_assert_num_queries(3):
        drawn(heard)


@pytest.fixture
def drawn() -> Callable[[Track], str]:
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from tenuto.browse.panel import sound_of_it

    def draw(track: Track) -> str:
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        return str(sound_of_it(request, track))

    return draw


def test_a_correction_goes_into_the_artists_copy_and_goes_with_the_track(
    as_alma: Client, heard: Track, artist: Account
) -> None:
    from tenuto.browse.export import corrections

    assert list(corrections(artist)) == []
    as_alma.post(reverse("browse:sound", args=[heard.key]), {"bpm": "92", "key": "5B"})
    (item,) = corrections(artist)
    line = "".join(item.pieces)  # type: ignore[union-attr]  # words, not a stored file
    assert '"bpm": 92.0' in line
    assert '"key": "E♭ major"' in line
    heard.delete()
    assert not Correction.objects.exists()


# ——— the HTTP API ———


def test_programs_read_and_correct_the_sound(client: Client, as_alma: Client, heard: Track) -> None:
    Heard.objects.update(bpm=100.0, bpm_confidence=0.95, tonic=9, minor=True, key_confidence=0.6)
    path = f"/api/v1/tracks/{heard.key}/sound"
    found = client.get(path).json()
    assert found["tempo"] == {"bpm": 100.0, "by": "heard", "certainty": "sure", "otherwise": []}
    assert (found["key"]["name"], found["key"]["camelot"], found["key"]["certainty"]) == (
        "A minor",
        "8A",
        "fairly sure",
    )
    assert found["heard"]["beats_ms"] is None
    assert isinstance(client.get(f"{path}?beats=1").json()["heard"]["beats_ms"], list)

    own = f"/api/v1/me/tracks/{heard.key}/sound"
    said = as_alma.put(own, {"bpm": 50, "key": "Ebm"}, content_type="application/json")
    assert (said.status_code, said.json()["tempo"]["by"], said.json()["key"]["camelot"]) == (200, "artist", "2A")
    assert client.get(path).json()["tempo"]["bpm"] == 50
    assert as_alma.delete(own).status_code == 204
    assert client.get(path).json()["tempo"]["by"] == "heard"


@pytest.mark.parametrize("wish", [{"bpm": 5}, {"key": "H major"}, {"bpm": 90, "no_tempo": True}, {"bpm": "NaN"}])
def test_a_program_that_says_nonsense_is_told_where(as_alma: Client, heard: Track, wish: dict[str, object]) -> None:
    answer = as_alma.put(f"/api/v1/me/tracks/{heard.key}/sound", wish, content_type="application/json")
    assert answer.status_code == 422
    assert not Correction.objects.exists()


def test_nobody_corrects_anothers_track(as_bo: Client, heard: Track, bo: Account) -> None:
    assert as_bo.post(reverse("browse:sound", args=[heard.key]), {"bpm": "92"}).status_code == 404
    answer = as_bo.put(f"/api/v1/me/tracks/{heard.key}/sound", {"bpm": 92}, content_type="application/json")
    assert answer.status_code == 404
    assert not Correction.objects.exists()
