"""The catalogue: tracks, what was recorded, who may hear it, and the secret links to it."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tenuto.base.ids import new_key, new_secret
from tenuto.base.models import Blob
from tenuto.rules.marks import mark_of
from tenuto.rules.sharing import Regions, Sharing
from tenuto.rules.visibility import Audience, SecretLinkState, Visitor
from tenuto.web.addresses import address


class Licence(models.TextChoices):
    """How others may use a track, in the terms musicians know."""

    ALL_RIGHTS = "all-rights-reserved", _("All rights reserved")
    CC0 = "cc0", _("CC0: no rights reserved")
    BY = "cc-by", _("CC BY: share and change, with credit")
    BY_SA = "cc-by-sa", _("CC BY-SA: with credit, under the same licence")
    BY_ND = "cc-by-nd", _("CC BY-ND: with credit, unchanged")
    BY_NC = "cc-by-nc", _("CC BY-NC: with credit, not for money")
    BY_NC_SA = "cc-by-nc-sa", _("CC BY-NC-SA: with credit, not for money, same licence")
    BY_NC_ND = "cc-by-nc-nd", _("CC BY-NC-ND: with credit, not for money, unchanged")


class SharingSwitches(models.Model):
    """The nine switches of rules.sharing, a column each; the names are the same in both."""

    downloads = models.BooleanField(_("Enable direct downloads"), default=False)
    offline_listening = models.BooleanField(_("Offline listening"), default=True)
    in_feed = models.BooleanField(_("Include in RSS feed"), default=True)
    embeddable = models.BooleanField(_("Display embed code"), default=True)
    app_playback = models.BooleanField(_("Enable app playback"), default=True)
    comments_allowed = models.BooleanField(_("Allow comments"), default=True)
    comments_public = models.BooleanField(_("Show comments to public"), default=True)
    insights_public = models.BooleanField(_("Show track insights to public"), default=True)
    regions = models.CharField(
        _("Geoblocking"),
        max_length=10,
        default=Regions.WORLDWIDE,
        choices=[
            (Regions.WORLDWIDE, _("Worldwide")),
            (Regions.ONLY, _("Exclusive regions")),
            (Regions.EXCEPT, _("Blocked regions")),
        ],
    )
    countries = models.JSONField(_("Countries"), default=list, blank=True)

    class Meta:
        abstract = True

    @property
    def sharing(self) -> Sharing:
        return Sharing(
            downloads=self.downloads,
            offline_listening=self.offline_listening,
            in_feed=self.in_feed,
            embeddable=self.embeddable,
            app_playback=self.app_playback,
            comments_allowed=self.comments_allowed,
            comments_public=self.comments_public,
            insights_public=self.insights_public,
            regions=Regions(self.regions),
            countries=frozenset(self.countries),
        )


class Track(SharingSwitches):
    """One piece of an artist's. It begins in the sketchbook and keeps its address whatever happens to its sound."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tracks")
    title = models.CharField(_("title"), max_length=200)
    slug = models.CharField(_("address"), max_length=80)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    genre = models.CharField(_("genre"), max_length=60, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)  # of short strings
    credits = models.JSONField(_("credits"), default=list, blank=True)  # of [role, name]; tracks.roles
    artwork = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    artwork_words = models.CharField(_("what the cover shows"), max_length=200, blank=True)
    label = models.CharField(_("label"), max_length=120, blank=True)
    release_date = models.DateField(_("release date"), null=True, blank=True)
    isrc = models.CharField(_("ISRC"), max_length=12, blank=True)
    iswc = models.CharField(_("ISWC"), max_length=11, blank=True)
    upc = models.CharField(_("UPC or EAN"), max_length=13, blank=True)
    musicbrainz_recording = models.CharField(_("MusicBrainz recording"), max_length=36, blank=True)
    musicbrainz_work = models.CharField(_("MusicBrainz work"), max_length=36, blank=True)
    licence = models.CharField(_("licence"), max_length=24, choices=Licence.choices, default=Licence.ALL_RIGHTS)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    play_count = models.PositiveBigIntegerField(default=0, editable=False)  # of counted listens; audio.count keeps it
    like_count = models.PositiveBigIntegerField(default=0, editable=False)  # library.likes keeps it
    withheld = models.BooleanField(default=False, editable=False)  # by a decision of staff; reports keeps it
    repost_count = models.PositiveBigIntegerField(default=0, editable=False)  # library.reposts keeps it
    ai_uses = models.PositiveSmallIntegerField(default=0, editable=False)  # rules.marks.Open; consent.current keeps it

    class Meta:
        constraints = [models.UniqueConstraint(name="one_slug_per_owner", fields=["owner", "slug"])]
        indexes = [
            models.Index(name="tracks_of_owner", fields=["owner", "-created_at"]),
            # Whoever holds the rights in a code asks which tracks bear it.
            models.Index(name="tracks_by_isrc", fields=["isrc"], condition=~Q(isrc="")),
            models.Index(name="tracks_by_iswc", fields=["iswc"], condition=~Q(iswc="")),
            models.Index(name="tracks_by_upc", fields=["upc"], condition=~Q(upc="")),
        ]

    @cached_property
    def recording(self) -> "Recording | None":
        """The recording that is heard, if one is ready. Whoever fetches through `tracks.access` has it already."""
        if self.__dict__.get("current_recording_id", ...) is None:
            return None
        return self.recordings.filter(current=True).first()

    @cached_property
    def standings(self) -> dict[Visitor, tuple[Visitor, tuple[SecretLinkState, ...]]]:
        """What `tracks.access` has found out of visitors, for as long as this very object lives. Never saved."""
        return {}

    @property
    def newest_ready(self) -> "Recording | None":
        """The recording that is heard, or is to be heard once nothing holds it."""
        return self.recordings.filter(stage=Recording.Stage.READY).order_by("-pk").first()

    @property
    def ai_mark(self) -> str:
        """The short mark: `held`, or the widest use of AI that is open."""
        return mark_of(self.ai_uses)

    def get_absolute_url(self) -> str:
        return address("tracks:track", self.owner.username, self.slug)

    def __str__(self) -> str:
        return self.title


def identity(track: Track) -> tuple[str, ...]:
    """What agreements find a track by. Whoever changes it tells `TrackIdentified`."""
    return track.isrc, track.iswc, track.upc, track.label


class SlugHistory(models.Model):
    """An address that a track once had. It goes on leading there until the owner gives it to another track."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    slug = models.CharField(max_length=80)
    track = models.ForeignKey(Track, models.CASCADE, related_name="former_slugs")
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_former_slug_per_owner", fields=["owner", "slug"])]

    def __str__(self) -> str:
        return self.slug


class Recording(models.Model):
    """One uploaded file of a track, and what was found in it. Replacing the audio adds a row and keeps the old one."""

    class Stage(models.TextChoices):
        ARRIVED = "arrived", _("Checking")  # all bytes are here; to be examined
        RENDERING = "rendering", _("Rendering")  # it is audio; streams are being made
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Refused")  # the bytes are no use; `refusal` says why
        FAILED = "failed", _("Failed")  # our fault, after every retry; the original is kept

    track = models.ForeignKey(Track, models.CASCADE, related_name="recordings")
    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    # The one that is heard. A replacement becomes current when it is ready, so nobody meets a gap.
    current = models.BooleanField(default=False)
    original = models.ForeignKey(Blob, models.PROTECT, related_name="recordings")
    filename = models.CharField(max_length=255)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.ARRIVED)
    refusal = models.CharField(max_length=40, blank=True)  # a code of dsp.errors
    warning = models.CharField(max_length=40, blank=True)  # "silent"
    progress = models.FloatField(default=0)  # of the stage, 0 to 1
    arrived_at = models.DateTimeField(default=timezone.now)
    stage_since = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)

    # Facts, known once examined
    container = models.CharField(max_length=20, blank=True)
    codec = models.CharField(max_length=30, blank=True)
    channels = models.PositiveSmallIntegerField(null=True)
    sample_rate_hz = models.PositiveIntegerField(null=True)
    bits = models.PositiveSmallIntegerField(null=True)
    lossless = models.BooleanField(null=True)
    tags = models.JSONField(default=dict)  # what the file says of itself: the form's first suggestions

    # Facts, known once rendered
    seconds = models.FloatField(null=True)
    loudness_lufs = models.FloatField(null=True)  # EBU R128 integrated; null when silent
    loudness_range_lu = models.FloatField(null=True)
    true_peak_dbtp = models.FloatField(null=True)
    # 400 peaks, then 400 RMS values, a byte each: enough for any waveform in a list.
    sketch = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_current_recording", fields=["track"], condition=Q(current=True)),
            models.CheckConstraint(name="current_is_ready", condition=Q(current=False) | Q(stage="ready")),
        ]
        indexes = [
            # The sweep asks for what is not finished; that is always few rows.
            models.Index(
                name="recordings_unfinished",
                fields=["stage_since"],
                condition=Q(stage__in=["arrived", "rendering"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.stage})"


class Hold(models.Model):
    """A recording that has come waits before others may hear it: to be looked at, or for people to decide.

    Its owner hears it, and so does whoever has a secret link. The row stays when it is released, and says how.
    """

    class Reason(models.TextChoices):
        UNCHECKED = "unchecked", _("Being checked")
        MATCHED = "matched", _("Held: it was recognised")
        FAILED = "failed", _("Held: the check failed")

    class How(models.TextChoices):
        CLEAR = "clear", _("nothing was recognised")
        SETTLED = "settled", _("it was settled with whoever holds the rights")
        GONE = "gone", _("what it was recognised by is no longer registered")
        STAFF = "staff", _("staff let it pass")

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="hold")
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.UNCHECKED)
    since = models.DateTimeField(default=timezone.now)
    handed_at = models.DateTimeField(null=True)  # when its sound was last given to the check
    released_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, choices=How, blank=True)
    words = models.CharField(max_length=500, blank=True)  # of staff who let it pass
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="released_somehow",
                condition=Q(released_at=None, how="") | (Q(released_at__isnull=False) & ~Q(how="")),
            ),
        ]
        indexes = [models.Index(name="holds_standing", fields=["reason"], condition=Q(released_at=None))]

    @classmethod
    def standing(cls) -> "models.QuerySet[Hold]":
        return cls.objects.filter(released_at=None)

    @classmethod
    def waiting(cls) -> "models.QuerySet[Hold]":
        """Those of recordings that are ready to be looked at, and were not. Of a track's recordings the newest counts:
        what came before it will be heard by nobody.
        """
        return cls.newest().filter(reason=cls.Reason.UNCHECKED)

    @classmethod
    def newest(cls) -> "models.QuerySet[Hold]":
        """Those that stand, of recordings that are ready and were not replaced by another that is."""
        ready = Q(stage=Recording.Stage.READY)
        newer = Recording.objects.filter(ready, track=OuterRef("recording__track"), pk__gt=OuterRef("recording"))
        return cls.standing().filter(recording__stage=Recording.Stage.READY).exclude(Exists(newer))

    def __str__(self) -> str:
        return f"{self.recording_id} {self.reason}"


class Publication(models.Model):
    """A track is shared: with whom, from when, by whom. No row: it is in the sketchbook."""

    track = models.OneToOneField(Track, models.CASCADE, related_name="publication")
    audience = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Audience])
    starts_at = models.DateTimeField()  # later than now: scheduled
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # Copied from the recording and its hold, so that the newest tracks are one walk along one index, however many
    # there are.
    audible = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                name="newest_public",
                fields=["-starts_at", "-id"],
                condition=Q(audience="public", audible=True),
            ),
            # Only owners publish, so this is also the order in which a profile shows its tracks.
            models.Index(name="published_by", fields=["by", "-starts_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} for {self.audience} from {self.starts_at:%Y-%m-%d %H:%M}"


class SecretLink(models.Model):
    """An address that lets whoever holds it hear one track. Revoking keeps the row and its receipts.

    The secret stands here as it is, because its owner copies it again and again; whoever reads this table
    could read the music itself just as well.
    """

    track = models.ForeignKey(Track, models.CASCADE, related_name="links")
    name = models.CharField(_("name"), max_length=80)
    secret = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="link_expires_after_creation",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("tracks:secret", args=[self.secret])

    def __str__(self) -> str:
        return self.name
