"""Who stands behind a track's credits, what one is asked oneself, somebody's credits, and one's codes."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from tenuto.base.errors import BadRequest
from tenuto.credits import lists, people
from tenuto.credits.forms import AskForm, CodesForm
from tenuto.credits.models import PartyCodes
from tenuto.tracks.access import own_track
from tenuto.tracks.models import Track
from tenuto.tracks.pages import profile_of
from tenuto.tracks.panels import keys_beside
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of

PAGE_SIZE = 50


class PeopleView(LoginRequiredMixin, View):
    """GET lists a track's credits with whom was asked; POST asks somebody: `place` of the credit, `handle`."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._page(request, own_track(member(request), key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        track = own_track(member(request), key)
        form = AskForm(request.POST)
        if not form.is_valid():
            return self._page(request, track, form, 422)
        try:
            role, name = track.credits[form.cleaned_data["place"]]
            people.ask(track, role, name, form.cleaned_data["handle"], timezone.now())
        except IndexError:
            form.add_error("handle", str(people.NoSuchCredit.advice))
            return self._page(request, track, form, people.NoSuchCredit.status)
        except BadRequest as refusal:
            form.add_error("handle", str(refusal.advice))
            return self._page(request, track, form, refusal.status)
        messages.success(request, _("They are asked. Until they say yes, only your words stand there."))
        return redirect("credits:people", track.key)

    def _page(self, request: HttpRequest, track: Track, form: AskForm | None = None, status: int = 200) -> HttpResponse:
        credits_here = lists.credits_of(track, for_artist=True)
        asked = str(form["place"].value()) if form else ""
        context = {
            "track": track,
            "tab": "credits",
            "credits": credits_here,
            "form": form,
            "asked_place": asked,
            "is_lost": form is not None and asked not in map(str, range(len(credits_here))),
        }
        return render(request, "credits/people.html", context, status=status)


class TakenBackView(LoginRequiredMixin, View):
    """POST: one asks somebody no longer."""

    def post(self, request: HttpRequest, key: str, credit: str) -> HttpResponse:
        track = own_track(member(request), key)
        people.take_back(track, credit, timezone.now())
        messages.success(request, _("Taken back. Your words stay."))
        return redirect("credits:people", track.key)


class CreditsView(LoginRequiredMixin, View):
    """GET lists what one is asked, and what one has answered."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account = member(request)
        context = {
            "waiting": lists.waiting_for(account),
            "answered": lists.answered_by(account, visitor_of(request), timezone.now()),
        }
        return render(request, "credits/own.html", context)


class AnswerView(LoginRequiredMixin, View):
    """POST: `confirms=yes` or `confirms=no`."""

    def post(self, request: HttpRequest, credit: str) -> HttpResponse:
        found = people.credit_of(member(request), credit)
        if request.POST.get("confirms") not in {"yes", "no"}:
            raise BadRequest("neither confirms=yes nor confirms=no")
        confirms = request.POST["confirms"] == "yes"
        people.answer(found, confirms=confirms, at=timezone.now())
        messages.success(
            request,
            _("Confirmed. It stands among your credits.") if confirms else _("Declined. It does not lead to you."),
        )
        return redirect("credits:own")


@require_safe
def of(request: HttpRequest, username: str) -> HttpResponse:
    """What somebody took part in, as far as the visitor may meet it."""
    profile = profile_of(request, username)
    before = request.GET.get("before", "")
    found, more = lists.parts_of(
        profile["owner"],
        visitor_of(request),
        timezone.now(),
        int(before) if before.isascii() and before.isdecimal() and len(before) < 18 else None,
        PAGE_SIZE,
    )
    context = {
        **profile,
        "parts": found,
        "older": more,
        "before": before,
        "codes": PartyCodes.objects.filter(account=profile["owner"]).first(),
        "beside": keys_beside(request, [part.line.track for part in found]),
    }
    return render(request, "credits/of.html", context)


class CodesView(LoginRequiredMixin, View):
    """GET shows one's codes; POST saves them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "credits/codes.html", {"form": CodesForm(instance=self._codes(request))})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodesForm(request.POST, instance=self._codes(request))
        if not form.is_valid():
            return render(request, "credits/codes.html", {"form": form}, status=422)
        form.keep()
        messages.success(request, _("Saved. They stand with your credits."))
        return redirect("credits:codes")

    def _codes(self, request: HttpRequest) -> PartyCodes:
        account = member(request)
        return PartyCodes.objects.filter(account=account).first() or PartyCodes(account=account)
