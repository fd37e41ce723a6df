"""Organisations, what they agree with artists, and what stands against it: all as rows that are only added to.

How something stands now is read off the rows: an agreement binds when its last wording bears both signatures, an
objection stands until it is withdrawn or rejected, a dispute is open until it is resolved.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.agreements.records import Record
from tenuto.base.ids import new_key
from tenuto.base.models import Blob
from tenuto.tracks.models import Track

ACCOUNT = settings.AUTH_USER_MODEL

# ——— organisations ———


class Organisation(models.Model):
    """A rights holder that speaks through its members. Its name stands in contracts, so it never changes."""

    class Kind(models.TextChoices):
        LABEL = "label", _("Label")
        PUBLISHER = "publisher", _("Publisher")
        SOCIETY = "society", _("Collecting society")
        ESTATE = "estate", _("Estate")

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    website = models.URLField(_("address of its page"), max_length=300, blank=True)
    contact = models.EmailField(_("contact"), help_text=_("Shown to everybody: where artists and staff can write to."))
    founded_by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]

    def get_absolute_url(self) -> str:
        return reverse("agreements:organisation", args=[self.slug])

    def __str__(self) -> str:
        return self.name


class Verification(Record):
    """Staff found that an organisation is who it says, or no longer find so. The latest counts."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="verifications")
    is_verified = models.BooleanField(_("is who it says"))
    how = models.TextField(_("how you know"), max_length=1000)
    by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")  # none: on the command line

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.organisation_id} {'verified' if self.is_verified else 'not verified'} on {self.at:%Y-%m-%d}"


class Membership(models.Model):
    """Somebody was invited to speak for an organisation. They do from `confirmed_at` until `ended_at`."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner: signs, and says who belongs to it")
        SIGNATORY = "signatory", _("Signatory: drafts and signs")
        MEMBER = "member", _("Member: reads and drafts")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    account = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    invited_by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_living_membership", fields=["organisation", "account"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_began", condition=Q(ended_at=None) | Q(ended_at__gte=F("invited_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.organisation_id} as {self.role}"


# ——— agreements ———


class Side(models.TextChoices):
    """Whose word it is."""

    ORGANISATION = "organisation", _("the organisation")
    ARTIST = "artist", _("the artist")

    @property
    def other(self) -> "Side":
        return Side.ARTIST if self is Side.ORGANISATION else Side.ORGANISATION


class Agreement(models.Model):
    """One organisation and one artist, from the first draft on. What they agree stands in its wordings."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements")
    # An artist who has left is named by the wording alone; the other side keeps what it signed.
    artist = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="agreements")
    drafted_by = models.CharField(max_length=12, choices=Side)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def get_absolute_url(self) -> str:
        return reverse("agreements:agreement", args=[self.key])

    def __str__(self) -> str:
        return f"{self.key} of {self.organisation_id} and {self.artist_id}"


class Wording(Record):
    """The whole agreement as one side wrote it down. A new one leaves the signatures under the old one behind."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="wordings")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()  # agreements.wording: canonical, so that one digest stands for it
    digest = models.CharField(max_length=64)  # SHA-256 of the text
    side = models.CharField(max_length=12, choices=Side)
    by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["agreement", "number"]
        constraints = [models.UniqueConstraint(name="one_wording_of_a_number", fields=["agreement", "number"])]

    def __str__(self) -> str:
        return f"wording {self.number} of {self.agreement_id}"


class Document(Record):
    """A file that was attached. Wordings name it by its digest, so a signature covers its bytes too."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="documents")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    side = models.CharField(max_length=12, choices=Side)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Proof(models.TextChoices):
    """The second factor by which somebody showed that it is they who sign."""

    TOTP = "totp", _("a code of their authenticator app")
    RECOVERY_CODES = "recovery_codes", _("a recovery code")
    WEBAUTHN = "webauthn", _("a passkey or security key")


class Signed(Record):
    """What every signature says: who, for which side, under which name, and how they proved to be themselves."""

    side = models.CharField(max_length=12, choices=Side)
    account = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120)  # as they typed it
    method = models.CharField(max_length=16, choices=Proof)

    class Meta(Record.Meta):
        abstract = True


class Signature(Signed):
    """One side signed one wording."""

    wording = models.ForeignKey(Wording, models.CASCADE, related_name="signatures")
    digest = models.CharField(max_length=64)  # of the text that was on the screen

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(name="a_side_signs_a_wording_once", fields=["wording", "side"])]

    def __str__(self) -> str:
        return f"{self.name} for {self.side} under {self.wording_id}"


class Refusal(Record):
    """A draft was given up by one side. Nothing more is signed under it."""

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="refusal")
    side = models.CharField(max_length=12, choices=Side)
    by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.agreement_id} given up by {self.side}"


class Bond(Record):
    """Both have signed the same wording: from here on it binds. Nothing it says begins before this moment."""

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="bond")
    wording = models.OneToOneField(Wording, models.PROTECT, related_name="bond")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)  # as worded; an Ending may come sooner

    class Meta:
        constraints = [
            models.CheckConstraint(name="nothing_binds_before_it_is_signed", condition=Q(starts_at__gte=F("at"))),
            models.CheckConstraint(
                name="a_bond_ends_after_it_starts", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} from {self.starts_at:%Y-%m-%d}"


class Reach(models.Model):
    """One thing that a bond covers, written out so that a track's agreements are found by its codes."""

    class Kind(models.TextChoices):
        ISRC = "isrc", _("ISRC")
        ISWC = "iswc", _("ISWC")
        UPC = "upc", _("UPC or EAN")
        TRACK = "track", _("Track")
        LABEL = "label", _("Label")
        CATALOGUE = "catalogue", _("Whole catalogue")

    bond = models.ForeignKey(Bond, models.CASCADE, related_name="reaches")
    artist = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="a_bond_reaches_a_thing_once", fields=["bond", "kind", "value"])]
        indexes = [
            models.Index(name="reaches_by_code", fields=["kind", "value"]),
            models.Index(name="reaches_of_artist", fields=["artist", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Parting(Signed):
    """One side said, signed, that the agreement shall end at a moment."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="partings")
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.side} would end {self.agreement_id} at {self.ends_at:%Y-%m-%d}"


class Ending(Record):
    """It is settled that an agreement ends at a moment. Of several the earliest counts."""

    class How(models.TextChoices):
        BOTH = "both", _("both sides ended it")
        NOTICE = "notice", _("one side gave notice, as the agreement allows")
        LEFT = "left", _("the artist left")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="endings")
    ends_at = models.DateTimeField()
    how = models.CharField(max_length=8, choices=How)

    class Meta:
        ordering = ["ends_at", "pk"]

    def __str__(self) -> str:
        return f"{self.agreement_id} ends at {self.ends_at:%Y-%m-%d}"


class Turn(models.Model):
    """A moment to come at which a bond begins or ends, so that somebody is told when it is there."""

    bond = models.ForeignKey(Bond, models.CASCADE, related_name="turns")
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_turn_of_a_bond_at_a_moment", fields=["bond", "at"])]
        indexes = [models.Index(name="turns_to_come", fields=["at"], condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.bond_id} at {self.at:%Y-%m-%d %H:%M}"


# ——— objections and disputes ———


class Objection(Record):
    """Somebody with a part in a track said no. It holds from this moment."""

    class Role(models.TextChoices):
        WRITER = "writer", _("I wrote it, or some of it")
        PERFORMER = "performer", _("I perform on it")
        PRODUCER = "producer", _("I produced it")
        PUBLISHER = "publisher", _("I publish the composition")
        LABEL = "label", _("I hold the rights in the recording")
        ARTWORK = "artwork", _("I made the cover or a picture")
        OTHER = "other", _("Something else, which I describe")

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    track = models.ForeignKey(Track, models.CASCADE, related_name="objections")
    # The right outlives the account: an objection stays when its objector leaves, without name and words.
    account = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="objections")
    role = models.CharField(max_length=10, choices=Role)
    cells = models.JSONField(default=list)  # names of cells; empty: all
    words = models.TextField(max_length=2000)

    class Meta:
        ordering = ["-at", "-pk"]

    def get_absolute_url(self) -> str:
        return reverse("agreements:objection", args=[self.key])

    def __str__(self) -> str:
        return f"{self.role} against {self.track_id}"


class Withdrawal(Record):
    """Whoever objected took it back."""

    objection = models.OneToOneField(Objection, models.CASCADE, related_name="withdrawal")

    def __str__(self) -> str:
        return f"{self.objection_id} withdrawn"


class Acceptance(Record):
    """The uploader agrees that an objection is right."""

    objection = models.OneToOneField(Objection, models.CASCADE, related_name="acceptance")

    def __str__(self) -> str:
        return f"{self.objection_id} accepted"


class Dispute(Record):
    """An uploader says that an objection is wrong, or that an agreement of others reaches their track by mistake."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    track = models.ForeignKey(Track, models.CASCADE, related_name="disputes")
    objection = models.OneToOneField(Objection, models.CASCADE, null=True, related_name="dispute")
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, related_name="disputes")
    words = models.TextField(max_length=2000)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_dispute_is_about_one_thing",
                condition=Q(objection=None, agreement__isnull=False) | Q(objection__isnull=False, agreement=None),
            ),
            models.UniqueConstraint(name="a_track_disputes_an_agreement_once", fields=["track", "agreement"]),
        ]

    def get_absolute_url(self) -> str:
        return reverse("agreements:dispute", args=[self.key])

    def __str__(self) -> str:
        return f"over {self.track_id} since {self.at:%Y-%m-%d}"


class Resolution(Record):
    """How a dispute ended, and why."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("upheld: it goes on holding")
        REJECTED = "rejected", _("rejected: it holds no longer")
        WITHDRAWN = "withdrawn", _("withdrawn by whoever raised it")

    dispute = models.OneToOneField(Dispute, models.CASCADE, related_name="resolution")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reasons = models.TextField(max_length=4000, blank=True)
    by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.outcome}"
