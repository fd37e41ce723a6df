"""Tells everybody of a new version: by mail, once each, in batches that survive a worker's death."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_tasks import task

from tenuto.accounts import languages
from tenuto.accounts.models import Account
from tenuto.base import jobs
from tenuto.base.events import on
from tenuto.terms.events import TermsPublished
from tenuto.terms.models import Version
from tenuto.terms.versions import version

BATCH = 100


@on(TermsPublished)
def send_word(event: TermsPublished) -> None:
    jobs.send(tell_everybody, event.number, once=f"terms:{event.number}")


@jobs.every(seconds=300)
def take_up(now: datetime) -> None:
    """Send again what has no living job: versions of which not everybody was told yet."""
    last = Account.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for number in Version.objects.filter(number__gt=1, in_force_at__gt=now, told_until__lt=last).values_list(
        "number", flat=True
    ):
        jobs.send(tell_everybody, number, once=f"terms:{number}")


@task(queue_name="default")
def tell_everybody(number: int) -> None:
    """Mail each account that was there when the version was announced. Killed, it goes on after the last batch.

    The mark is moved after the mails of a batch were handed over: whoever was told twice is better off than whoever
    was not told at all.
    """
    announced = version(number)
    if announced.number == 1:
        return  # nobody was here before the first
    while True:
        batch = list(
            Account.objects.filter(
                pk__gt=announced.told_until, is_active=True, date_joined__lte=announced.published_at
            ).order_by("pk")[:BATCH]
        )
        if not batch:
            return
        addresses = dict(
            EmailAddress.objects.filter(user__in=batch, primary=True, verified=True).values_list("user_id", "email")
        )
        mails = []
        for account in batch:
            if account.pk in addresses:
                with languages.of(account):
                    mails.append(_mail(announced, account, addresses[account.pk]))
        get_connection().send_messages(mails)
        with transaction.atomic():
            announced.told_until = batch[-1].pk
            announced.save(update_fields=["told_until"])


def _mail(announced: Version, account: Account, address: str) -> EmailMessage:
    before = version(announced.number - 1)
    words = render_to_string(
        "terms/mail.txt",
        {
            "account": account,
            "version": announced,
            "before": before,
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "in_force_at": timezone.localtime(announced.in_force_at),
        },
    )
    subject = _("The terms of %(site)s will change on %(day)s") % {
        "site": settings.SITE_NAME,
        "day": date_format(timezone.localtime(announced.in_force_at), "j F Y"),
    }
    return EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", words, to=[address])
