"""Pages for whoever registers works: registering them, where they turn up, and answering what uploaders say."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.ai.identification import findings
from tenuto.base.errors import BadRequest, NotFound
from tenuto.consent.current import stopped
from tenuto.matches.answers import match_of, reply, stands
from tenuto.matches.forms import ReplyForm, RulingForm
from tenuto.matches.models import Match
from tenuto.matches.registering import let_go, own_tracks, register, registrations
from tenuto.matches.works import BE_KNOWN, hearable, owners_of, standing, turned_up
from tenuto.rules.matches import State
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import shown_on_profile, whole
from tenuto.tracks.models import Track
from tenuto.tracks.paging import page
from tenuto.tracks.studio import member

PAGE_SIZE = 50
SHOWN = 300


@method_decorator(never_cache, name="dispatch")
class RegisterView(LoginRequiredMixin, View):
    """GET lists one's own tracks and which of them are recognised; POST registers the ticked ones, or lets them go."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        account, now = member(request), timezone.now()
        wanted = own_tracks(account).filter(key__in=request.POST.getlist("track")[:500])
        ids = list(wanted.values_list("pk", flat=True))
        if not ids:
            return self._page(request, _("Tick the tracks that you mean. Nothing was changed."), 422)
        act = let_go if request.POST.get("do") == "let-go" else register
        try:
            act(account, ids, now)
        except BadRequest as refusal:
            return self._page(request, str(refusal.advice), refusal.status)
        if act is register:
            messages.success(request, _("They are registered, and are recognised from a minute on."))
        else:
            messages.success(request, _("They are recognised no more, and their fingerprints are deleted now."))
        return redirect("matches:register")

    def _page(self, request: HttpRequest, wrong: str = "", status: int = 200) -> HttpResponse:
        account, now = member(request), timezone.now()
        listed = shown_on_profile(account, Visitor(account.pk), now)
        found = page(listed, request.GET.get("before", ""), PAGE_SIZE)
        context = {
            "page": found,
            "registrations": registrations(found.tracks),
            "wrong": wrong,
            "ticked": set(request.POST.getlist("track")),
            "is_stopped": bool(stopped() & BE_KNOWN.bit),
        }
        return render(request, "matches/register.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class TurnedUpView(LoginRequiredMixin, View):
    """GET shows where one's registered works turned up."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account, now = member(request), timezone.now()
        known = turned_up(account, now)[:SHOWN]
        found = [(one, stands(one.match, now) if one.match else None) for one in known]
        context = {"found": found, "is_stopped": bool(stopped() & BE_KNOWN.bit), "asked": State.ASKED}
        return render(request, "matches/turned_up.html", context)


@method_decorator(never_cache, name="dispatch")
class MatchView(LoginRequiredMixin, View):
    """GET shows a match to whoever registered the work, once they were told, and to staff; POST is the holder's."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return match_page(request, match_of(member(request), key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        account, form = member(request), ReplyForm(request.POST)
        match = match_of(account, key)
        if not form.is_valid():
            return match_page(request, match, reply_form=form, status=422)
        said = form.cleaned_data
        try:
            reply(match, said["agrees"], said["words"], said["credit"], by=account, at=timezone.now())
        except BadRequest as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.add_error(None, str(refusal.advice))
            return match_page(request, match, reply_form=form, status=refusal.status)
        messages.success(request, _("Written down, and the uploader is told."))
        return redirect(match)


def match_page(
    request: HttpRequest,
    match: Match,
    reply_form: ReplyForm | None = None,
    ruling_form: RulingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    account, now = member(request), timezone.now()
    stands_now, track = stands(match, now), match.recording.track
    passages = standing(findings.found_before_publishing(track.pk))
    owners = owners_of({one.reference for one in passages})
    mine = {work.pk: work for work in whole(Track.objects.filter(pk__in=owners, owner=match.holder))}
    heard = hearable(account, mine, now)
    is_holder = account.pk == match.holder_id
    is_party = account.pk in (match.holder_id, track.owner_id)
    context = {
        "match": match,
        "track": track,
        "stands": stands_now,
        "passages": [(one, mine[one.reference], one.reference in heard) for one in passages if one.reference in mine],
        "said": list(match.said.select_related("reply", "ruling", "agreement__organisation", "link")),
        "is_holder": is_holder,
        "reply_form": reply_form or (ReplyForm() if is_holder and stands_now.state is State.ASKED else None),
        "ruling_form": ruling_form
        or (RulingForm() if account.is_staff and not is_party and stands_now.state is State.CONTESTED else None),
        "now": now,
    }
    return render(request, "matches/match.html", context, status=status)
