"""A catalogue of any size, made quickly: rows as they stand after publishing, all sharing one file of sound."""

import os
import random
import secrets
from datetime import timedelta
from pathlib import Path

from bench.readers import FILE_BYTES, Target
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.migrated import begin

from tenuto.accounts.models import Account
from tenuto.audio import count, deliver
from tenuto.audio.listeners import COOKIE, Listener, id_in_cookies
from tenuto.audio.models import Rendition
from tenuto.base import storage
from tenuto.base.models import Blob
from tenuto.rules.visibility import Hearing, Reason
from tenuto.tracks.models import Publication, Recording, SecretLink, Track

ARTISTS = 50
SEGMENTS = 37  # of 6 s


class Catalogue:
    """The tracks of one home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._tracks = 0

    def prepare(self) -> None:
        begin(self._home)
        song = self._home / "song"
        song.write_bytes(os.urandom(FILE_BYTES))
        self._blob: Blob = storage.adopt(song)
        self._artists = Account.objects.bulk_create(
            Account(username=f"artist-{number}", email=f"{number}@example.org", display_name=f"Artist {number}")
            for number in range(ARTISTS)
        )
        self._heard = self._first()
        size = FILE_BYTES // SEGMENTS
        Rendition.objects.bulk_create(
            Rendition(
                recording=self._heard, kind=kind, blob=self._blob, codecs=codecs, bit_rate=160_000,
                segments=[1000, [[1000 + number * size, size, 6.0] for number in range(SEGMENTS)]],
            )
            for kind, codecs in (("aac", "mp4a.40.2"), ("opus", "opus"))
        )  # fmt: skip

    def _first(self) -> Recording:
        owner = self._artists[0]
        track = Track.objects.create(
            owner=owner, title="First", slug="first", genre="Ambient", tags=["night", "tape"],
            description="Recorded in one take. " * 5,
        )  # fmt: skip
        Publication.objects.create(
            track=track, audience="public", starts_at=timezone.now() - timedelta(days=1), by=owner, audible=True
        )
        return Recording.objects.create(
            track=track, current=True, stage="ready", original=self._blob, filename="piece.flac", seconds=222.0,
            loudness_lufs=-12.0, true_peak_dbtp=-1.0, sketch=secrets.token_bytes(800),
        )  # fmt: skip

    def grow_to(self, size: int) -> None:
        """Publish more tracks until there are so many: copies of the first, made inside the database."""
        first_owner = min(artist.pk for artist in self._artists)
        with transaction.atomic(), connection.cursor() as cursor:
            upwards = f"SELECT {self._tracks} UNION ALL SELECT i + 1 FROM new WHERE i < {size - 1}"
            copied(
                cursor, Track, f"WITH RECURSIVE new(i) AS ({upwards}) SELECT {{}} FROM new CROSS JOIN tracks_track",
                f"tracks_track.id = {self._heard.track_id}",
                key="CAST(100000000000 + i AS TEXT)", title="'Piece ' || i", slug="'piece-' || i",
                owner_id=f"{first_owner} + i % {ARTISTS}",
            )  # fmt: skip
            fresh = f"fresh.title LIKE 'Piece %' AND CAST(substr(fresh.slug, 7) AS INTEGER) >= {self._tracks}"
            for model, own in ((Recording, {"key": "fresh.key"}), (Publication, {"by_id": "fresh.owner_id"})):
                table = model._meta.db_table
                copied(
                    cursor, model, f"SELECT {{}} FROM tracks_track fresh CROSS JOIN {table}",
                    f"{table}.track_id = {self._heard.track_id} AND {fresh}", track_id="fresh.id", **own,
                )  # fmt: skip
            cursor.execute("ANALYZE")
        self._tracks = size

    def copy(self) -> Path:
        """Another home with the same rows and style sheets, for a server of its own."""
        home = self._home / f"with-{self._tracks}"
        home.mkdir()
        (home / "static").symlink_to(self._home / "static")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(home / "tenuto.sqlite3")])
        return home

    def any_page(self, size: int) -> str:
        """The page of any of the first `size` tracks."""
        number = random.randrange(size)
        return f"/@artist-{number % ARTISTS}/piece-{number}"

    def queries_of(self, path: str) -> int:
        """How many questions a page asks the database, for somebody who is not signed in."""
        client = Client(HTTP_HOST="127.0.0.1")
        client.get(path)  # what is asked once a process is not asked again
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    def lasting_address(self) -> str:
        return f"/media/{self._heard.key}/aac.mp4"

    def file_in_store(self) -> str:
        return f"{self._blob.digest[:2]}/{self._blob.digest[2:4]}/{self._blob.digest}"

    def signed_addresses(self, count_: int) -> list[Target]:
        """For so many listeners who came by a secret link: each has an address, a cookie, and a listen going on."""
        at = timezone.now()
        track = self._heard.track
        link = SecretLink.objects.create(track=track, name="everybody")
        hearing = Hearing(True, Reason.SECRET_LINK, link.pk)
        found = []
        for _ in range(count_):
            cookie = f"{COOKIE}={secrets.token_urlsafe(24)}"
            listener = Listener(id_in_cookies(cookie))
            count.begin(track, listener, count.Circumstances("link", link_id=link.pk, opened_by_link=True), at)
            address = deliver.address_for(self._heard, hearing, listener, at)
            found.append((f"/media/{address}/aac.mp4", cookie))
        return found


def copied(cursor: CursorWrapper, model: type[Model], select: str, where: str, **replaced: str) -> None:
    """Insert rows whose columns are those of the row that `where` finds, but for those that are `replaced`."""
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(replaced.get(column, f"{table}.{column}") for column in columns)
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {select.format(values)} WHERE {where}")
