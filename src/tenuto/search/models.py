"""The index, a table for each kind of thing, and the words that stand in it.

The tables of the index are made by `search.in_step`, not by migrations: FTS5's on SQLite, ordinary ones with lexemes on
PostgreSQL. Their columns have the same names, and `index__finds` (search.asked) is how both are asked.
"""

from django.db import models

from tenuto.accounts.models import Account
from tenuto.library.playlists.models import Playlist
from tenuto.library.releases.models import Release
from tenuto.rules.spelling import LONGEST
from tenuto.search.asked import Index
from tenuto.tracks.models import Track


class Words(models.Model):
    """By what one thing is found. Its row is there while the thing is shared with anybody."""

    whole = models.TextField()  # each of its names without the spaces, so that a whole name is met at once
    name = models.TextField()
    artist = models.TextField()
    words = models.TextField()
    index = Index()

    class Meta:
        abstract = True
        managed = False


def thing(of: type[models.Model]) -> "models.OneToOneField[models.Model, models.Model]":
    """What a row of the index is of. No constraint: FTS5 knows none."""
    return models.OneToOneField(
        of, models.DO_NOTHING, primary_key=True, db_column="rowid", db_constraint=False, related_name="%(class)s"
    )


class TrackWords(Words):  # noqa: DJ008  never read whole
    track = thing(Track)

    class Meta(Words.Meta):
        db_table = "search_track"


class LyricsWords(Words):  # noqa: DJ008  never read whole
    track = thing(Track)

    class Meta(Words.Meta):
        db_table = "search_lyrics"


class PersonWords(Words):  # noqa: DJ008  never read whole
    person = thing(Account)

    class Meta(Words.Meta):
        db_table = "search_person"


class ReleaseWords(Words):  # noqa: DJ008  never read whole
    release = thing(Release)

    class Meta(Words.Meta):
        db_table = "search_release"


class PlaylistWords(Words):  # noqa: DJ008  never read whole
    playlist = thing(Playlist)

    class Meta(Words.Meta):
        db_table = "search_playlist"


class Unread(models.Model):
    """A row of the index that changed since `search.spelling` last looked for new words in it."""

    kind = models.CharField(max_length=10)
    ref = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="unread_once", fields=["kind", "ref"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Word(models.Model):
    """A word that stands in the index, or did a while ago."""

    text = models.CharField(max_length=LONGEST, unique=True)

    def __str__(self) -> str:
        return self.text


class Left(models.Model):
    """What is left of a word when some of its letters are deleted: by it, words like it are met (rules.spelling)."""

    letters = models.CharField(max_length=10)
    word = models.ForeignKey(Word, models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(name="words_by_letters", fields=["letters", "word"])]

    def __str__(self) -> str:
        return f"{self.letters} of {self.word_id}"
