"""Search engines find what everybody may find, and nothing tells of anything else."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.rules.sharing import Regions
from tenuto.rules.signals.sitemap import Place, index, page
from tenuto.rules.visibility import Audience
from tenuto.safeguards.signals import sitemaps
from tenuto.tracks import publish
from tenuto.tracks.models import Publication, Track
from tests.audio.sounding import link_to, public, shared, sketch

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def places(client: Client, path: str) -> list[str]:
    """The addresses in one file, as any reader of XML finds them."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml")
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    return [str(found.text) for found in ElementTree.fromstring(answer.content).iter(name)]


def everything(client: Client) -> list[str]:
    """All addresses, found as a crawler finds them: from robots.txt."""
    robots = client.get("/robots.txt").content.decode()
    [start] = [line.removeprefix("Sitemap: ") for line in robots.splitlines() if line.startswith("Sitemap: ")]
    files = places(client, start.removeprefix(SITE))
    return [found for file in files for found in places(client, file.removeprefix(SITE))]


def test_only_what_everybody_everywhere_may_find_stands_in_it(client: Client, alma: Account, bo: Account) -> None:
    """No sketch, no track by link, for followers, for later or for one country; nor whoever has no other."""
    seen = public(alma, "Harbour")
    link_to(sketch(alma, "By link"))
    shared(sketch(alma, "For friends"), Audience.FOLLOWERS)
    later = public(alma, "Tomorrow")
    Publication.objects.filter(track=later).update(starts_at=timezone.now() + timedelta(days=1))
    Track.objects.filter(pk=public(alma, "At home").pk).update(regions=Regions.ONLY, countries=["PT"])
    sketch(bo, "Never")
    assert everything(client) == [
        f"{SITE}{seen.get_absolute_url()}",
        *(f"{SITE}{place}" for place in sitemaps.OF_THE_SITE),
        f"{SITE}/@{alma.username}",
    ]
    assert all(client.get(place.removeprefix(SITE)).status_code == 200 for place in everything(client))


def test_what_is_taken_back_stands_in_it_no_more(client: Client, alma: Account) -> None:
    """With the next answer; and nobody may keep the last one."""
    track = public(alma)
    assert f"{SITE}{track.get_absolute_url()}" in everything(client)
    assert client.get("/sitemap-tracks-1.xml").headers["Cache-Control"] == "no-cache"
    publish.withdraw_to_sketchbook(track, alma, timezone.now())
    assert everything(client) == [f"{SITE}{place}" for place in sitemaps.OF_THE_SITE]


def test_whose_account_is_closed_stands_nowhere(client: Client, alma: Account) -> None:
    public(alma)
    Account.objects.filter(pk=alma.pk).update(is_active=False)
    assert everything(client) == [f"{SITE}{place}" for place in sitemaps.OF_THE_SITE]


def test_pages_are_filled_in_order_and_cost_the_same_questions(
    client: Client, alma: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many tracks there are; new ones come to the last page."""
    monkeypatch.setattr(sitemaps, "AT_ONCE", 2)
    made = [public(alma, f"Piece {number}") for number in range(5)]
    assert len(places(client, "/sitemap.xml")) == 4
    found = [place for number in (1, 2, 3) for place in places(client, f"/sitemap-tracks-{number}.xml")]
    assert found == [f"{SITE}{track.get_absolute_url()}" for track in made]
    for path, most in (("/sitemap.xml", 2), ("/sitemap-tracks-1.xml", 1), ("/sitemap-people-1.xml", 1)):
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        assert len(asked) <= most, path


@pytest.mark.parametrize("path", ["tracks-0", "tracks-2", "people-2", "sketches-1", "tracks-99999999999999"])
def test_a_page_that_is_none_is_missing(client: Client, path: str) -> None:
    assert client.get(f"/sitemap-{path}.xml").status_code == 404


def test_an_address_cannot_end_its_element() -> None:
    odd = f"{SITE}/</loc>&x"
    for text in (page([Place(odd)]), index([odd])):
        assert [found.text for found in ElementTree.fromstring(text).iter() if found.text and "x" in found.text] == [
            odd
        ]
