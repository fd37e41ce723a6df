"""People at the pages of agreements: with a second factor, and with the fields that a browser would send."""

from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from tenuto.accounts.models import Account
from tenuto.agreements.drafting import current
from tenuto.agreements.models import Agreement, Side
from tests.agreements.agreeing import ISRC
from tests.conftest import signed_in


class Phone:
    """An authenticator app. It shows each code once: a test does not wait half a minute."""

    def __init__(self, account: Account) -> None:
        self.secret = totp.generate_totp_secret()
        totp.TOTP.activate(account, self.secret)
        self._codes: list[str] = [
            totp.format_hotp_value(totp.hotp_value(self.secret, counter))
            for counter in totp.yield_hotp_counters_from_time()
        ]

    def code(self) -> str:
        return self._codes.pop(len(self._codes) // 2)


def draft_fields(**said: Any) -> dict[str, Any]:
    """A draft over the recording of one ISRC that grants sorting."""
    return {
        "title": "Harbour, recordings",
        "assets": ["recording"],
        "isrcs": ISRC,
        "grants": ["recording/organisation/input"],
        "everywhere": "yes",
        **said,
    }


def sign_fields(agreement: Agreement, code: str, **said: Any) -> dict[str, Any]:
    return {"name": "Alma Ferreira", "digest": current(agreement).digest, "code": code, **said}


def browser(account: Account) -> Client:
    return signed_in(account)


def signs_on_page(agreement: Agreement, account: Account, side: Side) -> int:
    """They sign as people do; the status that comes back."""
    response = browser(account).post(
        f"/agreements/{agreement.key}/signature", sign_fields(agreement, Phone(account).code(), side=side)
    )
    return response.status_code
