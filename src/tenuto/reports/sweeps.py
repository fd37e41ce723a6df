"""What every worker looks after for reports: addresses that were given for an answer go when no answer can follow."""

from datetime import datetime

from tenuto.base import jobs
from tenuto.reports.models import Report
from tenuto.rules.moderation import APPEAL_FOR


@jobs.every(seconds=24 * 3600)
def forget_addresses(now: datetime) -> int:
    """Of people without an account, once the appeal is over. Returns of how many."""
    over = Report.objects.filter(decision__at__lt=now - APPEAL_FOR).exclude(mail="")
    return over.update(mail="")
