import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account, Follow
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.tracks import catalogue

HOUR = timedelta(hours=1)


def public(owner: Account, title: str = "Harbour, 5 a.m.", **facts: object) -> Track:
    return catalogue.public(owner, title, at=timezone.now(), **facts)


def words(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


# ——— the front page ———


def test_the_front_page_shows_the_newest_public_tracks_newest_first(client: Client, alma: Account) -> None:
    for hours, title in ((3, "Oldest"), (1, "Newest"), (2, "Middle")):
        catalogue.public(alma, title, at=timezone.now() - hours * HOUR)
    page = words(client, "/")
    assert re.findall(r"<bdi>(Oldest|Middle|Newest)</bdi>", page) == ["Newest", "Middle", "Oldest"]
    assert "Nothing is ranked here" in page


def test_nothing_but_public_tracks_stands_on_the_front_page(as_bo: Client, alma: Account, bo: Account) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    catalogue.track(alma, "A sketch")
    catalogue.shared(catalogue.track(alma, "For followers"), Audience.FOLLOWERS, timezone.now() - HOUR)
    catalogue.shared(catalogue.track(alma, "Tomorrow"), Audience.PUBLIC, timezone.now() + HOUR)
    catalogue.shared(catalogue.track(alma, "Not ready", ready=False), Audience.PUBLIC, timezone.now() - HOUR)
    page = words(as_bo, "/")
    assert "track-item" not in page
    assert "No music yet" in page


def test_older_tracks_are_one_link_away_and_none_is_shown_twice_or_lost(client: Client, alma: Account) -> None:
    for number in range(45):
        catalogue.public(alma, f"Track {number:02}", at=timezone.now() - number // 3 * HOUR)
    found: list[str] = []
    path = "/"
    while path:
        page = words(client, path)
        found += re.findall(r"<bdi>(Track \d\d)</bdi>", page)
        older = re.search(r'href="(\?before=[^"]+)" rel="next"', page)
        path = f"/{older[1]}" if older else ""
    assert sorted(found) == [f"Track {number:02}" for number in range(45)]


def test_a_mark_of_a_page_that_makes_no_sense_is_refused_in_words(client: Client, alma: Account) -> None:
    response = client.get("/?before=yesterday")
    assert response.status_code == 400
    assert "Begin again with the first" in response.content.decode()


# ——— constant cost ———


@pytest.fixture
def many(alma: Account) -> Callable[[int], None]:
    def make(count: int) -> None:
        for number in range(count):
            public(alma, f"Track {number}", description="Words", tags=["tram"])

    return make


@pytest.mark.parametrize("count", [3, 20])
def test_pages_cost_the_same_however_many_tracks_they_show(
    client: Client,
    as_bo: Client,
    as_alma: Client,
    many: Callable[[int], None],
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many(count)
    with django_assert_num_queries(1):  # the tracks
        words(client, "/")
    with django_assert_num_queries(7):  # session, account, tracks, which of them Bo likes and reposts, terms, notices
        words(as_bo, "/")
    with django_assert_num_queries(4):  # owner, tracks, links, followers
        words(client, "/@alma")
    with django_assert_num_queries(11):  # and session, account, likes, reposts, whether Bo follows, terms, notices
        words(as_bo, "/@alma")
    # track, what AI may do with it, followers, what is sung, what was said, albums it is on; of the sound two
    with django_assert_num_queries(8):
        words(client, "/@alma/track-1")


def test_thirty_tracks_cost_no_more_than_three(
    client: Client, many: Callable[[int], None], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(30)
    with django_assert_num_queries(1):
        words(client, "/")
    with django_assert_num_queries(4):
        words(client, "/@alma")


@pytest.mark.parametrize("count", [3, 20])
def test_what_is_for_followers_costs_them_no_more_than_what_is_for_everybody(
    as_bo: Client, alma: Account, bo: Account, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    for number in range(count):
        catalogue.shared(catalogue.track(alma, f"Track {number}"), Audience.FOLLOWERS, timezone.now() - HOUR)
    with django_assert_num_queries(11):
        words(as_bo, "/@alma")
    with django_assert_num_queries(9):
        words(as_bo, "/following")


# ——— a profile ———


def test_a_profile_shows_to_each_what_each_may_hear(
    client: Client, as_alma: Client, as_bo: Client, as_cy: Client, alma: Account, bo: Account
) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    public(alma, "For all")
    catalogue.shared(catalogue.track(alma, "For followers"), Audience.FOLLOWERS, timezone.now() - HOUR)
    catalogue.track(alma, "A sketch")

    def seen(visitor: Client) -> set[str]:
        return set(re.findall(r"<bdi>(For all|For followers|A sketch)</bdi>", words(visitor, "/@alma")))

    assert seen(client) == seen(as_cy) == {"For all"}
    assert seen(as_bo) == {"For all", "For followers"}
    assert seen(as_alma) == {"For all", "For followers", "A sketch"}
    assert "In your sketchbook" in words(as_alma, "/@alma")


def test_what_people_write_of_themselves_is_words_and_never_markup(client: Client, alma: Account) -> None:
    Account.objects.filter(pk=alma.pk).update(
        display_name="<b>Alma</b>", bio='<script>alert(1)</script> https://example.org/?a="b&c=d'
    )
    page = words(client, "/@alma")
    assert "<b>Alma" not in page
    assert "<script>alert" not in page
    assert 'href="https://example.org/?a="' not in page.replace('href="https://example.org/?a=" ', "")
    assert 'rel="nofollow ugc noopener noreferrer"' in page


def test_nobody_is_nobody(client: Client, alma: Account) -> None:
    assert client.get("/@nobody").status_code == 404
    Account.objects.filter(pk=alma.pk).update(is_active=False)
    assert client.get("/@alma").status_code == 404


# ——— a track ———


def test_a_public_track_can_be_found_and_shown_around(client: Client, alma: Account) -> None:
    track = public(alma, "Harbour", description="The ferry quay.")
    response = client.get(track.get_absolute_url())
    page = response.content.decode()
    assert '<link rel="canonical" href="http://localhost:8000/@alma/harbour">' in page
    assert '<meta property="og:title" content="Harbour">' in page
    assert '<meta property="og:description" content="The ferry quay.">' in page
    assert "noindex" not in page
    assert response.headers["X-Robots-Tag"] == "noai, noimageai"


@pytest.mark.parametrize("audience", [None, Audience.FOLLOWERS])
def test_a_track_for_some_is_kept_from_search_engines_and_caches(
    as_alma: Client, alma: Account, audience: Audience | None
) -> None:
    track = catalogue.track(alma, "Harbour")
    if audience:
        catalogue.shared(track, audience, timezone.now() - HOUR)
    response = as_alma.get(track.get_absolute_url())
    page = response.content.decode()
    assert response.headers["X-Robots-Tag"] == "noindex, noarchive, noai, noimageai"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "og:title" not in page
    assert '<meta name="robots" content="noindex, noarchive, noai, noimageai">' in page


def test_a_hidden_track_looks_exactly_like_a_missing_one(as_cy: Client, alma: Account, cy: Account) -> None:
    catalogue.track(alma, "Harbour")
    hidden, missing = as_cy.get("/@alma/harbour"), as_cy.get("/@alma/nothing")
    assert hidden.status_code == missing.status_code == 404

    def same(response: object) -> str:
        return re.sub(r'data-csrf="\w+"|value="\w{64}"', "", response.content.decode())  # type: ignore[attr-defined]

    assert same(hidden) == same(missing)
    assert "Harbour" not in hidden.content.decode()


def test_an_old_address_leads_to_the_new_one(client: Client, alma: Account) -> None:
    from tenuto.tracks.slugs import move

    track = public(alma, "Harbour")
    move(track, "quay", timezone.now())
    response = client.get("/@alma/harbour")
    assert (response.status_code, response.headers["Location"]) == (302, "/@alma/quay")
    assert client.get("/@ALMA/quay").headers["Location"] == "/@alma/quay"


def test_the_number_of_plays_is_shown_unless_the_artist_keeps_it(
    client: Client, as_alma: Client, alma: Account
) -> None:
    track = public(alma, "Harbour")
    Track.objects.filter(pk=track.pk).update(play_count=1234)
    assert "1,234 plays" in words(client, "/@alma/harbour")
    Track.objects.filter(pk=track.pk).update(insights_public=False)
    for path in ("/@alma/harbour", "/", "/@alma"):
        assert "1,234" not in words(client, path)
    assert "1,234 plays" in words(as_alma, "/@alma/harbour")


def test_the_original_is_offered_where_the_artist_allows_it(client: Client, as_alma: Client, alma: Account) -> None:
    track = public(alma, "Harbour")
    assert "/download" not in words(client, "/@alma/harbour")
    assert "/download" in words(as_alma, "/@alma/harbour")
    Track.objects.filter(pk=track.pk).update(downloads=True)
    assert "/download" in words(client, "/@alma/harbour")


def test_only_the_owner_is_shown_the_ways_to_change_it(
    client: Client, as_alma: Client, as_bo: Client, alma: Account
) -> None:
    track = public(alma, "Harbour")
    for visitor in (client, as_bo):
        assert f"/studio/{track.key}" not in words(visitor, "/@alma/harbour")
    assert f"/studio/{track.key}" in words(as_alma, "/@alma/harbour")


def test_a_track_that_is_not_ready_says_so_to_its_owner(as_alma: Client, client: Client, alma: Account) -> None:
    catalogue.track(alma, "Harbour", ready=False)
    page = words(as_alma, "/@alma/harbour")
    assert "Nothing can be heard here yet" in page
    assert f"/studio/{Track.objects.get().key}/audio" in page, "where it says whether it is on its way or refused"
    assert client.get("/@alma/harbour").status_code == 404


# ——— a secret link ———


def test_a_secret_link_opens_its_track_in_a_private_frame(client: Client, alma: Account) -> None:
    link = catalogue.link(catalogue.track(alma, "Harbour"))
    assert client.get("/@alma/harbour").status_code == 404
    response = client.get(link.get_absolute_url())
    page = response.content.decode()
    assert "by a secret link named “Mara, for the mix”" in page
    assert response.headers["X-Robots-Tag"] == "noindex, noarchive, noai, noimageai"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert link.secret not in page
    # The browser has it now, so the track's own address opens too, for as long as the link does.
    assert client.get("/@alma/harbour").status_code == 200


def test_a_link_that_is_revoked_or_over_answers_as_one_that_never_was(client: Client, alma: Account) -> None:
    track = catalogue.track(alma, "Harbour")
    revoked = catalogue.link(track, revoked_at=catalogue.NOON)
    over = catalogue.link(track, expires_at=timezone.now() - HOUR)
    alive = catalogue.link(track)
    assert client.get(alive.get_absolute_url()).status_code == 200
    for path in (revoked.get_absolute_url(), over.get_absolute_url(), "/s/never"):
        assert Client().get(path).status_code == 404
    alive.revoked_at = timezone.now()
    alive.save()
    assert client.get(alive.get_absolute_url()).status_code == 404
    assert client.get("/@alma/harbour").status_code == 404


def test_what_is_new_of_those_one_follows(
    as_bo: Client, as_cy: Client, alma: Account, bo: Account, cy: Account
) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    public(alma, "For everyone")
    catalogue.shared(catalogue.track(alma, title="For followers"), Audience.FOLLOWERS, timezone.now())
    catalogue.track(alma, title="A sketch")
    public(cy, "Of somebody else")
    seen = words(as_bo, "/following")
    assert seen.index("For followers") < seen.index("For everyone")
    assert "A sketch" not in seen
    assert "Of somebody else" not in seen
    assert "Follow somebody" in words(as_cy, "/following")
    assert Client().get("/following")["Location"].startswith("/accounts/login/")
