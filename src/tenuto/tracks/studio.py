"""The studio: all of one's own tracks, with where they stand and how often they were played."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from tenuto.accounts.models import Account
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import own_track, shown_on_profile
from tenuto.tracks.models import Recording, SecretLink, Track
from tenuto.tracks.paging import page

PAGE_SIZE = 50


def member(request: HttpRequest) -> Account:
    """Whoever is signed in, on pages that only members reach."""
    assert isinstance(request.user, Account)
    return request.user


def in_place(request: HttpRequest) -> bool:
    """Does a part of the page ask for itself alone? Then it gets that part, and else a whole page."""
    return request.headers.get("HX-Request-Type") == "partial"


@dataclass(frozen=True)
class Shelf:
    """Some of one's tracks, by where they stand."""

    name: str
    words: Promise
    count: int = 0


SHELVES = [
    Shelf("all", _("All")),
    Shelf("sketchbook", _("Sketchbook")),
    Shelf("followers", _("Followers")),
    Shelf("public", _("Everyone")),
    Shelf("scheduled", _("Scheduled")),
    Shelf("processing", _("Being prepared")),
    Shelf("trouble", _("In trouble")),
]


class StudioView(LoginRequiredMixin, View):
    """GET lists one's own tracks, newest first; `?show=` chooses a shelf."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account, now = member(request), timezone.now()
        shown = request.GET.get("show", "")
        conditions = standing(now)
        shown = shown if shown in conditions else "all"
        tracks = with_progress(shown_on_profile(account, Visitor(account.pk), now), now)
        found = page(tracks.filter(conditions[shown]), request.GET.get("before", ""), PAGE_SIZE)
        counts = Track.objects.filter(owner=account).aggregate(
            **{name: Count("pk", filter=condition) for name, condition in conditions.items()}
        )
        shelves = [Shelf(shelf.name, shelf.words, counts[shelf.name]) for shelf in SHELVES]
        context = {"page": found, "shelves": shelves, "shown": shown, "now": now}
        return render(request, "tracks/studio/list.html", context)


class RowView(LoginRequiredMixin, View):
    """GET shows one line of the list alone: while a track is being prepared, its line asks for itself anew."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        now = timezone.now()
        own = own_track(member(request), key)
        track = with_progress(shown_on_profile(own.owner, Visitor(own.owner_id), now), now).get(pk=own.pk)
        return render(request, "tracks/studio/_row.html", {"track": track, "now": now})


def standing(at: datetime) -> dict[str, Q]:
    """Which tracks stand on which shelf at that moment."""
    begun = Q(publication__starts_at__lte=at)
    unfinished = Recording.objects.filter(track=OuterRef("pk"), stage__in=["arrived", "rendering"])
    useless = Recording.objects.filter(track=OuterRef("pk"), stage__in=["refused", "failed"])
    heard = Recording.objects.filter(track=OuterRef("pk"), current=True)
    return {
        "all": Q(),
        "sketchbook": Q(publication=None),
        "followers": begun & Q(publication__audience="followers"),
        "public": begun & Q(publication__audience="public"),
        "scheduled": Q(publication__starts_at__gt=at),
        "processing": Q(Exists(unfinished)),
        "trouble": Q(Exists(useless), ~Exists(unfinished), ~Exists(heard)),
    }


def with_progress(tracks: QuerySet[Track], at: datetime) -> QuerySet[Track]:
    """One's own tracks with what is happening to their sound, and how many secret links open them."""
    links = (
        SecretLink.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), track=OuterRef("pk"), revoked_at=None)
        .order_by()
        .values("track")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return tracks.annotate(open_links=Coalesce(Subquery(links), 0)).prefetch_related(
        Prefetch("recordings", queryset=unheard(), to_attr="other_recordings")
    )


def unheard() -> QuerySet[Recording]:
    """The files that are on their way, were of no use, or were replaced: those that nobody hears, the newest first."""
    return Recording.objects.filter(current=False).defer("sketch", "tags").order_by("-arrived_at", "-id")
