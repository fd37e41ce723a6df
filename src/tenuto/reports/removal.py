"""How reports go when somebody leaves: their words, their name and what was quoted of them; that it was decided stays.

What stays says no name: what was reported and decided, of which kind, on which ground. The law wants decisions to be
accounted for, and the record to be whole.
"""

from django.db.models import Q
from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.reports.models import Appeal, Decision, Report


def _names(account: Account) -> list[str]:
    sent = Report.objects.filter(reporter=account).count()
    if not sent:
        return []
    return [
        ngettext(
            "your name and words in %d report; that something was reported and decided stays",
            "your name and words in %d reports; that something was reported and decided stays",
            sent,
        )
        % sent
    ]


def _hide(account: Account) -> None:
    """Reports are seen by staff alone."""


def _remove(account: Account) -> list[str] | None:
    Appeal.objects.filter(Q(report=None, decision__account=account) | Q(report__reporter=account)).update(words="")
    Report.objects.filter(reporter=account).update(reporter=None, words="", mail="")
    Report.objects.filter(account=account).update(account=None, title="", address="", excerpt="")
    # Past the guard of records: the one change to a decision is that it no longer says whose thing it was about.
    Decision._base_manager.filter(account=account).update(account=None, title="", address="", facts="")
    return None


register(Part(_names, _hide, _remove))
