"""The studio over HTTP: Alma keeps her own tracks, without JavaScript too; to Cy none of it exists."""

import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.base import pictures
from tenuto.tracks.models import Licence, Recording, Track
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db

TABS = ["basics", "metadata", "permissions", "links", "licence", "audio", "removal", "studio-row"]
VERBS = ["publication", "sharing"]
HOSTILE = '<script>alert("x")</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def track(alma: Account) -> Track:
    return catalogue.track(alma)


def picture(colour: str = "navy") -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (40, 40), colour).save(file, "PNG")
    file.seek(0)
    file.name = "cover.png"
    return file


def text(response: Any) -> str:
    return unescape(response.content.decode())


def basics(track: Track, **changes: object) -> dict[str, object]:
    return {"title": track.title, "slug": track.slug, "description": "", "genre": "", "tags": ""} | changes


# ——— whose it is ———


@pytest.mark.parametrize("name", [*TABS, *VERBS])
def test_a_strangers_track_answers_as_none_at_every_address(as_cy: Client, track: Track, name: str) -> None:
    """Whatever address of your studio Cy tries, the answer is the same as for a track that never was."""
    for method in ("get", "post"):
        theirs = getattr(as_cy, method)(reverse(f"tracks:{name}", args=[track.key]), {"visibility": "public"})
        missing = getattr(as_cy, method)(reverse(f"tracks:{name}", args=["nosuchtrack2"]), {"visibility": "public"})
        assert theirs.status_code == missing.status_code
        assert theirs.status_code in {404, 405}
        assert without_tokens(theirs) == without_tokens(missing).replace("nosuchtrack2", track.key)
    assert Track.objects.get() == track
    assert not hasattr(Track.objects.get(), "publication")


def test_a_strangers_link_cannot_be_revoked(as_cy: Client, as_alma: Client, track: Track, alma: Account) -> None:
    link = catalogue.link(track)
    other = catalogue.track(alma)
    assert as_cy.post(reverse("tracks:revoked-link", args=[track.key, link.pk])).status_code == 404
    assert as_alma.post(reverse("tracks:revoked-link", args=[other.key, link.pk])).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


@pytest.mark.parametrize("name", [*TABS, *VERBS])
def test_whoever_is_not_signed_in_is_asked_to(client: Client, track: Track, name: str) -> None:
    for key in (track.key, "nosuchtrack2"):
        address = reverse(f"tracks:{name}", args=[key])
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"] == f"{reverse('account_login')}?next={address}"


@pytest.mark.parametrize("ready", [True, False])
def test_links_that_lead_nowhere_yet_say_so(as_alma: Client, alma: Account, client: Client, ready: bool) -> None:
    made = catalogue.link(catalogue.track(alma, ready=ready))
    said = "its links lead nowhere" in as_alma.get(reverse("tracks:links", args=[made.track.key])).content.decode()
    leads = client.get(made.get_absolute_url()).status_code == 200
    assert (said, leads) == (not ready, ready)


@pytest.mark.parametrize("name", ["basics", "metadata", "publication", "sharing", "links", "licence", "removal"])
def test_nothing_is_changed_without_the_forms_own_token(alma: Account, track: Track, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(reverse(f"tracks:{name}", args=[track.key]), {"visibility": "public"}).status_code == 403
    assert Track.objects.filter(pk=track.pk, publication=None).exists()


def test_the_list_shows_ones_own_alone(as_alma: Client, as_cy: Client, track: Track) -> None:
    assert track.title in text(as_alma.get(reverse("tracks:studio")))
    assert track.title not in text(as_cy.get(reverse("tracks:studio")))


# ——— the list ———


def test_shelves_hold_what_their_names_say(as_alma: Client, alma: Account) -> None:
    catalogue.track(alma, "A sketch")
    catalogue.public(alma, "Out now")
    catalogue.track(alma, "On its way", ready=False)
    refused = catalogue.track(alma, "No music", ready=False)
    refused.recordings.update(stage=Recording.Stage.REFUSED, refusal="not_audio")
    shown = {
        shelf: set(re.findall("A sketch|Out now|On its way|No music", text(as_alma.get("/studio/", {"show": shelf}))))
        for shelf in ("all", "sketchbook", "public", "followers", "processing", "trouble", "nonsense")
    }
    assert shown == {
        "all": {"A sketch", "Out now", "On its way", "No music"},
        "sketchbook": {"A sketch", "On its way", "No music"},
        "public": {"Out now"},
        "followers": set(),
        "processing": {"On its way"},
        "trouble": {"No music"},
        "nonsense": {"A sketch", "Out now", "On its way", "No music"},
    }


def test_the_list_costs_the_same_questions_however_long(
    as_alma: Client, alma: Account, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        catalogue.link(catalogue.track(alma, f"Song {number}", ready=number % 2 == 0))
    with django_assert_max_num_queries(8):
        as_alma.get(reverse("tracks:studio"))


def test_a_track_on_its_way_asks_for_its_line_anew(as_alma: Client, alma: Account) -> None:
    track = catalogue.track(alma, ready=False)
    row = reverse("tracks:studio-row", args=[track.key])
    assert f'hx-get="{row}"' in text(as_alma.get(row))
    track.recordings.update(stage=Recording.Stage.READY, current=True)
    assert "hx-get" not in text(as_alma.get(row))


def test_a_long_list_has_pages(as_alma: Client, alma: Account) -> None:
    for number in range(51):
        catalogue.track(alma, f"Song-{number}.", ready=False)
    first = text(as_alma.get("/studio/"))
    older = re.search(r'href="(\?before=[^"]+)"', first)
    assert older is not None
    assert "Song-0." not in first
    assert "Song-0." in text(as_alma.get(f"/studio/{older[1]}"))


# ——— basics ———


def test_words_are_saved_by_a_plain_form(as_alma: Client, track: Track) -> None:
    sent = basics(track, title=" Hafen ", description="Erste\nZeile", genre="Ambient", tags="#sea, Dawn, sea,, dawn ,")
    response = as_alma.post(reverse("tracks:basics", args=[track.key]), sent, follow=True)
    assert "Saved." in text(response)
    track.refresh_from_db()
    assert (track.title, track.genre, track.tags) == ("Hafen", "Ambient", ["sea", "Dawn"])
    assert track.slug == "harbour-5-a-m"  # a new title moves nothing by itself


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"title": "x" * 201}, "title", "at most 200 characters"),
        ({"tags": ",".join(f"t{n}" for n in range(31))}, "tags", "Up to 30 tags"),
        ({"tags": "x" * 41}, "tags", "too long for a tag"),
        ({"slug": "!!"}, "slug", "needs letters or digits"),
        ({"slug": "rss"}, "slug", "kept for a page of your profile"),
        ({"slug": "Taken"}, "slug", "Another of your tracks has this address"),
        ({"title": "nul\x00"}, "title", "Null characters"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field_and_nothing_is_lost(
    as_alma: Client, alma: Account, track: Track, changes: dict[str, str], field: str, sentence: str
) -> None:
    catalogue.track(alma, "Taken")
    address = reverse("tracks:basics", args=[track.key])
    response = as_alma.post(address, basics(track, description="long to write", **changes))
    page = text(response)
    assert response.status_code == 422
    errors = re.search(rf'id="id_{field}_error">(.*?)</ul>', page, flags=re.S)
    assert errors is not None
    assert sentence in errors[1]
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert re.search(rf'name="{field}"[^>]*aria-describedby="[^"]*id_{field}_error', page)
    assert "long to write" in page
    track.refresh_from_db()
    assert (track.title, track.description) == ("Harbour, 5 a.m.", "")
    assert f"<bdi>{track.title}</bdi>" in page  # the heading shows what is saved


def test_a_cover_is_taken_shown_and_taken_away(as_alma: Client, track: Track) -> None:
    address = reverse("tracks:basics", args=[track.key])
    as_alma.post(address, basics(track, artwork_file=picture(), artwork_words="The sea"))
    track.refresh_from_db()
    assert track.artwork is not None
    assert track.artwork_words == "The sea"
    assert track.artwork_id is not None
    assert track.artwork_id[:12] in text(as_alma.get(address))
    as_alma.post(address, basics(track, no_artwork="on"))
    track.refresh_from_db()
    assert track.artwork is None


def test_no_copy_is_left_of_a_cover_that_was_replaced_taken_away_or_deleted(as_alma: Client, track: Track) -> None:
    address = reverse("tracks:basics", args=[track.key])

    def shown(**changes: object) -> Path:
        as_alma.post(address, basics(track, **changes))
        artwork = Track.objects.select_related("artwork").get(pk=track.pk).artwork
        assert artwork is not None
        as_alma.get(f"/tracks/{track.key}/artwork-96.webp")
        copies = pictures._place(artwork.digest)
        assert copies.exists()
        return copies

    red = shown(artwork_file=picture("red"))
    blue = shown(artwork_file=picture("blue"))
    assert not red.exists()
    assert shown(title="Another") == blue
    as_alma.post(address, basics(track, no_artwork="on"))
    assert not blue.exists()
    red = shown(artwork_file=picture("red"))
    as_alma.post(reverse("tracks:removal", args=[track.key]))
    assert not Track.objects.filter(pk=track.pk).exists()
    assert not red.exists()


def test_copies_of_a_cover_that_another_track_has_too_are_kept(as_alma: Client, alma: Account, track: Track) -> None:
    other = catalogue.track(alma, "Same record")
    for each in (track, other):
        as_alma.post(reverse("tracks:basics", args=[each.key]), basics(each, artwork_file=picture()))
    as_alma.get(f"/tracks/{other.key}/artwork-96.webp")
    other.refresh_from_db()
    copies = pictures._place(str(other.artwork_id))
    as_alma.post(reverse("tracks:removal", args=[track.key]))
    assert copies.exists()
    as_alma.post(reverse("tracks:removal", args=[other.key]))
    assert not copies.exists()


def test_what_is_no_picture_is_refused_beside_its_field(as_alma: Client, track: Track) -> None:
    file = BytesIO(b"RIFF....WAVE")
    file.name = "cover.png"
    response = as_alma.post(reverse("tracks:basics", args=[track.key]), basics(track, artwork_file=file, title="New"))
    assert response.status_code == 422
    assert "could not read this as a picture" in text(response)
    assert "choose it again" in text(response)


def test_a_renamed_track_is_found_at_both_addresses(as_alma: Client, client: Client, alma: Account) -> None:
    track = catalogue.public(alma, "Draft")
    as_alma.post(reverse("tracks:basics", args=[track.key]), basics(track, slug="Пристань"))
    track.refresh_from_db()
    assert track.slug == "пристань"
    assert client.get(track.get_absolute_url()).status_code == 200
    former = client.get("/@alma/draft")
    assert former.status_code in {301, 302, 308}
    assert former["Location"] == track.get_absolute_url()


def test_an_emptied_address_is_made_anew_from_the_title(as_alma: Client, track: Track) -> None:
    as_alma.post(reverse("tracks:basics", args=[track.key]), basics(track, title="港の朝", slug=""))
    track.refresh_from_db()
    assert track.slug == "港の朝"


# ——— metadata and licence ———


def credit_rows(*rows: tuple[str, str]) -> dict[str, object]:
    sent: dict[str, object] = {"credits-TOTAL_FORMS": len(rows), "credits-INITIAL_FORMS": 0}
    for number, (role, name) in enumerate(rows):
        sent |= {f"credits-{number}-role": role, f"credits-{number}-name": name}
    return sent


def test_credits_and_codes_are_saved(as_alma: Client, track: Track) -> None:
    address = reverse("tracks:metadata", args=[track.key])
    rows = credit_rows(("Composer", "Alma Ferreira"), ("", ""), ("Mix", "Mara"))
    codes = {"isrc": "de-a12-26-00001", "iswc": "T-034.524.680-1", "upc": "6 14141 99999 6"}
    as_alma.post(address, rows | codes | {"label": "Own", "release_date": "2026-11-05"})
    track.refresh_from_db()
    assert track.credits == [["composer", "Alma Ferreira"], ["mix", "Mara"]]
    assert (track.isrc, track.iswc, track.upc) == ("DEA122600001", "T0345246801", "0614141999996")
    assert str(track.release_date) == "2026-11-05"
    page = text(as_alma.get(address))
    for shown in ("DE-A12-26-00001", "T-034.524.680-1", "614141999996"):
        assert f'value="{shown}"' in page
    assert 'value="Mara"' in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"isrc": "DE-A12-26"}, "An ISRC has two letters"),
        ({"iswc": "T-034.524.680-2"}, "An ISWC is a T"),
        ({"upc": "614141999997"}, "A UPC has 12 digits"),
        ({"release_date": "tomorrow"}, "Enter a valid date."),
        ({"release_date": "0026-11-05"}, "This year cannot be right."),
        ({"credits-0-name": ""}, "A credit needs both"),
        ({"credits-TOTAL_FORMS": "61"} | {f"credits-{n}-role": "x" for n in range(61)}, "at most 60"),
        ({"credits-TOTAL_FORMS": "many"}, "missing or has been tampered"),
    ],
)
def test_wrong_metadata_is_said_and_kept_on_the_page(
    as_alma: Client, track: Track, changes: dict[str, str], sentence: str
) -> None:
    sent = credit_rows(("Composer", "Alma Ferreira")) | {"label": "Typed label"} | changes
    response = as_alma.post(reverse("tracks:metadata", args=[track.key]), sent)
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="Typed label"' in text(response)
    track.refresh_from_db()
    assert track.credits == []


@pytest.mark.parametrize("licence", Licence.values)
def test_each_of_the_eight_licences_can_be_chosen(as_alma: Client, track: Track, licence: str) -> None:
    assert len(Licence.values) == 8
    assert as_alma.post(reverse("tracks:licence", args=[track.key]), {"licence": licence}).status_code == 302
    track.refresh_from_db()
    assert track.licence == licence


def test_a_licence_that_is_none_is_refused(as_alma: Client, track: Track) -> None:
    response = as_alma.post(reverse("tracks:licence", args=[track.key]), {"licence": "mine"})
    assert response.status_code == 422
    track.refresh_from_db()
    assert track.licence == Licence.ALL_RIGHTS


# ——— audio, removal, hostile words ———


def test_the_audio_tab_tells_what_was_found_and_why_something_was_refused(as_alma: Client, track: Track) -> None:
    catalogue.recording(track, Recording.Stage.REFUSED, refusal="not_audio")
    page = text(as_alma.get(reverse("tracks:audio", args=[track.key])))
    assert "This one is heard" in page
    assert "We found no audio in this file." in page
    assert track.recordings.first().original_id in page  # type: ignore[union-attr]  # it was just made


def test_removal_is_asked_for_first_and_says_what_is_lost(as_alma: Client, track: Track) -> None:
    catalogue.link(track, created_at=catalogue.NOON)
    Track.objects.update(play_count=41)
    address = reverse("tracks:removal", args=[track.key])
    page = text(as_alma.get(address))
    assert Track.objects.exists()
    for lost in ("41 plays", "1 secret link", f"{track.title}.wav"):
        assert lost in page
    response = as_alma.post(address, follow=True)
    assert "is gone" in text(response)
    assert not Track.objects.exists()
    assert as_alma.get(address).status_code == 404


@pytest.mark.parametrize("name", TABS)
def test_words_are_never_markup(as_alma: Client, alma: Account, name: str) -> None:
    """Titles, names of links and files, words and credits of anybody's stand on pages as they were typed."""
    track = catalogue.track(
        alma, HOSTILE, description=HOSTILE, genre=HOSTILE[:60], tags=[HOSTILE[:40]], credits=[[HOSTILE[:60], HOSTILE]]
    )
    track.recordings.update(filename=HOSTILE)
    catalogue.link(track, name=HOSTILE[:80])
    response = as_alma.get(reverse(f"tracks:{name}", args=[track.key]))
    raw = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw


def without_tokens(response: Any) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value|data-csrf)="\w+"', "", response.content.decode())
