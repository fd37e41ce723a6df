"""The one question about AI at sign-up: short, honest, with nothing preselected. Whoever leaves it out has said no."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.consent.answer import HOLD_EVERYTHING, Wish, answer_by_default
from tenuto.consent.models import Act
from tenuto.consent.stances import account_stance
from tenuto.rules.cells import LICENCE_ONLY, NEEDED, Purpose, Use, cells_of
from tenuto.terms.signing_up import SignupForm as Entrance

# To be found, by what a method reads and keeps. Nothing in it is trained on, built with, or leaves the house.
TO_BE_FOUND = (
    (cells_of(purpose=Purpose.RECOMMENDATION) | cells_of(purpose=Purpose.ORGANISATION))
    & (cells_of(use=Use.INPUT) | cells_of(use=Use.INFORM))
    & ~LICENCE_ONLY
    & ~NEEDED
)


class SignupForm(Entrance):
    """The entrance, the terms, and what AI may do with what will be uploaded."""

    ANSWERS = [
        ("held", _("No. Hold everything.")),
        ("found", _("To help people find it: recommend it and sort it. Nothing may be trained on it.")),
        ("later", _("I will decide later. Until then, everything is held.")),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.version is None:
            return  # without terms nothing can be allowed, so there is nothing to ask
        self.fields["ai"] = forms.ChoiceField(
            label=_("May AI use what you will upload?"),
            choices=self.ANSWERS,
            widget=forms.RadioSelect,
            required=False,
            help_text=_("You can leave this out. You can change it at any time, use by use and track by track."),
        )
        self.order_fields(["username", "email", "password1", "ai", "terms"])

    def save(self, request: HttpRequest) -> Account:
        with transaction.atomic():
            account = super().save(request)
            # Whoever signs up with an address that is known already gets no account, and so says nothing.
            if account is not None and (said := self.cleaned_data.get("ai")) in {"held", "found"}:
                now = timezone.now()
                terms = account_stance(account, now).terms
                named = terms.named if terms else 0
                wish = HOLD_EVERYTHING if said == "held" else Wish(allowed=TO_BE_FOUND & named)
                answer_by_default(account, wish, Act.How.SIGN_UP, at=now)
        return account
