"""Where somebody comes to who pressed something after their session had ended."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tenuto.accounts.models import Account
from tenuto.tracks.models import Track
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db

OURS = "http://testserver"


@pytest.fixture
def track(alma: Account) -> Track:
    return catalogue.public(alma)


def presses(track: Track) -> list[str]:
    """Addresses that take what a page sends, and show nothing."""
    return [
        reverse("likes:like", args=[track.key]),
        reverse("comments:comments", args=[track.key]),
        reverse("comments:mute", args=["alma"]),
        reverse("accounts:follow", args=["alma"]),
        reverse("tracks:publication", args=[track.key]),
    ]


def next_of(client: Client, address: str, referer: str = "", **sent: str) -> str:
    """Where signing in leads to, after this was pressed."""
    answer = client.post(
        address,
        urlencode(sent),
        content_type="application/x-www-form-urlencoded",
        headers={"Referer": referer} if referer else {},
    )
    assert answer.status_code == 302
    place = urlsplit(answer["Location"])
    assert place.path == reverse("account_login")
    return parse_qs(place.query)["next"][0]


def test_signing_in_leads_back_to_the_page_that_was_pressed_on(client: Client, track: Track) -> None:
    for address in presses(track):
        assert next_of(client, address, f"{OURS}/browse?tempo=120") == "/browse?tempo=120"
        assert next_of(client, address, f"{OURS}/browse", next="/@alma") == "/@alma", "the form knows better"


@pytest.mark.parametrize(
    "referer",
    [
        "https://elsewhere.example/browse",
        "http://testserver.example/browse",
        "http://testserver@elsewhere.example/browse",
        "javascript:alert(1)",
        f"{OURS}//elsewhere.example/",
        f"{OURS}/no/such/page/of/ours",
        "",
    ],
)
def test_what_is_no_page_of_ours_is_no_way_back(client: Client, track: Track, referer: str) -> None:
    for address in presses(track):
        assert next_of(client, address, referer) == next_of(client, address)
        assert next_of(client, address, referer, next="https://elsewhere.example/") == next_of(client, address)


def test_a_secret_address_is_not_said_on(client: Client, track: Track) -> None:
    """Whoever came by your secret link and presses a heart is asked to sign in at an address without it."""
    link = catalogue.link(track)
    for address in presses(track):
        assert link.secret not in next_of(client, address, OURS + link.get_absolute_url())


def test_the_form_with_files_comes_back_without_being_read(client: Client) -> None:
    answer = client.post(
        "/upload", {"files": [SimpleUploadedFile("a.wav", b"x")]}, headers={"Referer": f"{OURS}/upload"}
    )
    assert answer["Location"] == f"{reverse('account_login')}?next=/upload"


def test_after_signing_in_one_stands_there(client: Client, bo: Account, track: Track) -> None:
    bo.set_password("a long walk along the quay")
    bo.save()
    asked = client.post(
        reverse("comments:mute", args=["alma"]), {"mute": "yes"}, headers={"Referer": OURS + track.get_absolute_url()}
    )
    back = parse_qs(urlsplit(asked["Location"]).query)["next"][0]
    assert f'value="{back}"' in client.get(asked["Location"]).content.decode(), "the page of signing in hands it on"
    sent = {"login": "bo", "password": "a long walk along the quay", "next": back}
    there = client.post(reverse("account_login"), sent, follow=True)
    assert there.redirect_chain[-1][0] == track.get_absolute_url()
    assert there.status_code == 200
