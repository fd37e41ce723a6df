"""What is remembered of those who ask for music: how much they took today, what was stopped, appeals, licences.

Nobody's network address stands here: `who` is a keyed digest that changes every day, a browser's own digest, or an
account. Of listening nothing is kept that outlives two days.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tenuto.base.ids import new_key
from tenuto.rules.budgets import Reason
from tenuto.rules.cells import Purpose

REASONS = [(reason.value, reason.value) for reason in Reason]


class Taking(models.Model):
    """How much of one track somebody took and heard on one day. Written by safeguards.visitors.meter, in sums."""

    day = models.DateField()
    who = models.CharField(max_length=48)
    track_id = models.PositiveBigIntegerField()  # a number, not a relation: the row is gone in two days
    taken_seconds = models.FloatField(default=0)
    heard_seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_taking_a_day", fields=["day", "who", "track_id"])]

    def __str__(self) -> str:
        return f"{self.who[:8]} {self.track_id}"


class Acquaintance(models.Model):
    """Which account a browser, or a program, belongs to: so that sound need not ask for it each time."""

    who = models.CharField(max_length=48, primary_key=True)
    account_id = models.PositiveBigIntegerField()
    is_member = models.BooleanField()
    day = models.DateField()

    def __str__(self) -> str:
        return self.who[:8]


class Stopped(models.Model):
    """Somebody was kept from music on one day, for one reason, so many times."""

    day = models.DateField()
    who = models.CharField(max_length=48)
    reason = models.CharField(max_length=12, choices=REASONS)
    times = models.PositiveBigIntegerField(default=0)
    agent = models.CharField(max_length=60, blank=True)  # a crawler's name, or the family of a browser
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_stopped_a_day", fields=["day", "who", "reason"])]
        indexes = [models.Index(name="stopped_lately", fields=["-last_at"])]

    def __str__(self) -> str:
        return f"{self.who[:8]} {self.reason}"


class StoppedOfTrack(models.Model):
    """How often somebody was kept from one track on one day. Its artist reads this."""

    day = models.DateField()
    track_id = models.PositiveBigIntegerField(db_index=True)
    reason = models.CharField(max_length=12, choices=REASONS)
    times = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_stopped_of_track", fields=["day", "track_id", "reason"])]

    def __str__(self) -> str:
        return f"{self.track_id} {self.reason}"


class Appeal(models.Model):
    """A person says that they were stopped wrongly. Granted, they go on until `granted_until`."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    who = models.CharField(max_length=48, unique=True)  # one appeal at a time; the next words replace the last
    reason = models.CharField(max_length=12, choices=REASONS)
    words = models.CharField(max_length=1000)
    contact = models.EmailField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    granted_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="granted_is_answered", condition=Q(granted_until=None) | Q(answered_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.key


class Agent(models.Model):
    """A crawler whose signatures are checked. Its keys are fetched by a worker, never while somebody waits."""

    origin = models.CharField(max_length=200, unique=True)  # as https://crawler.example
    name = models.CharField(max_length=80)
    keys = models.JSONField(default=dict)  # the thumbprint of each key, and its public part
    fetched_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class PublishedRanges(models.Model):
    """The networks that a crawler's operator publishes. Loaded by `tenuto crawlers`, never while somebody waits."""

    crawler = models.CharField(max_length=60, primary_key=True)  # its name in rules.known_crawlers
    networks = models.JSONField(default=list)
    source = models.CharField(max_length=300)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.crawler


class Licence(models.Model):
    """An artist lets one named party's crawler have their public tracks for one purpose. Revoking keeps the row."""

    class Purpose(models.TextChoices):
        GENERATIVE = Purpose.GENERATIVE.value
        THIRD_PARTY = Purpose.THIRD_PARTY.value

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    artist = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="crawler_licences")
    holder = models.CharField(max_length=80)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    agent = models.CharField(max_length=200, blank=True)  # only requests that this origin signs; empty: any
    digest = models.CharField(max_length=64, unique=True)  # of the token; the token itself is shown once
    hint = models.CharField(max_length=4)
    issued_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.holder} {self.purpose}"


class Offer(models.Model):
    """On which terms an artist would license crawlers: their own words, and where to ask."""

    artist = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="crawler_offer"
    )
    words = models.CharField(max_length=500)
    address = models.CharField(max_length=200)  # https: or mailto:
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.words[:30]
