"""What somebody reported, and what was decided about what is theirs, in their copy of everything."""

from collections.abc import Iterator
from typing import Any

from tenuto.accounts.export import Item, Words, as_json_lines, contributes, fields_of
from tenuto.accounts.models import Account
from tenuto.reports.models import Appeal, Decision, Report

# The way to others' names, and addresses that open without signing in.
WITHOUT = ("secret", "about")


@contributes
def reports(account: Account) -> Iterator[Item]:
    """A line for each report of theirs, each decision about them, each appeal of theirs."""
    sent = Report.objects.filter(reporter=account).select_related("decision").order_by("pk")
    if sent.exists():
        yield Words("reports/reported.jsonl", as_json_lines(_sent(one) for one in sent.iterator()))
    decided = Decision.objects.filter(account=account).exclude(measure="nothing", appeal=None).order_by("pk")
    if decided.exists():
        yield Words("reports/decided-about-me.jsonl", as_json_lines(fields_of(one, *WITHOUT) for one in decided))
    mine = Appeal.objects.filter(report=None, decision__account=account) | Appeal.objects.filter(
        report__reporter=account
    )
    if mine.exists():
        yield Words("reports/appeals.jsonl", as_json_lines(fields_of(one) for one in mine.distinct().order_by("pk")))


def _sent(one: Report) -> dict[str, Any]:
    decision = {"measure": one.decision.measure, "facts": one.decision.facts} if one.decision else None
    return {**fields_of(one, *WITHOUT, "excerpt"), "decision": decision}
