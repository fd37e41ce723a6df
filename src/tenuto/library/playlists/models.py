"""Playlists, what is on them, and who works on them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.blocks import blocked_between
from tenuto.base.ids import new_key, new_secret
from tenuto.rules.playlists import Openness
from tenuto.tracks.models import Track


class Playlist(models.Model):
    """Tracks in an order that somebody chose."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="playlists")
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    openness = models.CharField(
        _("who sees it"),
        max_length=10,
        default=Openness.PRIVATE.value,
        choices=[
            (Openness.PRIVATE.value, _("Only you, and whom you invite")),
            (Openness.LINK.value, _("Whoever has its secret address")),
            (Openness.PUBLIC.value, _("Everyone; it stands on your profile")),
        ],
    )
    # In clear, as the secret links of tracks are: its owner copies it again and again.
    secret = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(name="playlists_of_owner", fields=["owner", "-changed_at", "-id"])]

    def get_absolute_url(self) -> str:
        return reverse("playlists:playlist", args=[self.key])

    def secret_url(self) -> str:
        return reverse("playlists:by-link", args=[self.secret])

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """A track on a playlist. Each stands on it once, so that its key is its name there."""

    playlist = models.ForeignKey(Playlist, models.CASCADE, related_name="entries")
    track = models.ForeignKey(Track, models.CASCADE, related_name="playlist_entries")
    # In order, with gaps where something was taken out. Equal only while two are exchanged under the playlist's lock.
    position = models.PositiveIntegerField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(name="one_entry_of_a_track", fields=["playlist", "track"])]
        indexes = [models.Index(name="entries_in_order", fields=["playlist", "position"])]

    def __str__(self) -> str:
        return f"{self.track_id} on {self.playlist_id}"


class Invitation(models.Model):
    """Somebody may work on a playlist: asked by its owner, and one of those who do once they said yes."""

    playlist = models.ForeignKey(Playlist, models.CASCADE, related_name="invitations")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="playlist_invitations")
    invited_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="invited_once", fields=["playlist", "account"]),
            models.CheckConstraint(
                name="accepted_after_invited", condition=Q(accepted_at=None) | Q(accepted_at__gte=F("invited_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} for {self.playlist_id}"


class Declined(models.Model):
    """Somebody said no to an invitation, or went: the last time. For a while they are not asked again."""

    playlist = models.ForeignKey(Playlist, models.CASCADE, related_name="declined")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="declined_playlist_once", fields=["playlist", "account"])]

    def __str__(self) -> str:
        return f"{self.account_id} said no to {self.playlist_id}"


def open_invitations() -> QuerySet[Invitation]:
    """Those between people of whom neither has blocked the other: a block closes what was open, from its moment on."""
    return Invitation.objects.exclude(blocked_between("playlist__owner", "account"))
