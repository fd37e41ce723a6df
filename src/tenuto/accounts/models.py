"""People: accounts, their links, whom they follow, and the tokens they hand to programs."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.models import Blob


class Account(AbstractUser):
    """A person or a group. `username` is the handle in addresses: /@alma."""

    username = models.CharField(
        _("handle"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9-]{1,29}$",
                _("A handle has 2 to 30 small letters, digits or hyphens, and begins with a letter or digit."),
            )
        ],
        error_messages={"unique": _("That handle is taken.")},
    )
    email = models.EmailField(_("e-mail"), unique=True)
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    bio = models.TextField(_("about you"), max_length=2000, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    avatar = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    banner = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    quota_bytes = models.PositiveBigIntegerField(
        null=True, blank=True, help_text=_("Empty: the server's own quota holds.")
    )
    first_name = None  # type: ignore[assignment]  # Django's way to drop an inherited column
    last_name = None  # type: ignore[assignment]  # one display name serves every culture better

    REQUIRED_FIELDS = ["email"]

    @property
    def name(self) -> str:
        """What people call them."""
        return self.display_name or self.username

    def get_absolute_url(self) -> str:
        return f"/@{self.username}"

    def __str__(self) -> str:
        return self.name


class ProfileLink(models.Model):
    """A place elsewhere that a profile points to."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=40)
    url = models.URLField(_("address"), max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class Follow(models.Model):
    """Somebody wants to hear what somebody else publishes."""

    follower = models.ForeignKey(Account, models.CASCADE, related_name="following")
    followed = models.ForeignKey(Account, models.CASCADE, related_name="followers")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="follow_once", fields=["follower", "followed"]),
            models.CheckConstraint(name="follow_others", condition=~Q(follower=F("followed"))),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class AccessToken(models.Model):
    """A secret that lets a program act for its owner. Only its digest is kept."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)  # the first letters, so that people can tell theirs apart
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
