"""An album's answer over HTTP: its page, its API, its words in the grid of a track, and the command line."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.consent.answer import answer, answer_by_default
from tenuto.consent.models import Act, Album
from tenuto.library.releases import change as releases
from tenuto.library.releases.models import Release
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.api.test_people import by_token
from tests.consent.answering import INFORM, INPUT, LEAD, NEED, PAGE, TRAIN, agree, allow, hold, opened, terms
from tests.consent.pages import form_on, ticked, words
from tests.consent.test_pages import IN_PLACE, why
from tests.server.test_consent import typed

pytestmark = pytest.mark.django_db(transaction=True)
JSON = "application/json"


@pytest.fixture
def harbour(alma: Account) -> Track:
    agree(alma, terms(timezone.now() - timedelta(days=2)), timezone.now() - timedelta(days=1))
    return begin_track(alma, "Harbour")


@pytest.fixture
def low_water(alma: Account, harbour: Track) -> Release:
    made = releases.begin(alma, "Low Water", "album")
    releases.add(made, harbour)
    return made


def page_of(album: Release) -> str:
    return reverse("consent:album", args=[album.key])


def saved(client: Client, album: Release, **turned: Any) -> Any:
    return client.post(page_of(album), ticked(form_on(client.get(page_of(album)), page_of(album)), **turned))


def tab(client: Client, track: Track) -> str:
    return words(client.get(reverse("tracks:permissions", args=[track.key])))


def test_what_is_ticked_for_an_album_holds_in_its_tracks_and_each_says_so(
    alma: Account, as_alma: Client, harbour: Track, low_water: Release
) -> None:
    other = begin_track(alma, "Elsewhere")
    assert f'href="{page_of(low_water)}"' in words(as_alma.get(reverse("releases:edit", args=[low_water.key])))
    answer_by_default(alma, allow(INFORM), PAGE, at=timezone.now())
    assert saved(as_alma, low_water, tick=[TRAIN], untick=[INFORM])["Location"] == page_of(low_water)
    assert opened(harbour) == {str(NEED), str(TRAIN)}
    assert opened(other) == {str(NEED), str(INFORM)}
    assert "Saved. It holds from now on." in words(as_alma.get(page_of(low_water)))
    sorting = why(tab(as_alma, harbour), "Recording", "Organisation")
    assert "Train</b>: Allowed: you said so for the album “Low Water”." in sorting
    assert "Inform</b>: Held: you said so for the album “Low Water”." in sorting
    assert "From the album “Low Water”; else as in your account" in tab(as_alma, harbour)
    assert "For the album “Low Water”, on a page." in words(as_alma.get(reverse("consent:history")))


def test_a_track_that_says_otherwise_names_the_album_and_leads_back_to_it(
    alma: Account, as_alma: Client, harbour: Track, low_water: Release
) -> None:
    saved(as_alma, low_water, tick=[TRAIN])
    answer(alma, [harbour.pk], hold(TRAIN), PAGE, at=timezone.now())
    page = tab(as_alma, harbour)
    assert "The album allows: Train." in page
    assert "Train: as on the album again" in page
    place = reverse("consent:track", args=[harbour.key])
    as_alma.post(place, ticked(form_on(as_alma.get(page_of_tab(harbour)), place), clear=[str(TRAIN)]))
    assert opened(harbour) == {str(NEED), str(TRAIN)}


def test_whoever_puts_a_track_on_an_album_is_told_that_its_answer_holds(
    alma: Account, as_alma: Client, low_water: Release
) -> None:
    told = "where the track says nothing itself, the album’s answer holds"
    for number, is_said in enumerate((False, True)):
        sent = {"track": begin_track(alma, f"T{number}").key, "follows": "yes"}
        page = words(as_alma.post(reverse("releases:tracks", args=[low_water.key]), sent, follow=True))
        assert (told in page) is is_said
        saved(as_alma, low_water, tick=[TRAIN] if not number else [])


def test_what_an_album_would_open_is_asked_before_it_opens(
    alma: Account, as_alma: Client, harbour: Track, low_water: Release
) -> None:
    saved(as_alma, low_water, tick=[TRAIN])
    place, later = reverse("releases:tracks", args=[low_water.key]), begin_track(alma, "Later")
    asked = as_alma.post(place, {"track": later.key})
    assert asked.status_code == 409
    assert "“Later” is not on it yet" in words(asked)
    assert 'name="follows" value="yes"' in asked.content.decode()
    assert not low_water.entries.filter(track=later).exists()
    assert str(TRAIN) not in opened(later)
    as_alma.post(place, {"track": later.key, "follows": "yes"})
    assert str(TRAIN) in opened(later)
    held = begin_track(alma, "Held")
    answer(alma, [held.pk], hold(TRAIN), PAGE, at=timezone.now())
    assert as_alma.post(place, {"track": held.key}).status_code == 302, "nothing opens, so nothing is asked"


def test_programs_say_that_a_track_follows_its_album_before_anything_opens(
    alma: Account, as_alma: Client, harbour: Track, low_water: Release
) -> None:
    saved(as_alma, low_water, tick=[TRAIN])
    later = begin_track(alma, "Later")
    address = f"/api/v1/me/albums/{low_water.key}/tracks/{later.key}"
    for sent in (None, {"after": harbour.key}):
        refused = as_alma.put(address, sent, content_type="application/json") if sent else as_alma.put(address)
        assert (refused.status_code, refused.json()["code"]) == (409, "would_open")
        assert refused.json()["opens"] == [str(TRAIN)]
        assert "follows_album" in refused.json()["detail"]
    assert not low_water.entries.filter(track=later).exists()
    assert str(TRAIN) not in opened(later)
    done = as_alma.put(address, {"follows_album": True}, content_type="application/json").json()
    assert done["opened"] == [str(TRAIN)]
    assert "where the track says nothing itself, the album’s answer holds" in done["says"]
    assert str(TRAIN) in opened(later)
    again = as_alma.put(address, {"before": harbour.key}, content_type="application/json").json()
    assert (again["opened"], again["says"]) == ([], ""), "it is on it already"


def page_of_tab(track: Track) -> str:
    return reverse("tracks:permissions", args=[track.key])


def test_a_preview_says_what_saving_would_do_and_changes_nothing(
    alma: Account, as_alma: Client, harbour: Track, low_water: Release
) -> None:
    second = begin_track(alma, "Second")
    releases.add(low_water, second)
    answer(alma, [second.pk], hold(TRAIN), PAGE, at=timezone.now())
    form = form_on(as_alma.get(page_of(low_water)), page_of(low_water))
    part = words(as_alma.post(f"{page_of(low_water)}/preview", ticked(form, tick=[TRAIN]), headers=IN_PLACE))
    assert "held becomes allowed in 1 track" in part
    whole = as_alma.post(page_of(low_water), ticked(form, tick=[TRAIN], preview="1"))
    assert "What saving will do: Low Water" in words(whole)
    assert Act.objects.count() == 1
    answer(alma, [harbour.pk], hold(TRAIN), PAGE, at=timezone.now())
    none = words(as_alma.post(f"{page_of(low_water)}/preview", ticked(form, tick=[TRAIN]), headers=IN_PLACE))
    assert "No track on it turns by it" in none


@pytest.mark.parametrize("headers", [{}, IN_PLACE])
def test_one_tap_holds_everything_on_an_album(
    alma: Account, as_alma: Client, harbour: Track, low_water: Release, headers: dict[str, str]
) -> None:
    answer(alma, [harbour.pk], allow(TRAIN), PAGE, at=timezone.now())
    assert "It has 1 track, of which 1 allows something now." in words(as_alma.get(page_of(low_water)))
    response = as_alma.post(f"{page_of(low_water)}/held", headers=headers)
    page = words(response if headers else as_alma.get(response["Location"]))
    assert "Everything on it is held, and so is what comes onto it." in page
    assert "of which 0 allow something now" in page
    assert opened(harbour) == {str(NEED)}


def test_what_no_terms_name_cannot_be_allowed_and_ticks_stay(as_alma: Client, low_water: Release) -> None:
    sent = {"offered": "f" * 64, "shown": "", "open": [str(LEAD)]}
    for headers in ({}, IN_PLACE):
        refused = as_alma.post(page_of(low_water), sent, headers=headers)
        assert refused.status_code == 422
        assert "The terms, as you accepted them, do not speak of this use" in words(refused)
    assert not Act.objects.exists()


@pytest.mark.parametrize("address", ["", "/preview", "/held"])
def test_anothers_album_and_one_that_is_gone_answer_like_none(
    as_alma: Client, as_bo: Client, client: Client, low_water: Release, address: str
) -> None:
    place, api = f"{page_of(low_water)}{address}", f"/api/v1/me/albums/{low_water.key}/consent{address}"
    assert as_bo.post(place).status_code == as_bo.post(api, {}, content_type=JSON).status_code == 404
    assert client.post(place).status_code == 302
    assert as_bo.get(api).status_code in {404, 405}
    releases.delete(low_water)
    assert as_alma.post(place).status_code == as_alma.post(api, {}, content_type=JSON).status_code == 404
    assert not Act.objects.exists()


def test_a_new_title_is_known_at_once(as_alma: Client, low_water: Release) -> None:
    as_alma.patch(f"/api/v1/me/albums/{low_water.key}", {"title": "High Water"}, content_type=JSON)
    assert "High Water" in words(as_alma.get(page_of(low_water)))
    form = {"title": "Slack Water", "kind": "album", "release_date": "", "label": "", "upc": "", "description": ""}
    assert as_alma.post(reverse("releases:edit", args=[low_water.key]), form).status_code == 302
    assert Album.objects.get().title == "Slack Water"


def test_programs_read_answer_preview_and_hold_an_album(alma: Account, harbour: Track, low_water: Release) -> None:
    program, place = by_token(alma), f"/api/v1/me/albums/{low_water.key}/consent"
    asked = {"allow": [str(TRAIN)], "hold": [str(INPUT)]}
    found = program.post(f"{place}/preview", asked, content_type=JSON).json()
    assert found["opens"] == [{"cell": str(TRAIN), "tracks": 1}]
    receipt = program.post(place, asked, content_type=JSON).json()["receipt"]
    assert receipt["about"]["album"] == {"key": low_water.key, "title": "Low Water"}
    assert receipt["about"]["tracks"] == [harbour.key]
    cells = {each["cell"]: each for each in program.get(place).json()}
    trained = cells[str(TRAIN)]
    assert (trained["allowed"], trained["reason"], trained["own"]) == (True, "album_allows", "allowed")
    assert trained["why"] == "Allowed: you said so for the album “Low Water”."
    assert opened(harbour) == {str(NEED), str(TRAIN)}
    held = program.post(f"{place}/held").json()
    assert [each["about"]["layer"] for each in held] == ["album", "tracks"]
    assert opened(harbour) == {str(NEED)}


def test_the_command_shows_answers_and_remembers_an_album(
    harbour: Track, low_water: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = typed("allow", "--album", low_water.key, str(TRAIN))
    assert (status, said) == (0, f"Allowed on Low Water, now and later. Receipt {Act.objects.get().key}.\n")
    status, table = typed("show", "--album", low_water.key)
    assert f"what is on Low Water ({low_water.key}) by @alma" in table
    assert "the album" in typed("show", "--track", harbour.key)[1]
    assert typed("hold", "@alma", "--album", low_water.key)[0] == 0
    assert opened(harbour) == {str(NEED)}
    typed("history", "--album", low_water.key, "--json")
    receipts = json.loads(capsys.readouterr().out)
    assert [each["about"]["layer"] for each in receipts] == ["album", "album"]
    assert typed("show", "@bo", "--album", low_water.key) == (1, f"There is no album {low_water.key} of @bo.\n")


def test_an_albums_page_costs_the_same_however_much_is_on_it(
    alma: Account, as_alma: Client, low_water: Release, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    saved(as_alma, low_water, tick=[TRAIN])
    as_alma.get(page_of(low_water))
    with django_assert_num_queries(COST):
        as_alma.get(page_of(low_water))
    for number in range(5):
        releases.add(low_water, begin_track(alma, f"T{number}"))
        saved(as_alma, low_water, tick=[INPUT] if number % 2 else [], untick=[] if number % 2 else [INPUT])
    as_alma.get(page_of(low_water))
    with django_assert_num_queries(COST):
        as_alma.get(page_of(low_water))


COST = 13
