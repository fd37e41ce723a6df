"""Addresses in any script, that never collide and never die."""

import re
import unicodedata
from collections.abc import Iterator

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from hypothesis import given
from hypothesis import strategies as st

from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.rules.visibility import Visitor
from tenuto.tracks import access, slugs
from tenuto.tracks.models import SlugHistory, Track
from tenuto.tracks.slugs import RESERVED, slug_of
from tests.tracks import catalogue
from tests.tracks.catalogue import NOON


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Harbour, 5 a.m.", "harbour-5-a-m"),
        ("Don’t Stop", "dont-stop"),
        ("Привет, мир!", "привет-мир"),
        ("港の朝 (ライブ)", "港の朝-ライブ"),
        ("हिन्दी गीत", "हिन्दी-गीत"),
        ("เพลงรัก", unicodedata.normalize("NFKC", "เพลงรัก")),
        ("Ça va?", "ça-va"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full-width"),
        ("A/B\\C?D#E%F", "a-b-c-d-e-f"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("a\u202eb\u200bc\u0000d", "a-b-c-d"),
        ("🎵🎵", ""),
        ("???", ""),
        ("\u0301", ""),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_title_becomes_an_address_people_can_read(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=200))
def test_any_title_gives_an_address_that_stays_what_it_is(title: str) -> None:
    slug = slug_of(title)
    assert slug_of(slug) == slug
    assert slugs.normal(slug) == slug
    assert len(slug) <= 80
    assert not set(slug) & set("/\\?#%&<>\"' .\n")


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["🎵", "", "Followers", "RSS"])
def test_a_title_without_letters_or_of_a_profiles_own_page_still_gets_one(alma: Account, title: str) -> None:
    track = catalogue.track(alma, title)
    assert track.slug
    assert track.slug not in RESERVED
    assert access.track_at(Visitor(alma.pk), "alma", track.slug, NOON) == track


@pytest.mark.django_db
def test_many_tracks_of_one_name_each_get_an_address(alma: Account, bo: Account) -> None:
    made = [catalogue.track(alma, "Untitled").slug for _ in range(12)]
    assert len(set(made)) == 12
    assert made[:3] == ["untitled", "untitled-2", "untitled-3"]
    assert catalogue.track(bo, "Untitled").slug == "untitled"
    long = [catalogue.track(alma, "x" * 300).slug for _ in range(3)]
    assert len(set(long)) == 3
    assert max(map(len, long)) <= 80


@pytest.mark.django_db
def test_an_address_that_was_given_up_is_not_given_to_another_by_itself(alma: Account) -> None:
    """Links to your track go on working after you rename it, whatever you upload next."""
    track = catalogue.public(alma, "Draft")
    slugs.move(track, "harbour", NOON)
    assert catalogue.public(alma, "Draft").slug == "draft-2"
    assert access.track_at(Visitor(), "alma", "draft", NOON) == track


@pytest.mark.django_db
def test_an_address_can_be_taken_back_and_taken_over(alma: Account) -> None:
    track, other = catalogue.public(alma, "Draft"), catalogue.public(alma, "Other")
    slugs.move(track, "harbour", NOON)
    slugs.move(track, "draft", NOON)
    assert access.track_at(Visitor(), "alma", "harbour", NOON) == track
    slugs.move(other, "harbour", NOON)
    assert access.track_at(Visitor(), "alma", "harbour", NOON) == other
    assert list(SlugHistory.objects.values_list("slug", flat=True)) == ["other"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "error"), [("other", slugs.SlugTaken), ("!?", slugs.BadSlug), ("rss", slugs.BadSlug)]
)
def test_an_address_that_cannot_be_had_is_refused_with_a_reason(
    alma: Account, asked: str, error: type[slugs.BadSlug]
) -> None:
    track, _other = catalogue.public(alma, "Draft"), catalogue.public(alma, "Other")
    with pytest.raises(error) as refusal:
        slugs.move(track, asked, NOON)
    assert str(refusal.value.advice).endswith((".", "another."))
    assert access.track_at(Visitor(), "alma", "draft", NOON) == track


@pytest.mark.django_db
def test_an_address_that_another_track_takes_meanwhile_is_said_to_be_taken(
    alma: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    track, _other = catalogue.public(alma, "Draft"), catalogue.public(alma, "Other")
    look, looks = slugs.chosen, iter([True])

    def chosen(of: Track, asked: str) -> str:
        return asked if next(looks, False) else look(of, asked)  # the first look comes before the other track

    monkeypatch.setattr(slugs, "chosen", chosen)
    with pytest.raises(slugs.SlugTaken):
        slugs.move(track, "other", NOON)
    assert track.slug == "draft"
    assert access.track_at(Visitor(), "alma", "draft", NOON) == track


@pytest.mark.django_db
def test_an_address_is_found_however_it_was_typed(alma: Account) -> None:
    """Some systems write é as two letters, and some people begin with a capital."""
    track = catalogue.public(alma, "Café")
    for typed in ("café", unicodedata.normalize("NFD", "café"), "CAFÉ"):
        assert access.track_at(Visitor(), "alma", typed, NOON) == track
    with pytest.raises(NotFound):
        access.track_at(Visitor(), "alma", "cafe", NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "title"), [("x" * 300, "x" * 200), ("a\x00b\ud800c\n", "abc"), ("  Hafen ", "Hafen"), ("\x07", "Untitled")]
)
def test_what_a_file_says_becomes_a_title_that_can_be_kept(alma: Account, said: str, title: str) -> None:
    """Tags and names of files hold anything; no upload fails over them."""
    track = slugs.begin_track(alma, said)
    track.refresh_from_db()
    assert track.title == title


def test_no_track_can_have_the_address_of_a_page_of_its_artist() -> None:
    """What stands below /@somebody/ by itself is answered before any track."""
    words = {found[1] for pattern in addresses() if (found := re.fullmatch(r"/?@<[^>]+>/([a-z]+)(?:[/.].*)?", pattern))}
    assert {"follow", "block", "albums", "feed"} <= words
    assert words <= RESERVED


def addresses(resolver: URLResolver | None = None) -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from (f"{entry.pattern}{inner}" for inner in addresses(entry))
        else:
            yield str(entry.pattern)
