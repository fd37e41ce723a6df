"""The Permissions and Links tabs: who may hear a track, by plain forms and in place."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tenuto.accounts.models import Account
from tenuto.rules.sharing import Regions, Sharing
from tenuto.tracks.models import Publication, Recording, SecretLink, Track
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db

IN_PLACE = {"HX-Request": "true", "HX-Request-Type": "partial"}
SWITCHES = [
    "Enable direct downloads",
    "Offline listening",
    "Include in RSS feed",
    "Display embed code",
    "Enable app playback",
    "Allow comments",
    "Show comments to public",
    "Show track insights to public",
    "Geoblocking",
]


@pytest.fixture
def track(alma: Account) -> Track:
    return catalogue.track(alma)


def text(response: Any) -> str:
    return unescape(response.content.decode())


def post(client: Client, name: str, track: Track, sent: dict[str, Any], *more: int, in_place: bool = False) -> Any:
    address = reverse(f"tracks:{name}", args=[track.key, *more])
    return client.post(address, sent, headers=IN_PLACE if in_place else {}, follow=not in_place)


def soon(days: int = 3) -> datetime:
    return (timezone.now() + timedelta(days=days)).replace(second=0, microsecond=0)


def typed(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


# ——— the nine switches ———


def test_the_nine_switches_stand_in_their_order_with_their_defaults(as_alma: Client, track: Track) -> None:
    page = text(as_alma.get(reverse("tracks:permissions", args=[track.key])))
    section = page[page.index('id="sharing"') :]
    places = [section.index(f"<b>{label}</b>") for label in SWITCHES]
    assert places == sorted(places)
    on = [bool(re.search(rf'name="{name}"[^>]*\bchecked\b', section)) for name in list(vars(Sharing()))[:8]]
    assert on == [False, *[True] * 7]
    assert re.search(r'<option value="worldwide" selected>Worldwide', section)


@pytest.mark.parametrize("in_place", [False, True])
def test_switches_are_saved_all_at_once(as_alma: Client, track: Track, in_place: bool) -> None:
    sent = {"downloads": "on", "comments_allowed": "on", "regions": "only", "countries": ["PT", "DE"]}
    response = post(as_alma, "sharing", track, sent, in_place=in_place)
    assert "Saved. It holds from now on." in text(response)
    assert text(response).lstrip().startswith("<section" if in_place else "<!doctype html>")
    assert Track.objects.get().sharing == Sharing(
        downloads=True,
        offline_listening=False,
        in_feed=False,
        embeddable=False,
        app_playback=False,
        comments_allowed=True,
        comments_public=False,
        insights_public=False,
        regions=Regions.ONLY,
        countries=frozenset({"PT", "DE"}),
    )


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"regions": "only"}, "Choose at least one country"),
        ({"regions": "except", "countries": ["XX"]}, "XX is not one of the available choices"),
        ({"regions": "moon"}, "moon is not one of the available choices"),
    ],
)
def test_a_limit_without_a_country_is_not_saved(
    as_alma: Client, track: Track, sent: dict[str, Any], sentence: str, in_place: bool
) -> None:
    response = post(as_alma, "sharing", track, sent, in_place=in_place)
    assert response.status_code == 422
    assert sentence in text(response)
    assert Track.objects.get().sharing == Sharing()


def test_the_tab_says_when_the_server_cannot_tell_countries(as_alma: Client, track: Track, settings: Settings) -> None:
    address = reverse("tracks:permissions", args=[track.key])
    settings.COUNTRY_HEADER = ""
    assert "cannot tell countries apart" in text(as_alma.get(address))
    settings.COUNTRY_HEADER = "CF-IPCountry"
    assert "cannot tell countries apart" not in text(as_alma.get(address))


def test_saving_one_tab_leaves_the_others_as_they_are(as_alma: Client, track: Track) -> None:
    """Two tabs of your browser open at once cannot undo each other's work."""
    post(as_alma, "licence", track, {"licence": "cc-by"})
    post(as_alma, "sharing", track, {"regions": "worldwide"})
    post(as_alma, "publication", track, {"visibility": "public"})
    saved = Track.objects.get()
    assert (saved.licence, saved.downloads, saved.embeddable) == ("cc-by", False, False)
    assert saved.publication.audience == "public"


def test_beside_sharing_stands_what_ai_may_do_and_of_a_new_track_it_says_that_nothing_may(
    as_alma: Client, track: Track
) -> None:
    page = text(as_alma.get(reverse("tracks:permissions", args=[track.key])))
    assert "What AI may do" in page
    assert "172 uses are held and 0 allowed." in page
    assert "AI: held" in text(as_alma.get(track.get_absolute_url()))


# ——— who can hear it ———


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize(
    ("visibility", "sentence"),
    [
        ("public", "Everyone can hear it now."),
        ("followers", "Your followers can hear it now."),
        ("sketchbook", "It is in your sketchbook"),
    ],
)
def test_who_hears_it_is_said_back(
    as_alma: Client, track: Track, visibility: str, sentence: str, in_place: bool
) -> None:
    response = post(as_alma, "publication", track, {"visibility": visibility}, in_place=in_place)
    assert sentence in text(response)
    saved = Publication.objects.filter(track=track).first()
    assert (saved.audience if saved else "sketchbook") == visibility


def test_a_date_is_kept_to_the_minute(as_alma: Client, client: Client, track: Track) -> None:
    start = soon()
    response = post(as_alma, "publication", track, {"visibility": "public", "starts_at": typed(start)})
    assert "Everyone will hear it from" in text(response)
    assert Publication.objects.get().starts_at == start
    assert f'data-at="{start:%Y-%m-%dT%H:%M}Z"' in text(response)
    assert client.get(track.get_absolute_url()).status_code == 404


def test_a_date_is_meant_by_the_clock_of_whoever_types_it(as_alma: Client, track: Track) -> None:
    sent = {"visibility": "public", "starts_at": "2099-07-01T20:00", "starts_at_zone": "Asia/Tokyo"}
    post(as_alma, "publication", track, sent)
    assert Publication.objects.get().starts_at == datetime(2099, 7, 1, 11, 0, tzinfo=UTC)
    post(as_alma, "publication", track, sent | {"starts_at_zone": "../../etc/passwd"})
    assert Publication.objects.get().starts_at == datetime(2099, 7, 1, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize("starts_at", ["soon", "0001-01-01T00:00", "9999-12-31T23:59", "2027-02-30T10:00"])
@pytest.mark.parametrize("zone", ["", "Pacific/Kiritimati", "Pacific/Niue"])
def test_a_date_that_is_none_changes_nothing(as_alma: Client, track: Track, starts_at: str, zone: str) -> None:
    sent = {"visibility": "public", "starts_at": starts_at, "starts_at_zone": zone}
    response = post(as_alma, "publication", track, sent)
    assert response.status_code == 422
    assert "not a date and time we can read" in text(response)
    assert f'value="{starts_at}"' in text(response)
    assert not Publication.objects.exists()


@pytest.mark.parametrize("in_place", [False, True])
def test_a_live_track_is_scheduled_only_after_a_yes(as_alma: Client, alma: Account, in_place: bool) -> None:
    track = catalogue.public(alma, at=timezone.now())
    sent = {"visibility": "public", "starts_at": typed(soon())}
    asked = post(as_alma, "publication", track, sent, in_place=in_place)
    assert asked.status_code == 422
    assert 'name="offline_until_then"' in text(asked)
    assert Publication.objects.get().starts_at < timezone.now()
    post(as_alma, "publication", track, sent | {"offline_until_then": "on"}, in_place=in_place)
    assert Publication.objects.get().starts_at == soon()


def test_nobody_is_asked_about_going_offline_who_is_not_online(as_alma: Client, track: Track) -> None:
    assert "offline_until_then" not in text(as_alma.get(reverse("tracks:permissions", args=[track.key])))


@pytest.mark.parametrize("sent", [{}, {"visibility": "world"}])
def test_no_choice_is_no_change(as_alma: Client, alma: Account, sent: dict[str, str]) -> None:
    track = catalogue.public(alma)
    assert post(as_alma, "publication", track, sent).status_code == 422
    assert Publication.objects.get().audience == "public"


# ——— secret links ———


@pytest.mark.parametrize("in_place", [False, True])
def test_a_link_is_made_shown_and_revoked(as_alma: Client, client: Client, track: Track, in_place: bool) -> None:
    """From the form to the friend's browser, and gone again the moment you revoke it."""
    made = post(as_alma, "links", track, {"name": "Mara, for the mix"}, in_place=in_place)
    link = SecretLink.objects.get()
    assert "The link for “Mara, for the mix” is ready to be copied." in text(made)
    assert f'value="http://localhost:8000{link.get_absolute_url()}"' in text(made)
    assert client.get(link.get_absolute_url(), follow=True).status_code == 200
    revoked = post(as_alma, "revoked-link", track, {}, link.pk, in_place=in_place)
    assert "opens nothing any more" in text(revoked)
    assert link.secret not in text(revoked)
    assert client.get(link.get_absolute_url(), follow=True).status_code == 404


def test_a_link_may_end_by_itself(as_alma: Client, track: Track) -> None:
    post(as_alma, "links", track, {"name": "Press", "expires_at": "2099-07-01T20:00", "expires_at_zone": "Asia/Tokyo"})
    assert SecretLink.objects.get().expires_at == datetime(2099, 7, 1, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "Mara", "expires_at": "2001-01-01T00:00"}, "This moment has passed."),
        ({"name": "Mara", "expires_at": "later"}, "not a date and time we can read"),
    ],
)
@pytest.mark.parametrize("in_place", [False, True])
def test_a_wrong_link_is_not_made(
    as_alma: Client, track: Track, sent: dict[str, str], sentence: str, in_place: bool
) -> None:
    response = post(as_alma, "links", track, sent, in_place=in_place)
    assert response.status_code == 422
    assert sentence in text(response)
    assert not SecretLink.objects.exists()


def test_a_track_has_so_many_links_and_no_more(as_alma: Client, track: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenuto.tracks.links.MAX_LINKS", 2)
    for name in ("one", "two", "three"):
        response = post(as_alma, "links", track, {"name": name})
    assert "Revoke one first." in text(response)
    assert SecretLink.objects.count() == 2


# ——— a file that was refused ———


@pytest.mark.parametrize("audience", ["followers", "public"])
def test_a_track_of_a_refused_file_alone_is_never_said_to_wait_for_its_sound(
    as_alma: Client, alma: Account, audience: str
) -> None:
    """You may share it beforehand; every place says that nothing is heard until you upload another file."""
    track = catalogue.track(alma, ready=False)
    waits, needs = "once its sound is ready", "once another file is uploaded. Until then nothing can be heard."

    coming = text(post(as_alma, "publication", track, {"visibility": audience}, in_place=True))
    assert waits in coming
    assert needs not in coming
    assert waits in text(as_alma.get(reverse("tracks:studio")))

    track.recordings.update(stage=Recording.Stage.REFUSED, refusal="not_audio")
    saved = text(post(as_alma, "publication", track, {"visibility": audience}, in_place=True))
    assert "Saved. Nothing can be heard until another file is uploaded" in saved
    for page in (saved, text(as_alma.get(reverse("tracks:permissions", args=[track.key])))):
        assert needs in page
        assert waits not in page
    listed = text(as_alma.get(reverse("tracks:studio")))
    assert needs in listed
    assert waits not in listed
    assert "This file was refused" in listed

    catalogue.recording(track, Recording.Stage.RENDERING)  # another file has come
    assert waits in text(as_alma.get(reverse("tracks:permissions", args=[track.key])))
    assert waits in text(as_alma.get(reverse("tracks:studio")))
