"""What people say along tracks, who thanked them with a heart, whom they named, and whose words wait."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.ids import new_key
from tenuto.rules.comments import MOST_LETTERS, Approval
from tenuto.tracks.models import Track


class Comment(models.Model):
    """Said at a moment of a track, or in answer to what was said there. Answers to answers stand beside them.

    Where others answered, and its author takes it back, an empty place stays that says who it was no longer.
    """

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    track = models.ForeignKey(Track, models.CASCADE, related_name="comments", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    at_seconds = models.FloatField(null=True)  # from the beginning of the track
    words = models.CharField(max_length=MOST_LETTERS)
    said_at = models.DateTimeField(default=timezone.now)
    waits = models.BooleanField(default=False)  # until the artist lets it stand
    withheld = models.BooleanField(default=False, editable=False)  # by a decision of staff; reports keeps it

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="said_at_a_moment_or_in_answer",
                condition=Q(parent=None, at_seconds__gte=0) | Q(parent__isnull=False, at_seconds=None),
            ),
            models.CheckConstraint(name="words_have_an_author", condition=Q(author=None) ^ ~Q(words="")),
        ]
        indexes = [
            models.Index(name="comments_of_track", fields=["track", "-id"], condition=Q(parent=None)),
            models.Index(name="comments_that_wait", fields=["track", "said_at"], condition=Q(waits=True)),
        ]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.track_id}"


class Heart(models.Model):
    """Somebody liked what somebody said."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="hearts", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="one_heart_each", fields=["comment", "account"])]

    def __str__(self) -> str:
        return f"{self.account_id} likes comment {self.comment_id}"


class Named(models.Model):
    """A comment names somebody who lets its author name them."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="named", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="named_once_a_comment", fields=["comment", "account"])]

    def __str__(self) -> str:
        return f"comment {self.comment_id} names {self.account_id}"


class Muted(models.Model):
    """Somebody does not want to read somebody else, who is not told."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="muted_once", fields=["by", "account"]),
            models.CheckConstraint(name="mute_others", condition=~Q(by=models.F("account"))),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} does not read {self.account_id}"


class Wish(models.Model):
    """How an artist wants the comments on her tracks."""

    artist = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    approval = models.CharField(
        _("Whose comments wait for you"),
        max_length=10,
        default=Approval.NOBODY.value,
        choices=[
            (Approval.NOBODY.value, _("Nobody’s: every comment stands at once")),
            (Approval.NEWCOMERS.value, _("Those of people who have never commented here before")),
            (Approval.EVERYBODY.value, _("Everybody’s")),
        ],
    )

    def __str__(self) -> str:
        return f"comments wait: {self.approval}"
