"""Playlists for tests, and what a page shows of one."""

import re

from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.library.playlists import change, invite
from tenuto.library.playlists.models import Playlist
from tenuto.library.releases import change as releases
from tenuto.library.releases.models import Release
from tenuto.rules.playlists import Openness
from tenuto.tracks.models import Track
from tests.tracks import catalogue


def public(owner: Account, title: str = "Harbour, 5 a.m.", **facts: object) -> Track:
    """A track that everybody can hear now."""
    return catalogue.public(owner, title, at=timezone.now(), **facts)


def playlist(
    owner: Account, *tracks: Track, title: str = "For the night tram", openness: Openness = Openness.PRIVATE
) -> Playlist:
    made = change.make(owner, title, timezone.now(), openness=openness.value)
    for track in tracks:
        change.add(made, track, owner, timezone.now())
    return made


def release(owner: Account, *tracks: Track, title: str = "Low Water", kind: str = "album") -> Release:
    """A release that nobody but its owner sees yet."""
    made = releases.begin(owner, title, kind)
    for track in tracks:
        releases.add(made, track)
    return made


def together(made: Playlist, guest: Account) -> None:
    """They were asked, and said yes."""
    invite.invite(made, guest.username, timezone.now())
    invite.accept(invite.invitation_of(guest, made.key), timezone.now())


def words(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def titles(page: str) -> list[str]:
    """The tracks that a page lists, from its top."""
    return re.findall(r'<track-item [^>]*data-title="([^"]*)"', page)


def order(made: Playlist) -> list[str]:
    return list(made.entries.values_list("track__title", flat=True))
