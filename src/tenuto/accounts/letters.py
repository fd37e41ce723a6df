"""Letters to people: a template whose first line is the subject, filled in for each in their language, and sent."""

from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from tenuto.accounts import languages
from tenuto.accounts.models import Account


def post(template: str, to: Iterable[Account | None], context: Mapping[str, Any]) -> None:
    """Hand a letter for each of these people to the mail server; those who have left, or no address, get none."""
    people = {one.pk: one for one in to if one is not None and one.is_active}
    proven = EmailAddress.objects.filter(user__in=people, primary=True, verified=True).order_by("user_id")
    addresses = proven.values_list("user_id", "email")
    mails = []
    for account_id, address in addresses:
        said = {"account": people[account_id], "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        with languages.of(people[account_id]):
            words = render_to_string(template, {**said, **context}).strip()
        subject, _line, body = words.partition("\n")
        mails.append(
            EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", body.strip() + "\n", to=[address])
        )
    get_connection().send_messages(mails)
