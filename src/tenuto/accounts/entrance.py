"""The entrance: its forms, in plain words, and what happens when two come through it at once."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.views import SignupView as AllauthSignupView
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account


class Overtaken(Exception):
    """Somebody else took the handle or the address between our looking and our writing."""


class SignupForm(AllauthSignupForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form with our words. Its checks, limits and silence about known addresses stay as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email, handle, password = self.fields["email"], self.fields["username"], self.fields["password1"]
        email.label = _("E-mail")
        email.help_text = _("We send a link to it that you must open. Nobody else sees it.")
        handle.label = _("Handle")
        handle.help_text = _(
            "Your address here: /@handle. 2 to 30 small letters, digits or hyphens. You can change it later."
        )
        handle.widget.attrs |= {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        handle.max_length = 31  # a leading @ is forgiven
        password.label = _("Password")
        password.help_text = _("At least 10 characters. Three or four words of your own make a good one.")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # a label above the field stays when one begins to write
        self.order_fields(["username", "email", "password1"])

    def save(self, request: HttpRequest) -> Account:
        """An account and its address, or neither."""
        try:
            with transaction.atomic():
                account: Account = super().save(request)
        except IntegrityError as clash:
            raise Overtaken from clash
        return account


class SignupView(AllauthSignupView):  # type: ignore[misc]  # allauth has no types
    """allauth's page. Whoever is overtaken while signing up is answered as if the other had come long before."""

    def form_valid(self, form: SignupForm) -> HttpResponseBase:
        answer: HttpResponseBase
        try:
            answer = super().form_valid(form)
        except Overtaken:
            form.full_clean()  # what do the checks say now?
            if form.is_valid() and not form.account_already_exists:
                raise
            answer = super().form_valid(form) if form.is_valid() else self.form_invalid(form)
        return answer


class LoginForm(AllauthLoginForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form with our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Handle or e-mail")
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        self.fields["remember"].label = _("Stay signed in on this browser")
