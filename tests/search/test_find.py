"""What is found by which words, in which order: the same on either database."""

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import handles
from tenuto.accounts.models import Account
from tenuto.library.playlists.models import Playlist
from tenuto.library.releases import change as releases
from tenuto.library.releases.models import Release
from tenuto.lyrics.write import take_away, write
from tenuto.rules import spelling as rule
from tenuto.rules.playlists import Openness
from tenuto.rules.visibility import Visitor
from tenuto.search import find, in_step, spelling
from tenuto.search.asked import Asked
from tenuto.search.find import Found, search
from tenuto.search.models import Left, TrackWords, Unread, Word
from tenuto.search.spelling import Walk, add, learn, learn_anew, near
from tenuto.tracks import publish
from tenuto.tracks.models import Publication, Track
from tests.library.listing import playlist, public, release
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db


def found(typed: str, visitor: Visitor | None = None) -> Found:
    return search(Asked(typed), visitor or Visitor(), timezone.now())


def titles(typed: str, visitor: Visitor | None = None) -> list[str]:
    return [track.title for track in found(typed, visitor).tracks]


def learned() -> None:
    learn(timezone.now())


# ——— by which words ———


@pytest.mark.parametrize(
    "typed",
    [
        "Harbour, 5 a.m.",
        "harbour",
        "HARBOUR",
        "5 harbour",  # in any order
        "harb",  # still being typed
        "fog harb",  # its tag
        "drone",  # its genre
        "alma harbour",  # its artist
        "ferreira",
        "harbour alma-f",
        "quays",  # its label
        "Inês",  # who is credited
        "ines viola",
    ],
)
def test_a_track_is_found_by_its_words_in_any_order_and_size(alma: Account, typed: str) -> None:
    alma.username = "alma-f"
    alma.save()
    public(alma, tags=["Fog", "Boat song"], genre="Drone", label="Quays", credits=[["Viola", "Inês Viola"]])
    public(alma, "Something else altogether").owner.refresh_from_db()
    Publication.objects.filter(track__title__startswith="Something").delete()
    assert titles(typed) == ["Harbour, 5 a.m."]


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Saudade à Beira-Mar", "saudade a beira mar"),
        ("Saudade a Beira Mar", "Saudadé à beira-mar"),
        ("Ночь", "ночь"),
        ("НОЧЬ", "ночь"),
        ("Έρωτας", "έρωτας"),
        ("Чёрный Йод", "чёрный йод"),
        ("Straße", "STRAßE"),
        ("Mr.Night@home/now", "night home"),
        ("夜の港", "夜の"),
        ("Ǘber", "uber"),
        ("a_b", "b"),
    ],
)
def test_accents_and_sizes_of_letters_make_no_difference(alma: Account, title: str, typed: str) -> None:
    public(alma, title)
    assert titles(typed) == [title]


@pytest.mark.parametrize(
    "typed", ["", "  ", "!?", "%", "'", '"', "' OR 1=1", "NEAR(", "*", "z:*", "zzz qqq", "\0", "\\"]
)
def test_whatever_is_typed_is_taken_for_words_and_nothing_else(alma: Account, typed: str) -> None:
    public(alma)
    assert not found(typed)


def test_signs_of_either_databases_own_language_mean_nothing(alma: Account) -> None:
    public(alma)
    for typed in ('"harbour"', "harbour*", "harbour:*", "(harbour", "harbour')", "^harbour", "-harbour", "harbour &"):
        assert titles(typed) == ["Harbour, 5 a.m."]


def test_a_word_that_is_done_finds_no_longer_one_and_a_single_letter_begins_none(alma: Account) -> None:
    public(alma, "Nightfall Harbour")
    assert titles("night harbour") == []
    assert titles("harbour night") == ["Nightfall Harbour"]
    assert titles("harbour n") == []


# ——— slips of the fingers ———


@pytest.mark.parametrize(
    ("typed", "meets"),
    [
        ("harbuor", True),  # two exchanged
        ("harbor", True),  # one left out
        ("harrbour", True),  # one too many
        ("harbaur", True),  # another one
        ("horbaur", False),  # two, in a word of seven
        ("fqg", False),  # one, in a word of three
        ("boet", True),
        ("acordion", True),
        ("acordiom", True),  # two, in a word of eight
        ("akkordeom", False),  # four
        ("alma harbuor", True),
    ],
)
def test_one_slip_in_four_letters_and_two_in_eight_are_forgiven(alma: Account, typed: str, meets: bool) -> None:
    public(alma, "Harbour", tags=["fog", "boat", "accordion"])
    learned()
    assert titles(typed) == (["Harbour"] if meets else [])
    assert found(typed).like is meets


def test_people_albums_and_playlists_are_found_in_spite_of_a_slip(alma: Account) -> None:
    out(alma, "Low Water")
    playlist(alma, title="Night Tram", openness=Openness.PUBLIC)
    learned()
    assert [person.username for person in found("fereira").people] == ["alma"]
    assert [album.title for album in found("low watr").releases] == ["Low Water"]
    assert [one.title for one in found("nigth tram").playlists] == ["Night Tram"]


def test_what_was_typed_comes_before_what_is_only_like_it(alma: Account) -> None:
    public(alma, "Night")
    public(alma, "Light")
    learned()
    assert titles("light") == ["Light", "Night"]
    for number in range(3):
        public(alma, f"Light {number}")
    assert len(titles("light")) == 4  # there is enough of what was typed


def test_words_are_forgotten_when_nothing_is_found_by_them(alma: Account) -> None:
    track = public(alma, "Zebrafish")
    learned()
    assert near(["zebrafich"]) == {"zebrafich": ["zebrafish"]}
    track.delete()
    assert Walk().on() == 1
    assert near(["zebrafich"]) == {"zebrafich": []}
    assert not Left.objects.filter(word__text="zebrafish").exists()


def test_words_written_to_be_compared_at_length_cost_no_more_than_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: comparisons, and the letters of what is compared."""
    compared: list[tuple[str, str]] = []
    slips = rule.slips

    def counted(typed: str, meant: str, most: int) -> int | None:
        compared.append((typed, meant))
        return slips(typed, meant, most)

    monkeypatch.setattr(rule, "slips", counted)
    monkeypatch.setattr(spelling, "MOST_COMPARED", 40)
    alike = [f"aaaaaa{'b' * 14}{chr(97 + one)}{chr(97 + other)}" for one in range(10) for other in range(10)]
    add(["aaaaaabbbbbbbbbbbbbbbbzz", *alike, "a" * 25, "a" * 80])
    typed = [f"aaaaaa{'b' * 14}{chr(97 + one)}{one}" for one in range(8)]
    first = near(typed)
    assert 0 < len(compared) <= 40
    assert near(typed) == first  # always the same ones
    compared.clear()
    assert near(["a" * 25, "a" * 79]) == {}
    assert compared == []
    assert not Word.objects.filter(text__startswith="a" * 25).exists()


def test_the_more_words_there_are_the_more_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "LOOKED_AT", 2)
    add(f"unheard{letter}" for letter in "abcdefgh")
    assert Walk().on() == 2
    monkeypatch.setattr(spelling, "ROUND", 1)
    assert Walk().on() == 6


# ——— in which order ———


def test_whole_names_come_first_then_whole_words_then_what_is_begun_then_the_rest(alma: Account) -> None:
    public(alma, "Night")
    public(alma, "A Night at Sea")
    public(alma, "Nightmare")
    public(alma, "Harbour", tags=["night"])
    public(alma, "Night Bus")
    assert titles("night") == ["Night", "Night Bus", "A Night at Sea", "Nightmare", "Harbour"]


def test_the_newest_of_those_that_fit_alike_come_first(alma: Account) -> None:
    for number in range(30):
        public(alma, f"Night {number}")
    assert titles("night")[:3] == ["Night 29", "Night 28", "Night 27"]
    assert len(titles("night")) == 20


def test_what_is_hidden_takes_no_place_however_much_of_it_is_newer(
    alma: Account, bo: Account, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        public(alma, f"Night {number}")
    for number in range(150):
        public(bo, f"Night {number}")
    Publication.objects.filter(by=bo).update(audience="followers")
    with django_assert_max_num_queries(20):
        assert titles("night") == ["Night 3", "Night 2", "Night 1", "Night 0"]


@pytest.mark.parametrize("few", [True, False])
def test_walking_on_and_gathering_the_rest_find_the_same(
    alma: Account, bo: Account, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    monkeypatch.setattr(find, "_are_few", lambda numbers: few)
    for number in range(90):
        public(alma if number % 10 else bo, f"Night {number}")
    Publication.objects.filter(by=alma).update(audience="followers")
    assert titles("night") == [f"Night {number}" for number in range(80, -1, -10)]


def test_postgresql_gathers_the_rest_where_what_was_found_stands_far_apart() -> None:
    near, far = [200_000 - number for number in range(64)], [200_000 - 600 * number for number in range(64)]
    assert not find._are_few(near)
    assert find._are_few(far) == (connection.vendor == "postgresql")


def test_a_whole_name_is_found_however_many_others_have_its_words(alma: Account, bo: Account) -> None:
    public(alma, "Night Tram")
    for number in range(25):
        public(bo, f"The Night Tram {number}")
    assert titles("night tram")[0] == titles("nighttram")[0] == "Night Tram"


# ——— in step with the rows ———


def out(owner: Account, title: str) -> Release:
    made = release(owner, public(owner, f"On {title}"), title=title)
    releases.publish(made, None, timezone.now(), with_sketches=False)
    return made


def test_a_title_that_changes_changes_what_is_found_at_once_by_whatever_way(alma: Account) -> None:
    track = public(alma, "Harbour")
    track.title = "Quay"
    track.save(update_fields=["title"])
    assert (titles("harbour"), titles("quay")) == ([], ["Quay"])
    Track.objects.update(title="Pier", tags=["Boat"])
    assert (titles("quay"), titles("pier"), titles("boat")) == ([], ["Pier"], ["Pier"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracks_track SET title = 'Jetty'")
    assert (titles("pier"), titles("jetty")) == ([], ["Jetty"])


def test_what_was_not_committed_is_not_found(alma: Account) -> None:
    public(alma, "Harbour")
    with transaction.atomic():
        public(alma, "Quay")
        Track.objects.filter(title="Harbour").update(title="Pier")
        assert titles("quay")
        transaction.set_rollback(True)
    assert (titles("quay"), titles("pier"), titles("harbour")) == ([], [], ["Harbour"])


def test_an_artists_new_name_finds_their_things_and_the_old_one_does_not(alma: Account) -> None:
    public(alma, "Harbour")
    out(alma, "Low Water")
    playlist(alma, title="For the tram", openness=Openness.PUBLIC)
    alma.display_name = "Tin Orchard"
    alma.save(update_fields=["display_name"])
    handles.change(alma, "orchard", timezone.now())
    for typed in ("ferreira", "alma"):
        assert not found(typed)
    again = found("orchard")
    assert len(again.tracks) == 2
    assert (len(again.people), len(again.releases), len(again.playlists)) == (1, 1, 1)


def test_what_is_taken_back_or_removed_is_found_no_more(alma: Account) -> None:
    back, gone = public(alma, "Harbour"), public(alma, "Harbour wall")
    assert len(titles("harbour")) == 2
    publish.withdraw_to_sketchbook(back, alma, timezone.now())
    publish.remove(gone, alma, timezone.now())
    assert titles("harbour") == []
    assert not TrackWords.objects.exists()
    album = out(alma, "Low Water")
    releases.take_back(album)
    mine = playlist(alma, title="Low tide", openness=Openness.PUBLIC)
    Playlist.objects.filter(pk=mine.pk).update(openness=Openness.LINK.value)
    assert not [*found("low").releases, *found("low").playlists]


def test_an_account_that_is_closed_is_found_no_more_nor_anything_of_it(alma: Account) -> None:
    public(alma, "Harbour")
    out(alma, "Low Water")
    Account.objects.update(is_active=False)
    assert not found("harbour")
    assert not found("alma")
    assert not found("water")


def test_the_index_made_anew_is_the_index_that_was_kept(alma: Account) -> None:
    public(alma, "Harbour", tags=["fog"], credits=[["Viola", "Inês"]])
    kept = list(TrackWords.objects.values_list("pk", "whole", "name", "artist", "words"))
    in_step.stop()
    TrackWords.objects.all()._raw_delete("default")
    Track.objects.update(title="Quay")
    assert titles("quay") == titles("harbour") == []
    Track.objects.update(title="Harbour")
    assert in_step.rebuild() == Unread.objects.count() == 2  # the track and Alma
    assert learn_anew(timezone.now()) == Word.objects.count() > 0
    assert list(TrackWords.objects.values_list("pk", "whole", "name", "artist", "words")) == kept
    Track.objects.update(title="Pier")  # and it is kept again
    assert titles("pier") == ["Pier"]


def test_what_is_sung_is_found_without_its_times_and_as_it_was_written_last(alma: Account) -> None:
    track, sketch = public(alma, "Harbour"), catalogue.track(alma, "A sketch")
    for each in (track, sketch):
        write(each, "[00:12.20]The gulls that nobody invited", "en", timezone.now())
    learned()
    for typed in ("gulls nobody", "gulsl"):
        assert [one.title for one in found(typed).lyrics] == ["Harbour"]
        assert found(typed).tracks == []
    assert not found("12")
    write(track, "[00:12.20]A lamp on the quay", "en", timezone.now())
    assert not found("gulls")
    assert [one.title for one in found("quay").lyrics] == ["Harbour"]
    take_away(track)
    assert not found("quay")


@pytest.mark.parametrize("count", [3, 15])
def test_a_search_asks_as_often_however_much_there_is(
    alma: Account, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        public(alma, f"Night {number}")
    with django_assert_max_num_queries(13):
        found("night")
