"""The page of what one heard, with its pause and its end."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.audio import remember
from tenuto.base.errors import BadRequest
from tenuto.library.history.lists import heard_by
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of

PAGE_SIZE = 50


class HistoryView(LoginRequiredMixin, View):
    """GET lists what one heard; POST pauses it (`paused=yes`) or goes on (`paused=no`)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account, before = member(request), request.GET.get("before", "")
        found = heard_by(account, visitor_of(request), timezone.now(), before, PAGE_SIZE)
        context = {
            "found": found,
            "older": found.before,
            "before": before,
            "is_paused": remember.is_paused(account),
        }
        return render(request, "history/history.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        match request.POST.get("paused"):
            case "yes":
                remember.pause(member(request), timezone.now())
            case "no":
                remember.resume(member(request))
            case _other:
                raise BadRequest("neither paused=yes nor paused=no")
        return redirect("history:history")


class ClearedView(LoginRequiredMixin, View):
    """POST clears everything that was heard so far."""

    def post(self, request: HttpRequest) -> HttpResponse:
        remember.clear(member(request))
        messages.success(request, _("Cleared. Artists keep their counts; that it was you is forgotten."))
        return redirect("history:history")
