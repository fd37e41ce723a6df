"""What a report is about, reached as the visitor meets it: what they may not see is missing here too."""

from dataclasses import dataclass
from datetime import datetime

from tenuto.accounts.handles import person_called
from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.collectives.access import collective_at, members
from tenuto.collectives.models import Collective
from tenuto.comments.models import Comment
from tenuto.comments.read import comment_met
from tenuto.library.playlists.access import playlist_of_key
from tenuto.library.releases.access import release_of_key
from tenuto.lyrics.write import lyrics_of
from tenuto.rules.collectives import Role
from tenuto.rules.moderation import Kind
from tenuto.rules.visibility import Surface, Visitor
from tenuto.tracks.access import track_by_key
from tenuto.tracks.models import Track


@dataclass(frozen=True)
class Subject:
    """One thing, as it is met now."""

    kind: Kind
    about: int
    account: Account
    title: str
    address: str
    excerpt: str = ""  # what stands there, in words


def subject_met(kind: str, key: str, visitor: Visitor, at: datetime) -> Subject:
    """What this visitor meets under `key`: of a person the handle, of lyrics and artwork the track's.

    Raises:
        NotFound: there is no such thing, or not for them
    """
    match kind:
        case Kind.TRACK | Kind.ARTWORK | Kind.LYRICS:
            return _of_track(Kind(kind), track_by_key(visitor, key, Surface.PAGE, at)[0])
        case Kind.COMMENT:
            return _of_comment(comment_met(key, visitor, at))
        case Kind.PERSON:
            person = person_called(key)
            return Subject(Kind.PERSON, person.pk, person, person.name, person.get_absolute_url(), person.bio)
        case Kind.PLAYLIST:
            playlist = playlist_of_key(visitor.account_id, key).playlist
            return Subject(
                Kind.PLAYLIST,
                playlist.pk,
                playlist.owner,
                playlist.title,
                playlist.get_absolute_url(),
                playlist.description,
            )
        case Kind.ALBUM:
            release = release_of_key(visitor.account_id, key, at)
            return Subject(
                Kind.ALBUM, release.pk, release.owner, release.title, release.get_absolute_url(), release.description
            )
        case Kind.COLLECTIVE:
            return _of_collective(collective_at(key, visitor.account_id).collective)
    raise NotFound(f"no reports on {kind[:40]}")


def _of_track(kind: Kind, track: Track) -> Subject:
    words = {Kind.TRACK: track.description, Kind.ARTWORK: track.artwork_words}.get(kind, "")
    if kind is Kind.LYRICS:
        lyrics = lyrics_of(track)
        if lyrics is None:
            raise NotFound(f"lyrics of {track.key}")
        words = lyrics.sheet.words
    return Subject(kind, track.pk, track.owner, track.title, track.get_absolute_url(), words)


def _of_collective(collective: Collective) -> Subject:
    """It is answered for by whoever has owned it longest."""
    owner = members(collective).filter(role=Role.OWNER).first()
    if owner is None:
        raise NotFound(f"an owner of {collective.slug} who is here")
    address = collective.get_absolute_url()
    return Subject(Kind.COLLECTIVE, collective.pk, owner.account, collective.name, address, collective.about)


def _of_comment(comment: Comment) -> Subject:
    if comment.author is None:
        raise NotFound(f"comment {comment.key} was taken away")
    address = f"{comment.track.get_absolute_url()}#c-{comment.key}"
    return Subject(Kind.COMMENT, comment.pk, comment.author, comment.track.title, address, comment.words)
