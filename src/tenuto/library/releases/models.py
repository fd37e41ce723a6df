"""Releases, the tracks on them, and since when they are shown."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.ids import new_key
from tenuto.base.models import Blob
from tenuto.tracks.models import Track
from tenuto.web.addresses import address


class Release(models.Model):
    """Some of an artist's tracks that belong together. Its address stays, whatever becomes of its title."""

    class Kind(models.TextChoices):
        ALBUM = "album", _("Album")
        EP = "ep", _("EP")
        SINGLE = "single", _("Single")
        COMPILATION = "compilation", _("Compilation")

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="releases")
    title = models.CharField(_("title"), max_length=200)
    slug = models.CharField(max_length=80, editable=False)
    kind = models.CharField(_("what it is"), max_length=12, choices=Kind.choices, default=Kind.ALBUM)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    label = models.CharField(_("label"), max_length=120, blank=True)
    upc = models.CharField(_("UPC or EAN"), max_length=13, blank=True)
    release_date = models.DateField(_("release date"), null=True, blank=True)
    artwork = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    artwork_words = models.CharField(_("what the cover shows"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_release_slug_per_owner", fields=["owner", "slug"])]
        indexes = [
            models.Index(name="releases_of_owner", fields=["owner", "-created_at", "-id"]),
            models.Index(name="releases_by_upc", fields=["upc"], condition=~Q(upc="")),
        ]

    def get_absolute_url(self) -> str:
        return address("releases:release", self.owner.username, self.slug)

    def __str__(self) -> str:
        return self.title


class ReleaseTrack(models.Model):
    """A track on a release. Each stands on it once."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="entries")
    track = models.ForeignKey(Track, models.CASCADE, related_name="release_entries")
    position = models.PositiveIntegerField()  # in order, with gaps where something was taken out

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(name="one_place_of_a_track", fields=["release", "track"])]

    def __str__(self) -> str:
        return f"{self.track_id} on {self.release_id}"


class ReleasePublication(models.Model):
    """A release is shown to everyone, from when on. No row: only its owner sees it."""

    release = models.OneToOneField(Release, models.CASCADE, related_name="publication")
    starts_at = models.DateTimeField()  # later than now: scheduled, and nothing of it is seen before
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.release_id} from {self.starts_at:%Y-%m-%d %H:%M}"
