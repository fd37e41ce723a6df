"""A kind of notice: reports, decisions, appeals, to both sides and to staff. Each has a letter too (`letters`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice
from tenuto.reports.models import Appeal, Decision, Report


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """That something happened, and where to read what. Rows are found again by whose they are."""
    about = {notice.about for notice in notices}
    sent = {one.pk: one for one in Report.objects.filter(pk__in=about, reporter=reader)}
    decided = {one.pk: one for one in Decision.objects.filter(pk__in=about, account=reader)}
    rows = {
        "answered": {pk: Told(_("Your report was decided"), one.get_absolute_url()) for pk, one in sent.items()},
        "reviewed": {
            pk: Told(_("Your report was decided again, on appeal"), one.get_absolute_url()) for pk, one in sent.items()
        },
        "decided": {
            pk: Told(_("Staff decided about something of yours"), one.get_absolute_url()) for pk, one in decided.items()
        },
    }
    if reader.is_staff:
        rows["to_staff"] = {
            pk: Told(_("Something was reported and waits for staff"), reverse("reports:case", args=[key]))
            for pk, key in Report.objects.filter(pk__in=about).values_list("pk", "key")
        }
        rows["appealed"] = {
            pk: Told(_("An appeal waits for staff"), reverse("reports:appeal", args=[key]))
            for pk, key in Appeal.objects.filter(pk__in=about).values_list("pk", "key")
        }
    return {one.pk: rows[one.what][one.about] for one in notices if one.about in rows.get(one.what, {})}


REPORTED = register(
    Kind("report", gettext_lazy("Reports, and what staff decide about them"), told, EVERY_WAY, has_letter=True)
)
