"""The search as visitors meet it, by page, by list while typing, and by program: to each what they may meet."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from tenuto.accounts.blocks import block
from tenuto.accounts.models import Account, Follow
from tenuto.browse.models import Correction
from tenuto.browse.tags import follow
from tenuto.consent.models import Stop
from tenuto.library.releases import change as releases
from tenuto.rules.playlists import Openness
from tenuto.rules.visibility import Audience
from tenuto.search.forms import SearchForm
from tenuto.search.spelling import learn
from tenuto.search.templatetags.search_form import words_form
from tenuto.tracks.models import Hold, Publication, Recording, Track
from tests.browse.heard import allowed
from tests.conftest import signed_in
from tests.gate.working import INFORM, agreed, holds
from tests.library.listing import playlist, public, release, words
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def found(client: Client, typed: str, **asked: str | int) -> set[str]:
    """All names that the three ways hand out; they must agree on the tracks."""
    page = words(client, "/search?" + _query(typed, asked))
    program = client.get("/api/v1/search", {"q": typed, **asked}).json()
    titles = re.findall(r'<track-item [^>]*data-title="([^"]*)"', page)
    assert titles == [track["title"] for track in [*program["tracks"], *program["lyrics"]]]
    others = [person["name"] for person in program["people"]]
    others += [thing["title"] for kind in ("albums", "playlists") for thing in program[kind]]
    for name in others:
        assert f"<bdi>{name}</bdi>" in page
    if not asked:
        options = words(client, "/search/typing?" + _query(typed, {}))
        shown = set(re.findall(r'aria-selected="false" data-href="[^"]*">.*?<bdi>([^<]*)</bdi>', options))
        assert shown <= {*titles, *others}
        assert bool(shown) == bool(titles or others)
    return {*titles, *others}


def _query(typed: str, asked: dict[str, str | int]) -> str:
    return urlencode({"q": typed, **asked})


@pytest.fixture
def harbour(alma: Account, bo: Account) -> dict[str, Track]:
    """Alma's tracks of every kind of sharing, all of one name but for the last word. Bo follows her."""
    Follow.objects.create(follower=bo, followed=alma)
    now = timezone.now()

    def shared(name: str, audience: Audience, starts_at: object = now - HOUR, **facts: object) -> Track:
        return catalogue.shared(catalogue.track(alma, f"Zebra {name}", **facts), audience, starts_at)  # type: ignore[arg-type]

    made = {
        "sketch": catalogue.track(alma, "Zebra sketch", tags=["zebra"]),
        "public": shared("public", Audience.PUBLIC),
        "followers": shared("followers", Audience.FOLLOWERS),
        "later": shared("later", Audience.PUBLIC, now + HOUR),
        "abroad": shared("abroad", Audience.PUBLIC, regions="only", countries=["PT"]),
        "unfinished": shared("unfinished", Audience.PUBLIC, ready=False),
        "held": shared("held", Audience.PUBLIC),
    }
    Hold.objects.create(recording=Recording.objects.get(track=made["held"]))
    Publication.objects.filter(track=made["held"]).update(audible=False)
    learn(now)
    return made


@pytest.mark.parametrize("typed", ["zebra", "zeb", "zebar", "alma zebra", "zebra alma"])
def test_everybody_finds_what_they_may_hear_and_nothing_else(
    client: Client, as_alma: Client, as_bo: Client, as_cy: Client, harbour: dict[str, Track], typed: str
) -> None:
    holder = Client()
    words(holder, catalogue.link(harbour["sketch"]).get_absolute_url())
    for visitor in (client, as_cy, holder):
        assert found(visitor, typed) == {"Zebra public"}
    assert found(as_bo, typed) == {"Zebra public", "Zebra followers"}
    # Her sketches are in her studio. In a search there are never any, not even hers.
    assert "Zebra sketch" not in found(as_alma, typed)


@pytest.mark.parametrize("word", ["sketch", "later", "abroad", "unfinished", "held", "followers"])
def test_a_hidden_things_own_words_find_nothing_and_look_like_words_of_nothing(
    client: Client, as_cy: Client, harbour: dict[str, Track], word: str
) -> None:
    def answers(visitor: Client, typed: str) -> list[str]:
        asked = [f"/search?q={typed}", f"/search/typing?q={typed}", f"/api/v1/search?q={typed}"]
        return [re.sub(r'value="[^"]*"|content="[^"]*"|data-csrf="[^"]*"', "", words(visitor, path)) for path in asked]

    for visitor in (client, as_cy):
        made_up = [page.replace("qqqqqq", word) for page in answers(visitor, "qqqqqq")]
        assert [page.replace("qqqqqq", word) for page in answers(visitor, word)] == made_up


def test_whoever_is_blocked_finds_nothing_of_who_blocked_them(
    as_bo: Client, client: Client, alma: Account, bo: Account
) -> None:
    public(alma, "Zebra")
    album = release(alma, public(alma, "Other"), title="Zebra crossing")
    releases.publish(album, None, timezone.now(), with_sketches=False)
    playlist(alma, title="For zebras", openness=Openness.PUBLIC)
    everything = {"Zebra", "Zebra crossing", "For zebras"}
    assert found(as_bo, "zebra") == everything
    assert "Alma Ferreira" in found(as_bo, "alma")
    block(alma, bo)
    assert found(as_bo, "zebra") == found(as_bo, "alma") == set()
    assert found(client, "zebra") == everything


def test_playlists_and_albums_are_found_by_everybody_once_they_are_open_to_everybody(
    client: Client, as_alma: Client, alma: Account
) -> None:
    album = release(alma, public(alma, "Other"), title="Zebra crossing")
    for openness in Openness:
        playlist(alma, title=f"Zebra {openness}", openness=openness)
    assert found(client, "zebra") == found(as_alma, "zebra") == {"Zebra public"}
    releases.publish(album, timezone.now() + HOUR, timezone.now(), with_sketches=False)
    assert found(client, "zebra") == {"Zebra public"}
    releases.publish(album, None, timezone.now(), with_sketches=False)
    assert found(client, "zebra") == {"Zebra public", "Zebra crossing"}


def test_none_of_the_nine_switches_hides_what_is_shared(client: Client, alma: Account) -> None:
    names = ("downloads", "offline_listening", "in_feed", "embeddable", "app_playback", "comments_allowed")
    off = dict.fromkeys((*names, "comments_public", "insights_public"), False)
    public(alma, "Zebra", **off)
    assert found(client, "zebra") == {"Zebra"}
    assert client.get("/api/v1/search?q=zebra").json()["tracks"][0]["plays"] is None


# ——— tags and filters ———


def test_tags_with_the_words_are_shown_of_what_was_found_alone(client: Client, alma: Account) -> None:
    public(alma, "Harbour", tags=["Field recording", "tram"])
    catalogue.track(alma, "A sketch", tags=["field trip"])
    assert client.get("/api/v1/search?q=field").json()["tags"] == ["Field recording"]
    assert 'href="/browse?tag=Field%20recording"' in words(client, "/search?q=field")


def test_tracks_are_narrowed_by_tag_tempo_key_length_and_licence(client: Client, alma: Account) -> None:
    artist = agreed(alma)
    slow, fast = allowed(artist, "Zebra slow", 70.0, "8A"), allowed(artist, "Zebra fast", 174.0, "9A")
    Track.objects.filter(pk=slow.pk).update(tags=["tram"], licence="cc-by")
    Recording.objects.filter(track=fast).update(seconds=60.0)
    follow([slow.pk, fast.pk])
    both = {"Zebra slow", "Zebra fast"}
    assert found(client, "zebra") == found(client, "zebra", minutes_to=60) == both
    for wanted in ({"tag": "Tram"}, {"tempo_to": 90}, {"key": "A minor"}, {"minutes_from": 2}, {"licence": "cc-by"}):
        assert found(client, "zebra", **wanted) == {"Zebra slow"}
    assert found(client, "zebra", key="8A", compatible="on") == both
    assert found(client, "zebra", minutes_to="1.5") == {"Zebra fast"}
    assert found(client, "alma", minutes_to=60) == both  # and not Alma herself
    Stop.objects.create(purpose="organisation")
    assert found(client, "zebra", tempo_to=90) == set()
    Correction.objects.create(track=fast, bpm=80)
    assert found(client, "zebra", tempo_to=90) == {"Zebra fast"}


def test_tempo_and_key_find_only_while_the_artist_allows_it(client: Client, alma: Account) -> None:
    heard = allowed(agreed(alma), "Zebra", 70.0)
    assert found(client, "zebra", tempo_to=90) == {"Zebra"}
    holds(heard, INFORM)
    assert found(client, "zebra", tempo_to=90) == set()
    assert found(client, "zebra") == {"Zebra"}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"minutes_from": "long"}, "A length is a number of minutes"),
        ({"minutes_from": "9", "minutes_to": "3"}, "Turn the two round"),
        ({"licence": "mine"}, "Choose one of the licences"),
        ({"tempo_from": "slow"}, "A tempo is a number from 20 to 400"),
        ({"q": "x" * 300}, "at most 200"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(
    client: Client, asked: dict[str, str], sentence: str
) -> None:
    response = client.get("/search", {"q": "zebra", **asked})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert asked.get("q", "zebra") in response.content.decode()
    assert client.get("/api/v1/search", {"q": "zebra", **asked}).status_code == 422


# ——— the page ———


def test_no_page_of_a_search_is_for_search_engines_or_shared_caches(client: Client, alma: Account) -> None:
    for path in ("/search", "/search?q=zebra", "/search/typing?q=zebra"):
        response = client.get(path)
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "no-store" in response.headers["Cache-Control"]


def test_the_field_stands_on_every_page_and_says_what_was_typed_on_its_own(client: Client) -> None:
    assert 'action="/search"' in words(client, "/")
    assert 'value="&lt;b&gt;zebra"' in words(client, "/search?q=<b>zebra")


def test_more_tracks_are_a_page_of_their_own(client: Client, alma: Account) -> None:
    for number in range(23):
        public(alma, f"Zebra {number}")
    assert "only=tracks" in words(client, "/search?q=zebra")
    assert len(found(client, "zebra", only="tracks")) == 23


def test_signed_in_hearts_stand_beside_what_was_found(alma: Account) -> None:
    public(alma, "Zebra")
    assert 'name="like"' in words(signed_in(alma), "/search?q=zebra")


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("words", ["", "sea", "<b>\"Ä\" & '%(q)s'</b>"])
def test_the_form_of_words_alone_is_the_one_that_the_form_draws(words: str, language: str) -> None:
    with override(language):
        form = SearchForm(QueryDict(urlencode({"q": words, "only": "tracks"})))
        assert form.is_valid()
        drawn = render_to_string("search/_form.html", {"form": form, "is_narrowed": False})
        assert words_form(form["q"].data).split() == drawn.split()
        assert words_form(None).split() == render_to_string("search/_form.html", {"form": SearchForm({})}).split()


def test_the_form_says_again_what_else_was_asked_for(client: Client, db: None) -> None:
    page = client.get("/search?q=sea&licence=cc-by").content.decode()
    assert '<option value="cc-by" selected>' in page
    assert "<details open>" in page
    assert "selected" not in client.get("/search?q=sea").content.decode().replace('value="" selected', "")
