"""Rows that are written once: what was agreed, signed, objected and decided is added to, never changed."""

from typing import Any

from django.db import models
from django.utils import timezone


class WrittenOnce(models.QuerySet[Any]):
    """Rows that are added. Only whoever deletes an account or a track deletes what is theirs among them."""

    def update(self, **fields: Any) -> int:
        raise TypeError(f"{self.model.__name__} is a record. Write a new one.")


class Record(models.Model):
    """Something that was said or done at a moment, kept as it was."""

    at = models.DateTimeField(default=timezone.now)

    objects = WrittenOnce.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is a record. Write a new one.")
        super().save(*args, **kwargs)
