"""The pages on which music is met: the front page, a profile, a track, and a track behind a secret link."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.accounts.handles import person_called
from tenuto.accounts.models import Account, ProfileLink
from tenuto.base.questions import Question, number
from tenuto.rules.visibility import Surface, Visitor, may_hear
from tenuto.tracks import access, lists
from tenuto.tracks.licences import deed_of
from tenuto.tracks.models import SecretLink, Track
from tenuto.tracks.paging import Page
from tenuto.tracks.panels import Place, keys_beside, panels
from tenuto.tracks.visitors import hold_link, visitor_of


@dataclass(frozen=True)
class Shown:
    """A track as one visitor meets it."""

    track: Track
    is_own: bool
    is_open: bool  # everybody may hear it, so it may be shown around
    plays: int | None  # None where the artist keeps the number to themselves
    may_download: bool

    @property
    def is_embeddable(self) -> bool:
        """May other sites show a player of it?"""
        return self.is_open and self.track.embeddable

    @property
    def seconds(self) -> float:
        return (self.track.recording.seconds if self.track.recording else None) or 0.0


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The newest tracks that everybody may hear, in the order in which they came."""
    at = timezone.now()
    visitor = visitor_of(request)
    before = request.GET.get("before", "")
    newest = lists.newest_public(at, visitor.country, before)
    return listed(request, "tracks/front.html", newest, visitor, at, before=before)


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Somebody and what they let the visitor hear; to themselves, everything they have."""
    at = timezone.now()
    owner = person_called(username)
    visitor = visitor_of(request)
    before = request.GET.get("before", "")
    tracks = lists.shown_on_profile(owner, visitor, at, before)
    return listed(request, "tracks/profile.html", tracks, led_by(visitor), at, before=before, owner=owner)


def led_by(visitor: Visitor) -> Visitor:
    """The visitor as a list knows them that `tracks.access` made: what is for followers is on it only for those who
    follow, so nobody has to ask again, track by track.
    """
    return replace(visitor, follows_owner=True)


def profile_of(request: HttpRequest, username: str) -> dict[str, Any]:
    """What the head of every other page of a profile shows of somebody."""
    owner = person_called(username)
    return {
        "owner": owner,
        "is_own": request.user.pk == owner.pk,
        "canonical": f"{settings.SITE_URL}{request.path}",
        "now": timezone.now(),
    }


@require_safe
def track(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """One track. An address that it once had leads to the one it has."""
    at = timezone.now()
    visitor = visitor_of(request)
    found = access.track_at(visitor, username.lower(), slug, at)
    if (found.owner.username, found.slug) != (username, slug):
        # For now: the old address may be given to another track.
        return redirect(found)
    met = shown(found, visitor, at)
    response = render(request, "tracks/track.html", _about(request, met, at))
    if not met.is_open:
        keep_private(response)
    return response


@require_safe
def secret(request: HttpRequest, secret: str) -> HttpResponse:
    """A track for whoever holds one of its secret links. Revoked, ended and never made look alike."""
    at = timezone.now()
    visitor = visitor_of(request)
    found, link = access.track_by_secret(secret, at, visitor)
    hold_link(request, link)
    met = shown(found, replace(visitor, link_ids=visitor.link_ids | {link.pk}), at)
    response = render(request, "tracks/track.html", _about(request, met, at, link))
    keep_private(response)
    # Other hosts are told nothing of this address. Not "no-referrer", which also hides from ourselves where a form
    # was sent from: browsers then say "Origin: null", and whoever comes by a link could not follow or sign out.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def shown(track: Track, visitor: Visitor, at: datetime) -> Shown:
    """What a page may show this visitor of a track they may meet."""
    state = access.state_of(track)
    return Shown(
        track=track,
        is_own=visitor.account_id == track.owner_id,
        is_open=bool(may_hear(Visitor(), state, Surface.PAGE, at)),
        plays=track.play_count if access.meet(track, visitor, Surface.INSIGHTS, at, state) else None,
        may_download=track.recording is not None and bool(access.meet(track, visitor, Surface.DOWNLOAD, at, state)),
    )


def _about(request: HttpRequest, met: Shown, at: datetime, link: SecretLink | None = None) -> dict[str, object]:
    return {
        "shown": met,
        "track": met.track,
        "owner": met.track.owner,
        "now": at,
        "link": link,
        "panels": panels(Place.PAGE, request, met.track),
        "credits": panels(Place.CREDITS, request, met.track),
        "talk": panels(Place.TALK, request, met.track),
        "beside": keys_beside(request, [met.track]),
        "deed": deed_of(met.track.licence),
        "canonical": f"{settings.SITE_URL}{met.track.get_absolute_url()}",
    }


def listed(
    request: HttpRequest,
    template: str,
    found: Page,
    visitor: Visitor,
    at: datetime,
    *,
    before: str,
    owner: Account | None = None,
    **besides: object,
) -> HttpResponse:
    """A page of tracks, each as this visitor may meet it; what else the template needs stands in `besides`."""
    posts = [shown(track, visitor, at) for track in found.tracks]
    path = request.path if owner is None else owner.get_absolute_url()
    context: dict[str, object] = {
        "posts": posts,
        "older": found.before,
        "before": before,
        "now": at,
        "canonical": f"{settings.SITE_URL}{path}",
        "beside": keys_beside(request, found.tracks),
        "is_guest": isinstance(request.user, AnonymousUser),
        **besides,
    }
    if owner is not None:
        context |= {"owner": owner, "is_own": visitor.account_id == owner.pk, "links": _LINKS.ask(owner=owner.pk)}
        context["has_player"] = any(post.is_embeddable for post in posts)
    return render(request, template, context)


_LINKS = Question(lambda: ProfileLink.objects.filter(account_id=number("owner")))


def keep_private(response: HttpResponse) -> None:
    """Not for search engines, nor for any cache between us and this visitor."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Cache-Control"] = "private, no-store"
