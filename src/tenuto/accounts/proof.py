"""The second factor, asked for anew at the moment of an act that binds: a code or a passkey, each good for one act.

allauth lets a code of an authenticator app pass once in 30 seconds. With the half minute of tolerance on either side
a code is right for three times as long, so somebody who saw it typed could use it again. Here it passes once, at the
way in as well (settings.MFA_FORMS). It also fails where a passkey's answer is not even of the right shape.
"""

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm as BaseWebAuthnForm
from allauth.mfa.webauthn.forms import LoginWebAuthnForm as AllauthLoginWebAuthnForm
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm as AllauthReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account

COMES_BACK_TO = "comes_back_to"  # in the session: the page that asked for a second factor


class EachCodeOnce(BaseAuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A code that was right is right no more, for as long as its half minutes last."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            plain = "".join(letter for letter in code if letter.isalnum()).lower()
            lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
            if not cache.add(f"accounts.proof.used?user={self.user.pk}&code={plain}", "y", timeout=lasts):
                raise get_adapter().validation_error("incorrect_code")
        return code


class SoundCredential(BaseWebAuthnForm):  # type: ignore[misc]
    """A passkey's answer that lacks its parts is a wrong answer, no failure of ours."""

    def clean_credential(self) -> Authenticator:
        try:
            shown: Authenticator = super().clean_credential()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return shown


class AuthenticateForm(EachCodeOnce, AllauthAuthenticateForm):  # type: ignore[misc]
    """At the way in."""


class ReauthenticateForm(EachCodeOnce, AllauthReauthenticateForm):  # type: ignore[misc]
    """Before something that is worth protecting."""


class AuthenticateWebAuthnForm(SoundCredential):
    """As the second step of the way in."""


class LoginWebAuthnForm(SoundCredential, AllauthLoginWebAuthnForm):  # type: ignore[misc]
    """As the only step."""


class ReauthenticateWebAuthnForm(SoundCredential, AllauthReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something that is worth protecting."""


class ProofForm(forms.Form):
    """The fields by which one shows on a page that it is oneself: a code is typed, or a passkey answers."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        required=False,
        help_text=_("The one that your authenticator app shows now, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    credential = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def prove(self, account: Account) -> str | None:
        """The kind of factor that was shown, or None with a word beside the field. Only after `is_valid`.

        Each try counts against the limit of tries, so nothing that wraps this may be rolled back where it says None.
        """
        if typed := self.cleaned_data["credential"]:
            return self._by(AuthenticateWebAuthnForm(user=account, data={"credential": typed}))
        if not self.cleaned_data["code"]:
            self.add_error("code", _("Type a code, or use a passkey."))
            return None
        return self._by(EachCodeOnce(user=account, data={"code": self.cleaned_data["code"]}))

    def _by(self, asked: Any) -> str | None:
        if not asked.is_valid():
            for wrong in asked.errors.values():
                self.add_error("code", wrong)
            return None
        shown: Authenticator = asked.cleaned_data.get("credential") or asked.authenticator
        shown.record_usage()
        return str(shown.type)


def has_second_factor(account: Account) -> bool:
    return bool(is_mfa_enabled(account))


def passkey_options(account: Account) -> dict[str, Any] | None:
    """What the browser needs to ask for a passkey, remembered with the session; None where there is no passkey."""
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).exists():
        return None
    return {"request_options": webauthn.begin_authentication(account)}


def send_to_set_up(request: HttpRequest, back_to: str) -> str:
    """The page on which one sets a second factor up. It leads back to `back_to`, an address of ours."""
    request.session[COMES_BACK_TO] = back_to
    return reverse("mfa_index")
