"""Versions of the terms, and who accepted which, when and how. Rows of both are written once and never changed."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.rules.terms import Terms, read_terms


class Version(models.Model):
    """One version of the terms, as it was published. Its text is what people accept, so nothing may change it."""

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the text
    published_at = models.DateTimeField(default=timezone.now)
    in_force_at = models.DateTimeField()
    told_until = models.BigIntegerField(default=0)  # accounts up to this key have had their mail about it

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="no_terms_in_force_before_they_are_published",
                condition=models.Q(in_force_at__gte=models.F("published_at")),
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("terms:version", args=[self.number])

    @cached_property
    def terms(self) -> Terms:
        return read_terms(self.text)


class AppendOnly(models.QuerySet[Any]):
    """Rows that are added and never changed. Only whoever deletes an account deletes its rows."""

    def update(self, **fields: Any) -> int:
        raise TypeError("An acceptance is a record. Write a new one.")


class Acceptance(models.Model):
    """Somebody accepted a version, all of it or without some clauses that may be declined. The latest one counts."""

    class How(models.TextChoices):
        SIGN_UP = "sign-up", _("when signing up")
        PAGE = "page", _("on the page of the terms")
        API = "api", _("through the programming interface")
        OPERATOR = "operator", _("by the operator's hand, for an account of the service itself")

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="acceptances")
    version = models.ForeignKey(Version, models.PROTECT, related_name="acceptances")
    digest = models.CharField(max_length=64)  # of the text that was on the screen
    declined = models.JSONField(default=list)  # numbers of clauses
    how = models.CharField(max_length=10, choices=How)
    at = models.DateTimeField(default=timezone.now)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(name="acceptances_of_account", fields=["account", "-at", "-id"])]

    def __str__(self) -> str:
        return f"{self.version} by {self.account_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An acceptance is a record. Write a new one.")
        super().save(*args, **kwargs)
