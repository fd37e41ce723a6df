"""What we ask of django-allauth beyond its defaults."""

from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenuto.accounts import handles, languages
from tenuto.accounts.models import Account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Handles by our rules, letters and errors in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("E-mail and password do not fit together."),
        "username_password_mismatch": _("Handle or e-mail and password do not fit together."),
        "invalid_login": _("Handle or e-mail and password do not fit together."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _(
            "Too many attempts with this name failed, perhaps somebody else's."
            " Wait five minutes, or come in another way: with your e-mail address in place of your handle, or with a"
            " passkey."
        ),
        "rate_limited": _("That was too often in a short time. Wait a little, then try again."),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return handles.free(username)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        said = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
        # Whoever asks for a letter may not be the one who gets it, and has perhaps another language.
        with languages.of(context["user"]) if languages.chosen_by(context.get("user")) else nullcontext():
            super().send_mail(template_prefix, email, said)

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        user.language = get_language() or ""  # letters come in the language in which somebody signed up
        saved: Account = super().save_user(request, user, form, commit)
        return saved


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Passkeys and codes in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right, or no longer. An app's codes change every 30 seconds."),
    }
