"""A catalogue with people: who follows whom and likes what, albums, playlists, and titles of made-up words.

Made inside the database by copying one row of each kind, with SQL that SQLite and PostgreSQL both take. The rows stand
as they do after publishing; all tracks share one recording's facts. Words are drawn by Zipf's law, as in languages: the
commonest is in many titles, most are in a few.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import accumulate
from typing import Any

from bench.catalogue import copied
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from tenuto.accounts.models import Account, Follow
from tenuto.base.models import Blob
from tenuto.browse.models import Tagging
from tenuto.library.likes.models import Like
from tenuto.library.playlists.models import Entry, Playlist
from tenuto.library.releases.models import Release, ReleasePublication, ReleaseTrack
from tenuto.search import in_step
from tenuto.search.spelling import add
from tenuto.tracks.models import Publication, Recording, Track

ON_AN_ALBUM, ON_A_PLAYLIST = 10, 20
FOR_FOLLOWERS = 7  # every so many tracks are for followers alone
STAR = 0  # the number of an artist whom everybody follows
# 480 syllables, open ones twice as often, so that words are about as near to one another as those of a language: of
# eighteen, almost every word was another one's slip.
SYLLABLES = [
    onset + vowel + coda
    for onset in ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "st")
    for vowel in "aeiou"
    for coda in ("", "", "n", "r", "s", "l", "m")
]


class Crowd:
    """So many tracks, people, and edges between them; half of the edges are follows, half are likes."""

    def __init__(self, tracks: int, people: int, edges: int) -> None:
        self._random = random.Random(7)
        self.become(tracks, people, edges)

    def become(self, tracks: int, people: int, edges: int) -> None:
        """Of another size."""
        self.tracks, self.people, self.edges = tracks, people, edges
        self.words, self._weights = vocabulary(tracks)

    def drawn(self, count: int) -> list[str]:
        return self._random.choices(self.words, cum_weights=self._weights, k=count)

    @transaction.atomic
    def settle_from(self, before: int) -> None:
        """Make the people who are missing; then whom everybody follows, anew."""
        now = timezone.now()
        if not before:
            self._first = Account.objects.create(username="artist-0", email="0@example.org", display_name="The Star")
        first = self._first
        with connection.cursor() as cursor:
            # Not one by one: the index is made anew when all is there.
            in_step.stop()
            copied(
                cursor, Account,
                f"{upto(max(1, before), self.people)} SELECT {{}} FROM new CROSS JOIN accounts_account",
                f"accounts_account.id = {first.pk}", username="'artist-' || i", email="i || '@example.org'",
                display_name="'Artist Number ' || i",
            )  # fmt: skip
            self._everyone = list(Account.objects.order_by("pk").values_list("pk", flat=True))
            Follow.objects.all()._raw_delete("default")
            follow = Follow.objects.create(follower_id=self._everyone[1], followed=first, since=now)
            each = self.edges // 2 // self.people
            apart = max(1, (self.people - 2) // max(1, each))
            for number in range(each):
                edges(cursor, Follow, follow, first.pk, self.people, 1 + number * apart, "follower_id", "followed_id")
            edges(cursor, Follow, follow, first.pk, self.people, None, "follower_id", "followed_id")

    @transaction.atomic
    def grow_from(self, before: int) -> None:
        """Publish what is missing, with its albums; then likes, playlists and the index of all of it."""
        now = timezone.now()
        with connection.cursor() as cursor:
            in_step.stop()
            if not before:
                blob = Blob.objects.get_or_create(digest="0" * 64, defaults={"size_bytes": 1})[0]
                self._one = Track.objects.create(
                    owner=self._first, title="First", slug="first", description="In one take. "
                )
                Publication.objects.create(
                    track=self._one,
                    audience="public",
                    by=self._first,
                    audible=True,
                    starts_at=now - timedelta(days=400),
                )
                Recording.objects.create(
                    track=self._one, current=True, stage="ready", original=blob, filename="piece.flac", seconds=222.0,
                    loudness_lufs=-12.0, true_peak_dbtp=-1.0, sketch=bytes(range(200)) * 4,
                )  # fmt: skip
                self._shift = self._one.pk + 1  # the number of a track's row, less the number of the track
            self._titles(cursor, before)
            self._tracks(cursor, before)
            self._albums(cursor, before, now)
        in_step.rebuild()
        add(self.words)

    def _titles(self, cursor: Any, before: int) -> None:
        cursor.execute("DROP TABLE IF EXISTS bench_title")
        cursor.execute("CREATE TABLE bench_title (i integer PRIMARY KEY, title text, tags text, genre text)")
        rows = []
        for number in range(before, self.tracks):
            first, second, third, tag, genre = self.drawn(5)
            title = f"{first} {second} {third}" if number % 3 else f"{first} {second}"
            rows.append((number, title.title(), f'["{tag}"]', genre))
        cursor.executemany("INSERT INTO bench_title VALUES (%s, %s, %s, %s)", rows)

    def _tracks(self, cursor: Any, before: int) -> None:
        tags = "title.tags::jsonb" if connection.vendor == "postgresql" else "title.tags"
        copied(
            cursor, Track, "SELECT {} FROM bench_title title CROSS JOIN tracks_track",
            f"tracks_track.id = {self._one.pk} ORDER BY i", key="CAST(100000000000 + i AS TEXT)", title="title.title",
            slug="'piece-' || i", owner_id=f"{self._first.pk} + i % {self.people}", tags=tags, genre="title.genre",
        )  # fmt: skip
        fresh = f"fresh.slug LIKE 'piece-%%' AND fresh.id >= {self._shift + before}".replace("%%", "%")
        later = "interval '1 second' * fresh.id" if connection.vendor == "postgresql" else ""
        began = "tracks_publication.starts_at"
        since = (
            f"{began} + {later}" if later else f"strftime('%Y-%m-%d %H:%M:%f', {began}, '+' || fresh.id || ' seconds')"
        )
        audience = f"CASE WHEN fresh.id % {FOR_FOLLOWERS} = 0 THEN 'followers' ELSE 'public' END"
        own: dict[type[Model], dict[str, str]] = {
            Recording: {"key": "fresh.key"},
            Publication: {"by_id": "fresh.owner_id", "starts_at": since, "audience": audience},
        }
        for model, replaced in own.items():
            table = model._meta.db_table
            copied(
                cursor, model, f"SELECT {{}} FROM tracks_track fresh CROSS JOIN {table}",
                f"{table}.track_id = {self._one.pk} AND {fresh} ORDER BY fresh.id", track_id="fresh.id", **replaced,
            )  # fmt: skip
        tagged = "jsonb_array_elements_text(fresh.tags) AS each(value)"
        if connection.vendor == "sqlite":
            tagged = "json_each(fresh.tags) AS each"
        cursor.execute(
            f"INSERT INTO {Tagging._meta.db_table} (track_id, tag) "
            f"SELECT fresh.id, each.value FROM tracks_track fresh CROSS JOIN {tagged} WHERE {fresh}"
        )

    def _albums(self, cursor: Any, before: int, now: Any) -> None:
        """An album of every artist's tracks in turn; and what is liked and put on playlists, when all is there."""
        for number in range(before // 100, self.tracks // 100):
            owner = self._everyone[number % self.people]
            title = " ".join(self.drawn(2)).title()
            album = Release.objects.create(owner_id=owner, title=title, slug=f"album-{number}")
            ReleasePublication.objects.create(release=album, starts_at=now - timedelta(days=1))
            ReleaseTrack.objects.bulk_create(
                ReleaseTrack(release=album, track_id=self._shift + (number * 97 + place) % self.tracks, position=place)
                for place in range(ON_AN_ALBUM)
            )
            if number % 4 == 0:
                made = Playlist.objects.create(owner_id=owner, title=f"For {title}", openness="public")
                Entry.objects.bulk_create(
                    Entry(playlist=made, track_id=self._shift + (number * 31 + place) % self.tracks, position=place)
                    for place in range(ON_A_PLAYLIST)
                )
        if before:
            Like.objects.all()._raw_delete("default")
        like = Like.objects.create(account_id=self._everyone[0], track=self._one, since=now)
        each = self.edges // 2 // self.people
        apart = max(1, (self.tracks - 2) // max(1, each))
        for number in range(each):
            edges(
                cursor,
                Like,
                like,
                self._shift,
                self.tracks,
                number * apart,
                "account_id",
                "track_id",
                self._first.pk,
                self.people,
            )

    # ——— what is asked for ———

    def addresses(self, kind: str, turn: int) -> str:
        """The address of any page of this kind."""
        number = self._random.randrange(min(self.people, self.tracks))
        match kind:
            case "front":
                return "/"
            case "stream":
                return "/following"
            case "profile":
                return f"/@artist-{STAR if turn % 10 == 0 else number}"
            case "album":
                album = self._random.randrange(self.tracks // 100)
                return f"/@artist-{album % self.people}/albums/album-{album}"
            case _:
                return f"/{kind}?q={'+'.join(self._typed(turn))}"

    def _typed(self, turn: int) -> list[str]:
        """By turns: a word, two, one begun, a rare one, one with a slip, an artist, a word that nothing has."""
        first, second = self.drawn(2)
        rare = self._random.choice(self.words[len(self.words) // 2 :])
        return [
            [first], [first, second], [first, second[:3]], [rare], [rare[:2] + rare[3:]],
            ["artist", str(self._random.randrange(self.people)), first], [rare + "qqqq"],
        ][turn % 7]  # fmt: skip


def upto(first: int, end: int) -> str:
    return f"WITH RECURSIVE new(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM new WHERE i < {end - 1})"


def edges(
    cursor: Any,
    model: type[Model],
    like: Model,
    first_to: int,
    to: int,
    apart: int | None,
    source: str,
    target: str,
    first_from: int | None = None,
    people: int | None = None,
) -> None:
    """One edge from each person to whoever or whatever stands `apart` places on; None: to the first."""
    table, begin = model._meta.db_table, first_to if first_from is None else first_from
    where = f"{first_to} + (i + {apart}) % {to}" if apart is not None else str(first_to)
    copied(
        cursor, model, f"{upto(1 if apart is None else 0, people or to)} SELECT {{}} FROM new CROSS JOIN {table}",
        f"{table}.id = {like.pk} ON CONFLICT DO NOTHING", **{source: f"{begin} + i", target: where},
    )  # fmt: skip


@cache
def vocabulary(tracks: int) -> tuple[list[str], list[float]]:
    """The words of so many titles, the commonest first, and how often any of the first so many is drawn: as many words
    for each title in a large place as in a small one, so that a search finds as much.
    """
    found = words(random.Random(7), max(500, tracks // 4))
    return found, list(accumulate(1 / (rank + 8) for rank in range(len(found))))


def words(draw: random.Random, count: int) -> list[str]:
    """So many made-up words of two to four syllables, each once."""
    found: dict[str, None] = {}
    for word in _made_up(draw):
        found[word] = None
        if len(found) == count:
            return list(found)
    raise AssertionError("there is no end of words")


def _made_up(draw: random.Random) -> Iterator[str]:
    while True:
        yield "".join(draw.choices(SYLLABLES, k=draw.choice([2, 2, 3, 3, 4])))
