"""Signing up where there are terms: agreeing to them is a box of its own, and is written down."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.entrance import SignupForm as Entrance
from tenuto.accounts.models import Account
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance
from tenuto.terms.versions import in_force


class SignupForm(Entrance):
    """The entrance, and below it the terms. On a site that has published none there is nothing to agree to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = in_force(timezone.now())
        if self.version is None:
            return
        self.fields["terms_digest"] = forms.CharField(widget=forms.HiddenInput, initial=self.version.digest)
        self.fields["terms"] = forms.BooleanField(
            label=format_html(
                '{} <a href="{}" target="_blank">{}</a>',
                _("I agree to the"),
                reverse("terms:version", args=[self.version.number]),
                _("terms of use"),
            ),
            help_text=_(
                "To agree to them allows no use of AI. You decide that afterwards, use by use; until then: no."
            ),
            error_messages={"required": _("Without this we may not keep your music for you.")},
        )

    def clean(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().clean()
        if self.version is not None and fields.get("terms_digest") != self.version.digest:
            self.add_error("terms", _("The terms have changed meanwhile. Read them as they are now."))
            # The form comes back with the words as they are now; the next time, these are what is agreed to.
            typed: QueryDict = self.data.copy()
            typed["terms_digest"] = self.version.digest
            self.data: QueryDict = typed
        return fields

    def save(self, request: HttpRequest) -> Account:
        with transaction.atomic():
            account: Account = super().save(request)
            # Whoever signs up with an address that is known already gets no account, and so accepts nothing.
            if self.version is not None and account is not None:
                digest = self.cleaned_data["terms_digest"]
                accept(account, self.version, digest, [], Acceptance.How.SIGN_UP, at=timezone.now())
        return account
