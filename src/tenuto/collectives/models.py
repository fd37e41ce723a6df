"""Collectives, who belongs to them, and which music its artists show under them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.models import Blob
from tenuto.library.releases.models import Release
from tenuto.rules.collectives import Role
from tenuto.tracks.models import Track


class Collective(models.Model):
    """A name under which several people show their music. It owns none of it: see docs/decisions/0033."""

    class Kind(models.TextChoices):
        COLLECTIVE = "collective", _("Collective")
        BAND = "band", _("Band or group")
        LABEL = "label", _("Label")

    slug = models.CharField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("what it is"), max_length=10, choices=Kind.choices, default=Kind.COLLECTIVE)
    about = models.TextField(_("about it"), max_length=2000, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    website = models.URLField(_("address of its page"), max_length=300, blank=True)
    picture = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now, editable=False)

    def get_absolute_url(self) -> str:
        return reverse("collectives:collective", args=[self.slug])

    def __str__(self) -> str:
        return self.name


ROLES = [
    (Role.MEMBER.value, _("Member: shows their own music under it")),
    (Role.EDITOR.value, _("Editor: also changes its words and picture, and takes music off")),
    (Role.OWNER.value, _("Owner: also says who belongs to it")),
]


ROLE_NAMES = [(Role.MEMBER.value, _("Member")), (Role.EDITOR.value, _("Editor")), (Role.OWNER.value, _("Owner"))]


class Membership(models.Model):
    """Somebody was asked into a collective, and belongs to it once they said yes. The page names whoever lets it."""

    collective = models.ForeignKey(Collective, models.CASCADE, related_name="memberships")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="collective_memberships")
    role = models.CharField(_("role"), max_length=10, choices=ROLES, default=Role.MEMBER.value)
    is_shown = models.BooleanField(default=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="in_a_collective_once", fields=["collective", "account"]),
            models.CheckConstraint(
                name="joined_after_invited", condition=Q(joined_at=None) | Q(joined_at__gte=F("invited_at"))
            ),
            models.CheckConstraint(name="shown_once_joined", condition=Q(is_shown=False) | Q(joined_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.collective_id} as {self.role}"


class Declined(models.Model):
    """Somebody said no to an invitation, or went: the last time. For a while they are not asked again."""

    collective = models.ForeignKey(Collective, models.CASCADE, related_name="declined")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="declined_collective_once", fields=["collective", "account"])]

    def __str__(self) -> str:
        return f"{self.account_id} said no to {self.collective_id}"


class Shown(models.Model):
    """A member shows a track or a release of their own under a collective, for as long as they belong to it."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="shown")
    track = models.ForeignKey(Track, models.CASCADE, null=True, related_name="+")
    release = models.ForeignKey(Release, models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="track_shown_once", fields=["membership", "track"]),
            models.UniqueConstraint(name="release_shown_once", fields=["membership", "release"]),
            models.CheckConstraint(
                name="shows_one_thing",
                condition=Q(track=None, release__isnull=False) | Q(track__isnull=False, release=None),
            ),
        ]
        indexes = [models.Index(name="shown_newest_first", fields=["-since", "-id"])]

    def __str__(self) -> str:
        return f"{self.track_id or self.release_id} by {self.membership_id}"
