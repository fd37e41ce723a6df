"""People: accounts, their links, whom they follow, the tokens they hand to programs, and how they leave."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.ids import new_key
from tenuto.base.models import Blob
from tenuto.base.questions import Question, number


class Accounts(UserManager["Account"]):
    """Finds one by its number alone with SQL that was made once: whose page it is every page of a member asks so."""

    def get(self, *args: Any, **kwargs: Any) -> "Account":
        """As ever. Managers of related rows are a kind of this one, and narrow what they find themselves."""
        wanted = kwargs.get("pk")
        if type(self) is not Accounts or args or len(kwargs) > 1 or not isinstance(wanted, int):
            return super().get(*args, **kwargs)
        found: Account | None = _OF_NUMBER.first(number=wanted)
        if found is None:
            raise Account.DoesNotExist(f"no account {wanted}")
        return found


_OF_NUMBER = Question(lambda: Account._base_manager.filter(pk=number("number")))


class Account(AbstractUser):
    """A person or a group. `username` is the handle in addresses: /@alma."""

    username = models.CharField(
        _("handle"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9-]{1,29}\Z",
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
    language = models.CharField(max_length=10, blank=True, editable=False)  # empty: as each browser asks
    quota_bytes = models.PositiveBigIntegerField(
        null=True, blank=True, help_text=_("Empty: the server's own quota holds.")
    )
    first_name = None  # type: ignore[assignment]  # Django's way to drop an inherited column
    last_name = None  # type: ignore[assignment]  # one display name serves every culture better

    objects: ClassVar[Accounts] = Accounts()

    REQUIRED_FIELDS = ["email"]

    class Meta(AbstractUser.Meta):
        constraints = [
            # Whatever way an account comes in, Alma@Example.org and alma@example.org are one person.
            models.UniqueConstraint(Lower("email"), name="one_account_per_email"),
            models.UniqueConstraint(Lower("username"), name="one_account_per_handle"),
        ]

    @property
    def name(self) -> str:
        """What people call them."""
        return self.display_name or self.username

    def get_absolute_url(self) -> str:
        return f"/@{self.username}"

    def __str__(self) -> str:
        return self.name


class FormerHandle(models.Model):
    """A handle that somebody had before. Their old addresses lead to the new ones, and nobody else may take it."""

    handle = models.CharField(max_length=30, primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="former_handles")
    until = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.handle


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


class Block(models.Model):
    """Somebody wants to have nothing to do with somebody else: no following, no comments, no naming."""

    blocker = models.ForeignKey(Account, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Account, models.CASCADE, related_name="blocked_by")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="block_once", fields=["blocker", "blocked"]),
            models.CheckConstraint(name="block_others", condition=~Q(blocker=F("blocked"))),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


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


class Export(models.Model):
    """A copy of everything that somebody has put in, asked for, being packed, or ready to be fetched for a day."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    account = models.OneToOneField(Account, models.CASCADE, related_name="export")
    asked_at = models.DateTimeField(default=timezone.now)
    progress = models.FloatField(default=0)  # 0 to 1
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} of {self.account_id}"


class Removal(models.Model):
    """An account that is being taken away. The row goes with the account, as the very last thing."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="removal")
    asked_at = models.DateTimeField(default=timezone.now)
    # Bytes whose rows are gone and whose files are perhaps not: what a killed worker must begin with again.
    digests = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"of {self.account_id} since {self.asked_at:%Y-%m-%d %H:%M}"
