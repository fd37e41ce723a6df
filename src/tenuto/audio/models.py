"""What the journey of a file leaves behind: uploads under way, renditions, and listens."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tenuto.base.ids import new_key, new_secret
from tenuto.base.models import Blob
from tenuto.tracks.models import Recording, SecretLink, Track


class Upload(models.Model):
    """A file on its way in, by the tus protocol. `received_bytes` are on disk and safe."""

    key = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    length_bytes = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    metadata = models.JSONField(default=dict)  # what the client said of it, as it said it
    # What the uploader wished for; honoured when the track is ready.
    replaces = models.ForeignKey(Track, models.CASCADE, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=10, blank=True)  # "", "followers", "public"
    starts_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    # All bytes have come: from here on there is a recording, and this row is only a receipt.
    recording = models.OneToOneField(Recording, models.SET_NULL, null=True, blank=True, related_name="upload")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="received_within_length", condition=Q(received_bytes__lte=F("length_bytes"))),
        ]

    def __str__(self) -> str:
        return f"{self.filename} {self.received_bytes}/{self.length_bytes}"


class Rendition(models.Model):
    """One encoding of a recording: a fragmented MP4 that plays progressively and as HLS."""

    class Kind(models.TextChoices):
        AAC = "aac"
        OPUS = "opus"

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    codecs = models.CharField(max_length=40)  # RFC 6381
    bit_rate = models.PositiveIntegerField()  # bits per second, measured
    segments = models.JSONField()  # [init_bytes, [[offset, bytes, seconds], …]] from the sidx

    class Meta:
        constraints = [models.UniqueConstraint(name="one_rendition_of_a_kind", fields=["recording", "kind"])]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.kind}"


class Waveform(models.Model):
    """Peaks of a recording in the BBC audiowaveform binary format (version 2), at one zoom."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="waveforms")
    samples_per_pixel = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="one_waveform_a_zoom", fields=["recording", "samples_per_pixel"])]

    def __str__(self) -> str:
        return f"{self.recording_id} /{self.samples_per_pixel}"


class MarkedCopy(models.Model):
    """The copy of a recording that others download, with what it said of its use when it was made (audio.marked)."""

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="marked_copy")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    marks = models.CharField(max_length=64)  # the digest of all that it says
    sidecar = models.BinaryField(default=b"")  # content credentials, where the file itself has no place for them
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(db_index=True)  # to the day

    def __str__(self) -> str:
        return f"{self.recording_id} as {self.marks[:12]}"


class Listen(models.Model):
    """Somebody pressed play. What later questions need is kept; network addresses are kept as keyed digests only."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    track = models.ForeignKey(Track, models.CASCADE, related_name="listens")
    recording = models.ForeignKey(Recording, models.SET_NULL, null=True, related_name="+")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="listens"
    )
    listener = models.CharField(max_length=64)  # an account, or an anonymous key; the same for one browser
    network = models.CharField(max_length=64, blank=True)  # HMAC of the address under a key that changes daily
    started_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    delivered_seconds = models.FloatField(default=0)  # of sound that really left the server
    heard_seconds = models.FloatField(default=0)  # that the player says it played
    furthest_seconds = models.FloatField(default=0)  # the furthest position that was played
    source = models.CharField(max_length=20)  # page, front, profile, link, queue, api, plain …
    client = models.CharField(max_length=40, blank=True)  # browser or app family
    country = models.CharField(max_length=2, blank=True)
    link = models.ForeignKey(SecretLink, models.SET_NULL, null=True, blank=True, related_name="listens")
    # Stands in what its listener sees of their own listening; where not, who it was is soon forgotten: audio.remember
    in_history = models.BooleanField(default=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    not_counted = models.CharField(max_length=30, blank=True)  # why not, once it is certain

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="counted_has_no_reason_against", condition=Q(counted_at=None) | Q(not_counted="")
            ),
        ]
        indexes = [
            models.Index(name="listens_of_track", fields=["track", "-started_at"]),
            # Whole days are counted once they are over: statistics.days
            models.Index(name="listens_by_day", fields=["started_at"]),
            models.Index(name="listens_of_listener", fields=["listener", "track", "-started_at"]),
            models.Index(
                name="listens_in_history",
                fields=["account", "-started_at", "-id"],
                condition=Q(in_history=True, account__isnull=False),
            ),
            # What is to be forgotten soon; that is always few rows.
            models.Index(
                name="listens_to_forget", fields=["last_at"], condition=Q(in_history=False, account__isnull=False)
            ),
            # Of one network, what was counted last: of guests, and in players on other people's pages.
            models.Index(
                name="plays_of_network",
                fields=["track", "network", "-counted_at"],
                condition=Q(counted_at__isnull=False),
            ),
            # The sweep asks for what is not decided yet; that is always few rows.
            models.Index(name="listens_undecided", fields=["last_at"], condition=Q(counted_at=None, not_counted="")),
            # Plays of a stretch of time, by track: charts.
            models.Index(name="plays_by_time", fields=["counted_at", "track"], condition=Q(counted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.track_id}"


class Downloads(models.Model):
    """How many people downloaded a track on a day (UTC), by country. Nobody is named, also not by a digest."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="downloads_by_day", db_index=False)
    day = models.DateField()
    country = models.CharField(max_length=2, blank=True)
    people = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="downloads_of_a_day_once", fields=["track", "day", "country"]),
        ]

    def __str__(self) -> str:
        return f"{self.people} of {self.track_id} on {self.day}"


class PausedHistory(models.Model):
    """Somebody does not want what they hear to be kept for them. No row: it is kept."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="paused_history"
    )
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} since {self.since:%Y-%m-%d %H:%M}"
