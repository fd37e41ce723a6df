"""A kind: new terms were announced. The letter that says so goes to everybody whatever they choose here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from tenuto.accounts.models import Account
from tenuto.base import jobs
from tenuto.base.events import on
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice
from tenuto.notifications.tell import tell
from tenuto.terms.events import TermsPublished
from tenuto.terms.models import Version

BATCH = 500


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """From when on which version holds."""
    versions = {one.number: one for one in Version.objects.filter(number__in={notice.about for notice in notices})}
    return {
        notice.pk: Told(
            _("New terms hold from {day} on. Read what changes."),
            reverse("terms:changes", args=[one.number - 1, one.number]),
            {"day": date_format(timezone.localtime(one.in_force_at), "j F Y")},
        )
        for notice in notices
        if (one := versions.get(notice.about)) is not None
    }


TERMS = register(Kind("terms", gettext_lazy("The terms of use change"), told, EVERY_WAY, has_letter=True))


@on(TermsPublished)
def say_so(event: TermsPublished) -> None:
    jobs.send(tell_everybody, event.number, once=f"tell-terms:{event.number}")


@task(queue_name="default")
def tell_everybody(number: int) -> None:
    """Whoever was here when they were announced. Killed, it begins again, and tells nobody twice."""
    announced, last = Version.objects.filter(number=number).first(), 0
    if announced is None or number == 1:
        return  # nobody was here before the first
    while True:
        here = Account.objects.filter(pk__gt=last, is_active=True, date_joined__lte=announced.published_at)
        batch = list(here.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not batch:
            return
        tell(TERMS, batch, about=number, at=announced.published_at)
        last = batch[-1]
