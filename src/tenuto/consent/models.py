"""What was answered, when and how; and, projected from it, what is open in each track now.

Acts are written once and never changed. Where things stand at a moment is made of them by rules.consent_history.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.ids import new_key
from tenuto.consent.masks import MaskField
from tenuto.rules.cells import Asset, Purpose
from tenuto.tracks.models import Track


class AppendOnly(models.QuerySet[Any]):
    """Rows that are added and never changed. They go with the account whose word they are."""

    def update(self, **fields: Any) -> int:
        raise TypeError("An answer is a record. Write a new one.")


class Album(models.Model):
    """Tracks for which one answer can be given together: an album, EP or single, which `library.releases` keeps.

    Known here by its key. The row stays when the release is deleted, for the sake of what was said and decided.
    """

    key = models.CharField(max_length=12, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)  # what it is called, or was called last
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


class Inclusion(models.Model):
    """A track came onto an album. What was said for the album holds for it from then on, until it leaves."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="inclusions")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="inclusions_of_track", fields=["track", "album"])]

    def __str__(self) -> str:
        return f"{self.track_id} on {self.album_id}"


class Leaving(models.Model):
    """A track left an album again, or the album ended."""

    inclusion = models.OneToOneField(Inclusion, models.CASCADE, related_name="leaving")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"end of {self.inclusion_id}"


class Act(models.Model):
    """One act of answering: these cells allowed, those held, others left to the next layer again."""

    class Layer(models.TextChoices):
        TRACKS = "tracks", _("for some tracks")
        ALBUM = "album", _("for an album")
        ACCOUNT = "account", _("for everything, as the account's default")
        LISTENER = "listener", _("for one's own listening")

    class How(models.TextChoices):
        PAGE = "page", _("on a page")
        API = "api", _("through the programming interface")
        COMMAND = "command", _("by the operator, on the command line")
        SIGN_UP = "sign-up", _("when signing up")
        FILE = "file", _("by what the uploaded file says")

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="acts")
    layer = models.CharField(max_length=8, choices=Layer)
    allowed = MaskField()
    held = MaskField()
    cleared = MaskField()
    tracks = models.ManyToManyField(Track, through="ActTrack", related_name="acts")
    album = models.ForeignKey(Album, models.CASCADE, null=True, related_name="acts")  # for which it speaks, if for one
    track_count = models.PositiveIntegerField(default=0)  # when it was done; some may be gone since
    how = models.CharField(max_length=8, choices=How)
    attested = models.CharField(max_length=20, blank=True)  # the sentence of consent.reserving that was said with it
    at = models.DateTimeField(default=timezone.now)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(name="acts_of_account", fields=["account", "layer", "at"])]
        constraints = [
            models.CheckConstraint(
                name="album_where_it_is_for_one",
                condition=models.Q(layer="album", album__isnull=False)
                | ~models.Q(layer="album") & models.Q(album=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.account_id}, {self.layer}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An answer is a record. Write a new one.")
        super().save(*args, **kwargs)


class ActTrack(models.Model):
    """An act speaks of a track."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="+")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_act_once_a_track", fields=["track", "act"])]

    def __str__(self) -> str:
        return f"{self.act_id} on {self.track_id}"


class Stop(models.Model):
    """The operator stopped a purpose, for everybody, until it is resumed."""

    purpose = models.CharField(max_length=20, choices=[(purpose.value, purpose.value) for purpose in Purpose])
    reason = models.CharField(max_length=500, blank=True)  # for everybody to read
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_stop_a_purpose", fields=["purpose"], condition=models.Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.purpose} stopped"


class Consent(models.Model):
    """What is open in a track now, 32 bits an asset; see rules.cells. Kept by `consent.current`, and by nothing else.

    Stopped purposes are not taken out here: they concern every track at once, so whoever reads takes them out.
    """

    track = models.OneToOneField(Track, models.CASCADE, primary_key=True, related_name="+")
    recording = models.BigIntegerField(default=0)
    composition = models.BigIntegerField(default=0)
    lyrics = models.BigIntegerField(default=0)
    artwork = models.BigIntegerField(default=0)
    logo = models.BigIntegerField(default=0)
    image = models.BigIntegerField(default=0)
    metadata = models.BigIntegerField(default=0)
    listening = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"what is open in {self.track_id}"


# ——— what of it stands in the log ———


class Logged(models.Model):
    """An act that changed consent stands in the log: once under the key of each account whose works it concerns."""

    kind = models.CharField(max_length=12)  # consent.entries.What
    row = models.BigIntegerField()  # the act's own row, by the number that a decision's basis has
    account_id = models.BigIntegerField()  # a plain number: PUBLIC for what everybody can read
    entry = models.BigIntegerField()  # of the book

    class Meta:
        constraints = [models.UniqueConstraint(name="logged_once", fields=["kind", "row", "account_id"])]
        indexes = [models.Index(name="logged_of_account", fields=["account_id", "-entry"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.row} in entry {self.entry}"


class LoggedUntil(models.Model):
    """Up to which row the acts of a kind were looked at, so that a sweep reads only what is new."""

    kind = models.CharField(max_length=12, unique=True)
    row = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} until {self.row}"


# ——— the standing map ———


class Unmapped(models.Model):
    """The map should look at a track. A row for every reason: one that comes meanwhile is not taken for the other."""

    track_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.track_id} is to be mapped"


class MapPage(models.Model):
    """A part of the map as it was or is, named by its hash (rules.standing_pages). Never changed."""

    hash = models.BinaryField(primary_key=True, max_length=32)
    content = models.BinaryField()

    def __str__(self) -> str:
        return bytes(self.hash).hex()[:12]


class MapEpoch(models.Model):
    """The map's root at a moment, as the log has it."""

    number = models.PositiveBigIntegerField(primary_key=True)  # from 1
    root = models.BinaryField()
    entry = models.BigIntegerField()  # of the book
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"epoch {self.number}"


class MapState(models.Model):
    """What stands of a track in the map, from an epoch on until its next row."""

    track_id = models.BigIntegerField()  # a plain number: only its artist is shown it, and it goes with the track
    epoch = models.ForeignKey(MapEpoch, models.PROTECT, related_name="+", db_index=False)
    cells = MaskField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_state_an_epoch", fields=["track_id", "epoch"])]

    def __str__(self) -> str:
        return f"{self.track_id} from {self.epoch}"


COLUMNS = tuple(asset.value for asset in Asset)  # in the order of their bits
