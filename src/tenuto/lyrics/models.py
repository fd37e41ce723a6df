"""The lyrics of tracks, as they were written down, each time."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tenuto.rules.lyrics import MOST_LETTERS, Sheet, read
from tenuto.tracks.models import Track


class Lyrics(models.Model):
    """A track's lyrics from a moment on, until there is a newer row. Earlier ones are for the artist alone.

    They are kept because an answer about lyrics, or an agreement over them, was given about a text: so she can show
    which. Taking lyrics away takes every row away.
    """

    track = models.ForeignKey(Track, models.CASCADE, related_name="lyrics", db_index=False)
    text = models.TextField(_("lyrics"), max_length=MOST_LETTERS)  # plain or LRC; rules.lyrics has read it
    words = models.TextField(blank=True, editable=False)  # the text without times: what a search looks through
    language = models.CharField(_("language"), max_length=35, blank=True)  # BCP 47
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(name="lyrics_of_track", fields=["track", "-id"])]

    @classmethod
    def standing(cls) -> "models.QuerySet[Lyrics]":
        """Those that stand: of each track the newest."""
        return cls.objects.filter(~Exists(cls.objects.filter(track=OuterRef("track"), pk__gt=OuterRef("pk"))))

    @cached_property
    def sheet(self) -> Sheet:
        """Line by line, as they are sung."""
        return read(self.text)

    def __str__(self) -> str:
        return f"of {self.track_id}, {self.written_at:%Y-%m-%d %H:%M}"
