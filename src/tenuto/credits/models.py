"""People who are asked to stand behind a credit, what they said, and the codes by which registers know them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.blocks import blocked_between
from tenuto.base.ids import new_key
from tenuto.tracks.models import Track
from tenuto.tracks.roles import role_words


class Credited(models.Model):
    """Somebody here is asked whether a credit means them, in the words that the track has of it.

    The words are the artist's, and stand without anybody's yes. What the yes adds is the person: a link to them, and
    the track among their credits. Should the words change, it is no longer what they said yes to, and counts no more.
    """

    class Answer(models.TextChoices):
        OPEN = "", _("not confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")
        TAKEN_BACK = "taken_back", _("taken back")  # by the artist; the row stays, so that it counts as asked

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    track = models.ForeignKey(Track, models.CASCADE, related_name="credited", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="credited", db_index=False)
    title = models.CharField(max_length=200, blank=True)  # of the track, as it was asked
    role = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="asked_once_a_role", fields=["track", "account", "role"]),
            models.CheckConstraint(
                name="answered_at_a_moment",
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="credited_people", fields=["account", "answer", "-id"])]

    @classmethod
    def between_friends(cls) -> "models.QuerySet[Credited]":
        """Those not taken back, between two people who are here and of whom neither blocks the other."""
        asked = cls.objects.exclude(answer=cls.Answer.TAKEN_BACK)
        here = asked.filter(account__is_active=True, track__owner__is_active=True)
        return here.exclude(blocked_between("track__owner", "account"))

    @property
    def is_worded_so(self) -> bool:
        """Does the track still say it in these words?"""
        return [self.role, self.name] in self.track.credits

    @property
    def role_words(self) -> str:
        """What they did, in the reader's language."""
        return role_words(self.role)

    def __str__(self) -> str:
        return f"{self.account_id}, {self.role} of {self.track_id}"


class PartyCodes(models.Model):
    """How registers of rights and of music know somebody. Shown with their credits."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="codes")
    isni = models.CharField(_("ISNI"), max_length=16, blank=True)
    ipi = models.CharField(_("IPI name number"), max_length=11, blank=True)
    musicbrainz_artist = models.CharField(_("MusicBrainz artist"), max_length=36, blank=True)

    def __str__(self) -> str:
        return f"codes of {self.account_id}"


def newest_first(found: "models.QuerySet[Credited]") -> "models.QuerySet[Credited]":
    """As lists show them."""
    return found.select_related("track__owner", "account").order_by(F("pk").desc())
