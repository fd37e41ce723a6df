"""Saying that something is wrong: signed in or not, once a thing, and not without end."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, OverLimit
from tenuto.base.remembered import times_today
from tenuto.reports.letters import send_letter
from tenuto.reports.models import Report
from tenuto.reports.record import note_report
from tenuto.reports.subjects import Subject
from tenuto.rules.moderation import Reason

MOST_A_DAY = 30  # of one member, or of one network whose people are not signed in
MOST_LETTERS = 3  # in a day, that a report has come, to an address that nobody confirmed


class OwnThing(BadRequest):
    advice = _("This is yours. You can change it, or take it away, yourself.")
    status = 409
    code = "own_thing"


class TooManyReports(OverLimit):
    advice = _("That were many reports today. What you have sent is being read; go on tomorrow.")
    status = 429
    code = "too_many_reports"


def report(
    subject: Subject, reason: Reason, words: str, at: datetime, *, by: Account | None, network: str, mail: str = ""
) -> Report:
    """Note it and tell staff, once while the thing waits for a decision. The same person's report on it is noted once
    till then.

    Args:
        network: from where it comes, for whoever is not signed in; see `visitors.askers`
        mail: where such a person wants the answer

    Raises:
        OwnThing: nobody reports what is theirs
        TooManyReports: today
    """
    if by is not None and by.pk == subject.account.pk:
        raise OwnThing(f"{subject.kind} {subject.about}")
    with transaction.atomic():
        if by is not None:
            Account.objects.select_for_update(no_key=True).filter(pk=by.pk).first()
            mine = Report.objects.filter(reporter=by)
            same = mine.filter(kind=subject.kind, about=subject.about, decision=None).first()
            if same is not None:
                return same
            if mine.filter(at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
                raise TooManyReports(f"account {by.pk}")
        # Of people who are not signed in only their number is known, for a day.
        elif times_today(f"reports of {network}", at) > MOST_A_DAY:
            raise TooManyReports("a network")
        is_first = not Report.objects.filter(kind=subject.kind, about=subject.about, decision=None).exists()
        made = Report.objects.create(
            kind=subject.kind.value,
            about=subject.about,
            account=subject.account,
            title=subject.title[:200],
            address=subject.address[:400],
            excerpt=subject.excerpt[:1000],
            reason=reason.value,
            words=words,
            reporter=by,
            mail="" if by is not None else mail,
            at=at,
        )
        note_report(made)
        # Nobody confirmed that a stranger's address is theirs.
        if not made.mail or times_today(f"reports with {made.mail.casefold()}", at) <= MOST_LETTERS:
            send_letter("received", made.pk)
        if is_first:
            send_letter("to_staff", made.pk)
    return made
