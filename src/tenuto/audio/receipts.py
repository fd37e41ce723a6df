"""Who listened by which secret link: when, how far, how often. For the track's owner alone.

Listeners appear by the first letters of their key: enough to tell one from another, too few to know anybody by.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenuto.audio.models import Listen
from tenuto.tracks import access
from tenuto.tracks.models import SecretLink, Track
from tenuto.tracks.studio import in_place

# Of one link, the latest; a page is read by a person.
SHOWN_LISTENERS = 50
_LETTERS = 5


@dataclass(frozen=True)
class Receipt:
    """One listener of one link."""

    listener: str
    times: int
    last_at: datetime
    share: float  # how far into the track, 0 to 1

    @property
    def percent(self) -> int:
        return round(self.share * 100)


@dataclass(frozen=True)
class LinkReceipts:
    """One link, and whoever listened by it, the latest first."""

    link: SecretLink
    receipts: list[Receipt]
    listens: int
    listeners: int


@login_required
@require_safe
def receipts(request: HttpRequest, key: str) -> HttpResponse:
    """What the studio shows under a track's secret links; a page of its own for whoever comes without scripts."""
    track = access.own_track(request.user, key)
    template = "audio/_receipts.html" if in_place(request) else "audio/receipts.html"
    return render(request, template, {"track": track, "tab": "links", "links": receipts_of(track)})


def receipts_of(track: Track) -> list[LinkReceipts]:
    """Every link of a track, also those revoked: a receipt stays."""
    seconds = track.recording.seconds if track.recording and track.recording.seconds else 0.0
    groups = (
        Listen.objects.filter(track=track, link__isnull=False)
        .values("link_id", "listener")
        .annotate(times=Count("id"), last=Max("last_at"), furthest=Max("furthest_seconds"))
        .order_by("-last")
    )
    by_link: dict[int, list[Receipt]] = {}
    for group in groups:
        share = min(1.0, group["furthest"] / seconds) if seconds else 0.0
        shown = group["listener"][1 : 1 + _LETTERS]
        by_link.setdefault(group["link_id"], []).append(Receipt(shown, group["times"], group["last"], share))
    return [
        LinkReceipts(link, found[:SHOWN_LISTENERS], sum(one.times for one in found), len(found))
        for link in track.links.all()
        for found in [by_link.get(link.pk, [])]
    ]
