"""The sitemap: the pages of tracks, people and the site itself that everybody everywhere may find, and no other.

A track stands in it exactly as long as machines are told that they may list it in a search: published, for everybody,
in every country. A person stands in it as long as one of their tracks does that they put out themselves, since those
alone are on their profile. Nothing tells how much else there is.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.accounts.models import Account
from tenuto.rules.signals import sitemap
from tenuto.rules.signals.sitemap import Place
from tenuto.rules.usage_policies import Reach
from tenuto.safeguards.signals.documents import fresh
from tenuto.tracks.access import newest_public
from tenuto.tracks.models import Track

AT_ONCE = 5_000  # a tenth of what the protocol allows: a page is made in one piece
OF_THE_SITE = ("/", "/charts", "/machines", "/crawlers", "/terms", "/log", "/moderation")


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """How many pages there are, of tracks and of people. Two questions to the database."""
    at = timezone.now()
    counts = {"tracks": _tracks(at).count(), "people": _people(at).count()}
    pages = [(kind, page) for kind, count in counts.items() for page in range(1, max(1, -(-count // AT_ONCE)) + 1)]
    return _xml(sitemap.index(settings.SITE_URL + reverse("signals:sitemap-page", args=which) for which in pages))


@require_safe
def sitemap_page(request: HttpRequest, places: str, page: int) -> HttpResponse:
    """One page. One question to the database, however many places stand on it."""
    at = timezone.now()
    begin = (page - 1) * AT_ONCE
    if places not in {"tracks", "people"} or not 0 <= begin < 2**31:
        raise Http404
    found = _of_tracks(at, begin) if places == "tracks" else _of_people(at, begin)
    if begin and not found:
        raise Http404
    return _xml(sitemap.page(found))


def _of_tracks(at: datetime, begin: int) -> list[Place]:
    rows = _tracks(at).values_list("owner__username", "slug", "publication__starts_at")[begin : begin + AT_ONCE]
    return [
        Place(settings.SITE_URL + reverse("tracks:track", args=[username, slug]), since.date())
        for username, slug, since in rows
    ]


def _of_people(at: datetime, begin: int) -> list[Place]:
    names = _people(at).values_list("username", flat=True)[begin : begin + AT_ONCE]
    people = [Place(settings.SITE_URL + reverse("tracks:profile", args=[name])) for name in names]
    return people if begin else [*(Place(settings.SITE_URL + place) for place in OF_THE_SITE), *people]


def _tracks(at: datetime) -> QuerySet[Track]:
    # The oldest first, so that what is new comes to the last page and the others stay as they are.
    return newest_public(at).order_by("publication__id")


def _people(at: datetime) -> QuerySet[Account]:
    shown = newest_public(at).filter(owner=OuterRef("pk"), publication__by=F("owner")).order_by()
    return Account.objects.filter(Exists(shown), is_active=True).order_by("pk")


def _xml(text: str) -> HttpResponse:
    return fresh(HttpResponse(text, content_type=sitemap.TYPE), Reach.PUBLIC)
