"""Rows that every feature stands on: stored bytes, and work still to be done."""

from django.db import models
from django.utils import timezone


class Blob(models.Model):
    """One file in content-addressed storage. Its name is the SHA-256 of its bytes.

    Whoever uses the bytes holds a protected foreign key to this row, so the database itself refuses to
    forget bytes that somebody still needs: two tracks may share one file, and deleting one leaves the other
    whole. Files nobody refers to are removed later, by `storage.sweep`, never in an error path.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:12]
