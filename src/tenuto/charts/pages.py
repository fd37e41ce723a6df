"""The page of the charts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tenuto.charts.lists import chart
from tenuto.charts.models import Period
from tenuto.tracks.lines import line_of
from tenuto.tracks.panels import keys_beside
from tenuto.tracks.visitors import visitor_of

NAMES = {Period.DAY: _("24 hours"), Period.WEEK: _("7 days"), Period.MONTH: _("30 days")}


@require_safe
def charts(request: HttpRequest) -> HttpResponse:
    """What is played most here; over a week unless `over` says a day or a month."""
    at, visitor = timezone.now(), visitor_of(request)
    over = request.GET.get("over", "")
    period = Period(over) if over in Period.values else Period.WEEK
    found = chart(period, at, visitor.country)
    context = {
        "periods": NAMES.items(),
        "period": period,
        "name": NAMES[period],
        "counted_at": found.counted_at,
        "placed": [(each, line_of(each.track, visitor, at)) for each in found.placed],
        "beside": keys_beside(request, [each.track for each in found.placed]),
        "canonical": f"{settings.SITE_URL}{request.path}",
        "now": at,
    }
    return render(request, "charts/charts.html", context)
