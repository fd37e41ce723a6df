"""For people who were stopped or paused, and for people who run crawlers: what happened, what holds, where to turn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.http import require_safe

from tenuto.safeguards.visitors.forms import AppealForm
from tenuto.safeguards.visitors.guard import asker_of
from tenuto.safeguards.visitors.models import Appeal
from tenuto.safeguards.visitors.pauses import NoProof, accept, give
from tenuto.safeguards.visitors.refusals import ADVICE, read_reference


class AppealView(View):
    """GET says what happened; POST tells the operator that it was a mistake."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        reason, _who = read_reference(reference)
        return render(request, "visitors/appeal.html", {"form": AppealForm(), "advice": ADVICE.get(reason, "")})

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        reason, who = read_reference(reference)
        form = AppealForm(request.POST)
        if not form.is_valid():
            context = {"form": form, "advice": ADVICE.get(reason, "")}
            return render(request, "visitors/appeal.html", context, status=422)
        at = timezone.now()
        said = {**form.cleaned_data, "reason": reason.value, "at": at}
        # New words stand in for the last ones and ask for a new answer; what was granted goes on.
        if not Appeal.objects.filter(who=who, granted_until__gt=at).exists():
            unanswered = {"answered_at": None, "answered_by": None, "granted_until": None}
            Appeal.objects.update_or_create(who=who, defaults={**said, **unanswered})
        return render(request, "visitors/appeal.html", {"sent": True, "advice": ADVICE.get(reason, "")})


class PauseView(View):
    """POST brings the proof that a page of the catalogue asked for, and leads on to that page."""

    def post(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        asker = asker_of(request, "", at)
        cookie = accept(request, asker, request.POST.get("challenge", ""), request.POST.get("answer", ""))
        onward = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None) or not onward.startswith("/"):
            onward = "/"
        if cookie is None:
            raise NoProof(request, asker, onward)
        response = redirect(onward)
        give(response, cookie)
        return response


@require_safe
def crawlers(request: HttpRequest) -> HttpResponse:
    """What holds for crawlers here, how they say who they are, and how they come by a licence."""
    return render(request, "visitors/crawlers.html")
