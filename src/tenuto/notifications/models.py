"""Notices, what each person wants to be told in which way, and where their browsers are reached."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.notifications.channels import Channel


class Notice(models.Model):
    """Somebody is told of something. Only ids stand here: what they mean is asked anew whenever it is read."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)  # of `kinds`
    what = models.CharField(max_length=20, blank=True)  # which of several things of this kind happened
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    about = models.BigIntegerField()  # a row of the feature that the kind is of
    on = models.BigIntegerField()  # notices of one kind on the same are one line
    at = models.DateTimeField(default=timezone.now)
    on_page = models.BooleanField()
    by_mail = models.BooleanField()
    by_push = models.BooleanField()
    read_at = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)
    pushed_to = models.JSONField(default=list)  # devices whose services took it, while another's did not

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="told_once", fields=["to", "kind", "what", "by", "about"], condition=Q(by__isnull=False)
            ),
            models.UniqueConstraint(
                name="told_once_by_nobody", fields=["to", "kind", "what", "about"], condition=Q(by=None)
            ),
        ]
        indexes = [
            models.Index(name="notices_newest_first", fields=["to", "-at", "-id"]),
            models.Index(name="notices_unread", fields=["to"], condition=Q(read_at=None, on_page=True)),
            models.Index(name="notices_by_age", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.what} {self.about} to {self.to_id}"


class Choice(models.Model):
    """Somebody wants, or does not want, to be told of a kind in this way. No row: as the kind begins."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=5, choices=[(one.value, one.value) for one in Channel])
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_choice_each", fields=["account", "kind", "channel"])]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind} by {self.channel}: {self.wanted}"


class Rhythm(models.Model):
    """Somebody wants a digest by mail, so often. No row: none."""

    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    every = models.CharField(max_length=4, choices=Every.choices)
    next_at = models.DateTimeField(db_index=True)
    until = models.BigIntegerField(default=0)  # the id of the last notice that a digest was made of

    def __str__(self) -> str:
        return f"{self.account_id} every {self.every}"


class Device(models.Model):
    """A browser of somebody's, and where its push service takes what is for it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_devices")
    endpoint = models.CharField(max_length=500, unique=True)
    key = models.CharField(max_length=88)  # p256dh, in base64 for addresses
    secret = models.CharField(max_length=24)  # auth, likewise
    name = models.CharField(max_length=80)
    since = models.DateTimeField(default=timezone.now)
    failures = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "-id"]

    def __str__(self) -> str:
        return f"{self.name} of {self.account_id}"


class PushKey(models.Model):
    """The instance's own key, by which push services know it. One row, made at the first use.

    In the database, because all machines of an instance share it; it opens nothing but what stands beside it here.
    """

    number = models.PositiveSmallIntegerField(primary_key=True, default=1)
    private = models.CharField(max_length=44)  # 32 bytes in base64

    class Meta:
        constraints = [models.CheckConstraint(name="one_push_key", condition=Q(number=1))]

    def __str__(self) -> str:
        return "push key"
