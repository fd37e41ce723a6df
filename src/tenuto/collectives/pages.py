"""The page of a collective, to everybody; and the list of one's own."""

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View
from django.views.decorators.http import require_safe

from tenuto.base.errors import BadRequest
from tenuto.collectives import access, change
from tenuto.collectives.forms import NewCollectiveForm
from tenuto.tracks.panels import keys_beside
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of

PAGE_SIZE = 50


@require_safe
def collective(request: HttpRequest, slug: str) -> HttpResponse:
    """Who it is, who says they belong to it, and of its music what the visitor may hear."""
    at, visitor, before = timezone.now(), visitor_of(request), request.GET.get("before", "")
    met = access.collective_at(slug, visitor.account_id)
    lines, older = access.tracks_of(met, visitor, at, before, PAGE_SIZE)
    context = {
        "met": met,
        "collective": met.collective,
        "members": access.members_shown(met.collective),
        "releases": [] if before else access.releases_of(met, visitor.account_id, at),
        "lines": lines,
        "older": older,
        "before": before,
        "beside": keys_beside(request, [line.track for line in lines]),
        "canonical": f"{settings.SITE_URL}{met.collective.get_absolute_url()}",
    }
    return render(request, "collectives/collective.html", context)


class OwnView(LoginRequiredMixin, View):
    """GET lists where one belongs and is asked to; POST begins a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, NewCollectiveForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewCollectiveForm(request.POST)
        if form.is_valid():
            named = form.cleaned_data["name"], form.cleaned_data["kind"]
            try:
                made = change.begin(member(request), *named, timezone.now())
            except BadRequest as refusal:
                form.add_error(None, str(refusal.advice))
            else:
                return redirect("collectives:edit", made.slug)
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: NewCollectiveForm, status: int = 200) -> HttpResponse:
        context = {"memberships": access.of(member(request)), "form": form}
        return render(request, "collectives/own.html", context, status=status)
