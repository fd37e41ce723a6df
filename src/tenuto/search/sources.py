"""What can be found, by which words, and which rows these follow from.

A slice joins with one `Source`: a SELECT of what is to be found, and the tables whose rows change it. Nothing is asked
of the slice itself: the database keeps the index (search.in_step), by whatever way a row changes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model

from tenuto.accounts.models import Account
from tenuto.library.playlists.models import Playlist
from tenuto.library.releases.models import Release, ReleasePublication
from tenuto.lyrics.models import Lyrics
from tenuto.rules.playlists import Openness
from tenuto.search.models import LyricsWords, PersonWords, PlaylistWords, ReleaseWords, TrackWords, Words
from tenuto.tracks.models import Publication, Track


@dataclass(frozen=True)
class Watched:
    """Rows of this table decide what is found, in these columns; no columns: by being there.

    `of` are the rows of the index that follow from a row of it, as SQL in which {row} is that row.
    """

    table: str
    of: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One kind of thing. `rows` selects ref, whole, name, artist and words of all that can be found of it."""

    kind: str
    index: type[Words]
    rows: Callable[[str], str]  # for a kind of database
    watched: tuple[Watched, ...]


def listed(vendor: str, column: str, place: int | None = None) -> str:
    """The texts in a JSON list, or in each of the lists in it what stands at a place, as words."""
    if vendor == "sqlite":
        item = "value" if place is None else f"json_extract(value, '$[{place}]')"
        return f"coalesce((SELECT group_concat({item}, ' ') FROM json_each({column})), '')"  # noqa: S608  of ours
    item = "value #>> '{}'" if place is None else f"value ->> {place}"
    lists = f"CASE jsonb_typeof({column}) WHEN 'array' THEN {column} ELSE '[]' END"
    values = f"jsonb_array_elements({lists}) AS listed(value)"
    return f"coalesce((SELECT string_agg({item}, ' ') FROM {values}), '')"  # noqa: S608


def table(model: type[Model]) -> str:
    return model._meta.db_table


TRACK, ACCOUNT, PUBLICATION = table(Track), table(Account), table(Publication)
RELEASE, PLAYLIST, LYRICS = table(Release), table(Playlist), table(Lyrics)
BY = "account.display_name || ' ' || account.username"
NAMES = ("display_name", "username")  # columns of an account that say who somebody is


def whole(column: str) -> str:
    return f"replace({column}, ' ', '')"


def tracks(vendor: str) -> str:
    tags, people = listed(vendor, "track.tags"), listed(vendor, "track.credits", place=1)
    return f"""
        SELECT track.id AS ref, {whole("track.title")} AS whole, track.title AS name, {BY} AS artist,
               track.genre || ' ' || track.label || ' ' || {tags} || ' ' || {people} AS words
        FROM {TRACK} track
        JOIN {PUBLICATION} publication ON publication.track_id = track.id
        JOIN {ACCOUNT} account ON account.id = track.owner_id"""  # noqa: S608  names of ours


def people(_vendor: str) -> str:
    return f"""
        SELECT account.id AS ref, {whole("account.display_name")} || ' ' || account.username AS whole, {BY} AS name,
               '' AS artist, account.place AS words
        FROM {ACCOUNT} account WHERE account.is_active"""  # noqa: S608


def releases(_vendor: str) -> str:
    return f"""
        SELECT release.id AS ref, {whole("release.title")} AS whole, release.title AS name, {BY} AS artist,
               release.label AS words
        FROM {RELEASE} release
        JOIN {table(ReleasePublication)} publication ON publication.release_id = release.id
        JOIN {ACCOUNT} account ON account.id = release.owner_id"""  # noqa: S608


def playlists(_vendor: str) -> str:
    return f"""
        SELECT playlist.id AS ref, {whole("playlist.title")} AS whole, playlist.title AS name, {BY} AS artist,
               '' AS words
        FROM {PLAYLIST} playlist JOIN {ACCOUNT} account ON account.id = playlist.owner_id
        WHERE playlist.openness = '{Openness.PUBLIC.value}'"""  # noqa: S608


def lyrics(_vendor: str) -> str:
    return f"""
        SELECT sung.track_id AS ref, '' AS whole, '' AS name, '' AS artist, sung.words AS words
        FROM {LYRICS} sung JOIN {PUBLICATION} publication ON publication.track_id = sung.track_id
        WHERE sung.id = (SELECT max(id) FROM {LYRICS} later WHERE later.track_id = sung.track_id)"""  # noqa: S608


def of_owner(owned: str) -> Watched:
    """Things in this table are found by the name of whose they are."""
    return Watched(ACCOUNT, f"SELECT id FROM {owned} WHERE owner_id = {{row}}.id", NAMES)  # noqa: S608


SOURCES = [
    Source(
        "track",
        TrackWords,
        tracks,
        (
            Watched(PUBLICATION, "{row}.track_id"),
            Watched(TRACK, "{row}.id", ("title", "genre", "label", "tags", "credits", "owner_id")),
            of_owner(TRACK),
        ),
    ),
    Source(
        "person",
        PersonWords,
        people,
        (Watched(ACCOUNT, "{row}.id"), Watched(ACCOUNT, "{row}.id", (*NAMES, "place", "is_active"))),
    ),
    Source(
        "release",
        ReleaseWords,
        releases,
        (
            Watched(table(ReleasePublication), "{row}.release_id"),
            Watched(RELEASE, "{row}.id", ("title", "label", "owner_id")),
            of_owner(RELEASE),
        ),
    ),
    Source(
        "playlist",
        PlaylistWords,
        playlists,
        (
            Watched(PLAYLIST, "{row}.id"),
            Watched(PLAYLIST, "{row}.id", ("title", "openness", "owner_id")),
            of_owner(PLAYLIST),
        ),
    ),
    Source(
        "lyrics",
        LyricsWords,
        lyrics,
        (
            Watched(LYRICS, "{row}.track_id"),
            Watched(LYRICS, "{row}.track_id", ("words",)),
            Watched(PUBLICATION, "{row}.track_id"),
        ),
    ),
]
INDEXES: dict[str, type[Words]] = {source.kind: source.index for source in SOURCES}
