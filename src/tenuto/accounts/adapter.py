"""What we ask of django-allauth beyond its defaults."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenuto.accounts import handles


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Handles by our rules, letters and errors in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("E-mail and password do not fit together."),
        "username_password_mismatch": _("Handle or e-mail and password do not fit together."),
        "invalid_login": _("Handle or e-mail and password do not fit together."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _("Too many attempts failed. Wait five minutes, then try again."),
        "rate_limited": _("That was too often in a short time. Wait a little, then try again."),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return handles.free(username)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(
            template_prefix, email, {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
        )


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Passkeys and codes in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right, or no longer. An app's codes change every 30 seconds."),
    }
