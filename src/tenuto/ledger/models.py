"""The rows of the log. The database itself refuses to change one or to let one vanish (see the first migration)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

# Tags are like random bytes. One index over all of them would be written to in as many places as a batch has entries:
# 4 MB of the write-ahead log for 1,000 entries, measured among 300,000. So it begins anew every 16,384 entries.
STRETCH_BITS = 14


class Entry(models.Model):
    """One entry of the log, at the place it has for ever. The leaf is public; what opens it only its key reads."""

    index = models.BigAutoField(primary_key=True)  # from 0 on, without a gap; ledger.book gives it
    at = models.DateTimeField(default=timezone.now)
    leaf = models.BinaryField()  # exactly the bytes that stand in the public log
    # For blinded entries. The tag is derived from the subject's key: the row does not say what it is about.
    tag = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)  # nonce and body, encrypted (ledger.seals)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["index"]
        indexes = [
            models.Index(
                F("index").bitrightshift(STRETCH_BITS), "tag", name="tags_by_stretch", condition=Q(tag__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"entry {self.index}"


class Registration(models.Model):
    """Where a subject was first spoken of, by its tag: one look, however many entries there are about it."""

    tag = models.BinaryField(primary_key=True)
    index = models.BigIntegerField()

    def __str__(self) -> str:
        return f"registration {self.index}"


class DrawnManifest(models.Model):
    """The list of works of one job, as it was drawn up. Its leaves lie in a public file named by their root."""

    manifest = models.CharField(max_length=64, unique=True)  # SHA-256 of the job's header, in hex
    header = models.BinaryField()  # the header's canonical bytes
    root = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # with what was added to hide the count
    count = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"manifest {self.manifest[:12]} of {self.count}"


class Log(models.Model):
    """One log of this instance, and its head: how far it is signed. There is one, unless it had to be continued.

    The head is moved by compare-and-swap, and the database refuses to move it back.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)  # 1, and 2 for the one that continues it
    origin = models.CharField(max_length=200, unique=True)
    offset = models.BigIntegerField(default=0)  # the book's index of its first entry
    opened_at = models.DateTimeField(default=timezone.now)
    size = models.BigIntegerField(default=0)
    note = models.BinaryField(default=b"")  # the signed checkpoint of this size, with what witnesses added
    signed_at = models.DateTimeField(null=True)
    witnessed = models.BinaryField(default=b"")  # the last checkpoint with the cosignatures of a quorum

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(name="a_signed_log_has_its_checkpoint", condition=Q(size=0) | ~Q(note=b""))
        ]

    def __str__(self) -> str:
        return f"{self.origin}, {self.size} entries"


class WatchedLog(models.Model):
    """A log of somebody else that this instance witnesses, and what of it was cosigned last."""

    origin = models.CharField(max_length=200, unique=True)
    keys = models.JSONField(default=list)  # vkeys that may sign for it
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(default=b"")
    note = models.BinaryField(default=b"")  # that checkpoint with our cosignature
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["origin"]

    def __str__(self) -> str:
        return f"{self.origin}, {self.size} entries"
