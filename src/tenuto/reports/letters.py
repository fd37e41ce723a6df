"""Mail and notices about reports and decisions, to both sides and to staff. Each letter is a job of its own.

A decision must reach whoever it is about though their account is closed by it, and an answer whoever has no account:
so these letters go to addresses, not only to accounts that are open.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks import task

from tenuto.accounts import languages
from tenuto.accounts.letters import post
from tenuto.accounts.models import Account
from tenuto.base import jobs
from tenuto.notifications.tell import tell
from tenuto.reports.models import Appeal, Decision, Report
from tenuto.reports.notices import REPORTED


@dataclass(frozen=True)
class Letter:
    """To staff, or to one address."""

    context: dict[str, Any]
    to: str = ""
    reader: Account | None = None  # in whose language; None: in that of the site
    to_staff: bool = field(default=False)


def send_letter(kind: str, about: int) -> None:
    """Have a letter written about the row `about`, once the current transaction is committed."""
    jobs.send(deliver, kind, about, once=f"report letter:{kind}:{about}")


@task(queue_name="default")
def deliver(kind: str, about: int) -> None:
    """Write one letter. Where the row is gone, so is what there was to say."""
    letter = _LETTERS[kind](about)
    if letter is None:
        return
    template = f"reports/letters/{kind}.txt"
    staff = list(Account.objects.filter(is_staff=True)) if letter.to_staff else []
    people = [letter.reader] if letter.reader is not None and kind != "received" else staff
    tell(REPORTED, [one.pk for one in people], what=kind, about=about, at=timezone.now())
    if letter.to_staff:
        post(template, staff, letter.context)
    elif letter.to:
        said = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **letter.context}
        with languages.of(letter.reader):
            words = render_to_string(template, said).strip()
        subject, _line, body = words.partition("\n")
        EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", body.strip() + "\n", to=[letter.to]).send()


def _to_reporter(about: int) -> Letter | None:
    one = Report.objects.select_related("reporter", "decision").filter(pk=about).first()
    if one is None:
        return None
    return Letter({"report": one, "decision": one.decision}, one.mail or _address(one.reporter), one.reporter)


def _to_affected(about: int) -> Letter | None:
    one = Decision.objects.select_related("account").filter(pk=about).first()
    return None if one is None else Letter({"decision": one}, _address(one.account), one.account)


def _report_to_staff(about: int) -> Letter | None:
    one = Report.objects.filter(pk=about).first()
    return None if one is None else Letter({"report": one}, to_staff=True)


def _appeal_to_staff(about: int) -> Letter | None:
    one = Appeal.objects.select_related("decision").filter(pk=about).first()
    return None if one is None else Letter({"appeal": one, "decision": one.decision}, to_staff=True)


def _address(account: Account | None) -> str:
    """A verified address, of whoever has one; of a closed account too, but not of one that is leaving."""
    if account is None or hasattr(account, "removal"):
        return ""
    found = EmailAddress.objects.filter(user=account, primary=True, verified=True)
    return found.values_list("email", flat=True).first() or ""


_LETTERS: dict[str, Callable[[int], Letter | None]] = {
    "received": _to_reporter,
    "answered": _to_reporter,
    "reviewed": _to_reporter,
    "decided": _to_affected,
    "to_staff": _report_to_staff,
    "appealed": _appeal_to_staff,
}
