"""What people of the demo put together of its pieces and like of them, by the ways that everybody's page takes.

May run again after it was killed: each album and playlist is made whole or not at all, and what is there stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from tenuto.accounts.models import Account
from tenuto.consent.albums import own_album
from tenuto.consent.answer import Wish, answer_for_album
from tenuto.consent.models import Act
from tenuto.demo.catalogue import ENTRIES
from tenuto.library.likes import change as likes
from tenuto.library.playlists import change as playlists
from tenuto.library.playlists.models import Playlist
from tenuto.library.releases import change as releases
from tenuto.library.releases.models import Release
from tenuto.rules.cells import Use, cells_of
from tenuto.rules.playlists import Openness
from tenuto.tracks.models import Track


@dataclass(frozen=True)
class Pressing:
    """An album, EP or single of the demo."""

    artist: str
    title: str
    kind: Release.Kind
    description: str
    came_out: date
    pieces: tuple[str, ...]
    holds: int = 0  # what its artist holds for all that is on it


@dataclass(frozen=True)
class Mix:
    """A playlist that everybody finds."""

    by: str
    title: str
    description: str
    pieces: tuple[str, ...]


PRESSINGS = (
    Pressing(
        "os-faros",
        "Last Row, Front Window",
        Release.Kind.EP,
        "Three rides along the estuary. Best heard on the way back.",
        date(2026, 10, 30),
        ("night_bus", "vending_machine", "faro_de_cies"),
    ),
    Pressing(
        "low-tide-radio",
        "Tables for the Bay",
        Release.Kind.ALBUM,
        "Made from what the tide gauge wrote down between two moons. Loud passages follow the water, not us.",
        date(2026, 11, 20),
        ("slack_water", "loops_for_leaving"),
    ),
    Pressing(
        "granite-and-daughters",
        "A Kitchen with a Good Ceiling",
        Release.Kind.ALBUM,
        "Both sides of one winter: with coal, and without.",
        date(2026, 11, 6),
        ("kettle_song", "stove_is_out"),
        holds=cells_of(use=Use.TRAIN) | cells_of(use=Use.DEVELOP),
    ),
)
MIXES = (
    Mix(
        "bo",
        "For the night tram",
        "In the order of the stops. Whoever gets off at the depot has heard all of it.",
        ("harbour", "night_bus", "slack_water", "kettle_song", "lamp_study"),
    ),
    Mix(
        "lin",
        "Good endings",
        "Chosen by their last ten seconds. Do not skip to them; they have to be earned.",
        ("stove_is_out", "two_chairs", "loops_for_leaving"),
    ),
)
LIKES = {
    "bo": ("harbour", "night_bus", "greenhouse", "kettle_song"),
    "lin": ("stove_is_out", "harbour", "two_chairs"),
    "alma": ("slack_water", "lamp_study"),
    "mara-oke": ("harbour", "kettle_song"),
    "hexen-choir": ("slack_water",),
}


def fill_shelves(at: datetime) -> None:
    """Albums first, so that they stand on profiles; of each, whatever of its pieces is there."""
    people = {account.username: account for account in Account.objects.filter(username__in=_handles())}
    for pressing in PRESSINGS:
        if pressing.artist in people:
            _press(pressing, people[pressing.artist], at)
    for mix in MIXES:
        if mix.by in people:
            _mix(mix, people[mix.by], at)
    for handle, pieces in LIKES.items():
        for track in tracks_of(pieces) if handle in people else ():
            likes.like(track, people[handle], at)
    if "bo" in people:
        likes.show(people["bo"], at)


@transaction.atomic
def _press(pressing: Pressing, artist: Account, at: datetime) -> None:
    tracks = tracks_of(pressing.pieces)
    if not tracks or Release.objects.filter(owner=artist, title=pressing.title).exists():
        return
    release = releases.begin(artist, pressing.title, pressing.kind)
    release.description, release.release_date = pressing.description, pressing.came_out
    releases.describe(release, ["description", "release_date"])
    for track in tracks:
        releases.add(release, track)
    if pressing.holds:
        answer_for_album(artist, own_album(artist, release.key), Wish(held=pressing.holds), Act.How.PAGE, at=at)
    releases.publish(release, None, at, with_sketches=False)


@transaction.atomic
def _mix(mix: Mix, by: Account, at: datetime) -> None:
    tracks = tracks_of(mix.pieces)
    if not tracks or Playlist.objects.filter(owner=by, title=mix.title).exists():
        return
    made = playlists.make(by, mix.title, at, description=mix.description, openness=Openness.PUBLIC.value)
    for track in tracks:
        playlists.add(made, track, by, at)


def tracks_of(pieces: Iterable[str]) -> list[Track]:
    """The tracks that came of these pieces, in this order; what somebody has deleted is left out."""
    wanted = {entry.piece: entry for entry in ENTRIES}
    found = [
        Track.objects.filter(owner__username=entry.artist, description=entry.description).first()
        for entry in (wanted[piece] for piece in pieces)
    ]
    return [track for track in found if track is not None]


def _handles() -> set[str]:
    return {*(one.artist for one in PRESSINGS), *(one.by for one in MIXES), *LIKES}
