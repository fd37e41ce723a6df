"""Matches, and what was said to them: rows that are only added to. `rules.matches` reads off them how one stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.agreements.models import Agreement
from tenuto.agreements.records import Record
from tenuto.base.ids import new_key
from tenuto.rules.matches import Claim
from tenuto.tracks.models import Recording, SecretLink

ACCOUNT = settings.AUTH_USER_MODEL


class Match(models.Model):
    """A recording was recognised as works of one holder, before others could hear it."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    recording = models.ForeignKey(Recording, models.CASCADE, related_name="matches")
    holder = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="matches")
    at = models.DateTimeField(default=timezone.now)
    # The holder learns of it when the uploader wants it heard, or says something to it. Not before.
    told_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # it holds the recording no longer
    # The works were withdrawn or the sound was replaced: there is nothing left to settle.
    lapsed = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(name="one_match_a_holder", fields=["recording", "holder"])]
        indexes = [
            models.Index(name="matches_of_holder", fields=["holder", "-at"]),
            models.Index(name="matches_unsettled", fields=["recording"], condition=Q(settled_at=None)),
        ]

    def get_absolute_url(self) -> str:
        return reverse("matches:match", args=[self.key])

    def __str__(self) -> str:
        return f"{self.recording_id} with works of {self.holder_id}"


class Word(Record):
    """What the uploader says to a match."""

    match = models.ForeignKey(Match, models.CASCADE, related_name="said")
    claim = models.CharField(
        max_length=10,
        choices=[
            (Claim.RIGHTS.value, _("I have the rights")),
            (Claim.AGREEMENT.value, _("An agreement covers it")),
            (Claim.CREDIT.value, _("It is a cover, a remix, or has a sample")),
            (Claim.DISPUTE.value, _("This is a mistake")),
        ],
    )
    words = models.TextField(max_length=2000)
    name = models.CharField(max_length=120, blank=True)  # as typed by whoever gives their word
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(SecretLink, models.SET_NULL, null=True, related_name="+")  # by which the holder hears it
    credit_wanted = models.BooleanField(default=False)  # in the track's description, once it is agreed

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.claim} on {self.match_id}"


class Reply(Record):
    """What the holder says to it."""

    word = models.OneToOneField(Word, models.CASCADE, related_name="reply")
    agrees = models.BooleanField()
    words = models.TextField(max_length=2000, blank=True)
    credit = models.CharField(max_length=300, blank=True)  # how the work is to be named
    by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{'yes' if self.agrees else 'no'} to {self.word_id}"


class Ruling(Record):
    """What staff decided, and why."""

    word = models.OneToOneField(Word, models.CASCADE, related_name="ruling")
    passes = models.BooleanField()
    reasons = models.TextField(max_length=4000)
    by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{'passes' if self.passes else 'stays held'}: {self.word_id}"
