"""Collectives through the HTTP API: reading one, and showing one's own music under it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.collectives import access, change
from tenuto.collectives.access import in_ones_name
from tenuto.rules.collectives import Act
from tenuto.tracks.api import Mark, TrackShown
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Collectives"])
PAGE_SIZE = 50


class CollectiveShown(Schema):
    """A collective, whom of its people its page names, and a page of its tracks; of these what you may hear."""

    slug: str
    name: str
    kind: str
    about: str
    place: str
    website: str
    members: list[str]
    albums: list[str]
    tracks: list[TrackShown]
    before: str | None


@router.get("/collectives/{slug}", auth=anyone, response=CollectiveShown)
def read_collective(request: HttpRequest, slug: str, before: Mark = "") -> dict[str, Any]:
    """Tracks: the last put there first. `albums` are keys."""
    at, visitor = timezone.now(), visitor_of(request)
    met = access.collective_at(slug, visitor.account_id)
    lines, older = access.tracks_of(met, visitor, at, before, PAGE_SIZE)
    words = {name: getattr(met.collective, name) for name in ("slug", "name", "kind", "about", "place", "website")}
    return words | {
        "members": [membership.account.username for membership in access.members_shown(met.collective)],
        "albums": [release.key for release in access.releases_of(met, visitor.account_id, at)],
        "tracks": [line.track for line in lines],
        "before": older,
    }


@router.put("/collectives/{slug}/tracks/{key}", auth=member, response={204: None})
def show_under_collective(request: HttpRequest, slug: str, key: str) -> Status[None]:
    """Show a track of your own under a collective that you belong to."""
    met = in_ones_name(slug, account_calling(request), Act.SHOW)
    assert met.membership is not None
    change.show_track(met.membership, key, timezone.now())
    return Status(204, None)


@router.delete("/collectives/{slug}/tracks/{key}", auth=member, response={204: None})
def take_off_collective(request: HttpRequest, slug: str, key: str) -> Status[None]:
    """Take a track off: your own, or anybody's where you are an editor. It stays where it is otherwise."""
    met = in_ones_name(slug, account_calling(request), Act.SHOW)
    assert met.membership is not None
    change.take_off(met.membership, track=key)
    return Status(204, None)
