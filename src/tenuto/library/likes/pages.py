"""The heart, one's own likes, and what somebody shows of theirs."""

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotFound
from tenuto.library.likes import change, lists
from tenuto.library.likes.beside import heart
from tenuto.rules.visibility import Surface
from tenuto.tracks.access import track_by_key
from tenuto.tracks.pages import keep_private, profile_of
from tenuto.tracks.panels import keys_beside
from tenuto.tracks.studio import in_place, member
from tenuto.tracks.visitors import visitor_of
from tenuto.web.ways import way_back

PAGE_SIZE = 50


@require_POST
def like(request: HttpRequest, key: str) -> HttpResponse:
    """`like=yes` or `like=no`. Saying it twice changes nothing."""
    if request.POST.get("like") == "no" and isinstance(request.user, Account):
        return _taken_back(request, key, request.user)
    track, _hearing = track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    back = way_back(request, track.get_absolute_url())
    if not isinstance(request.user, Account):
        # Back to the page with the heart, for this address answers to POST alone.
        return redirect_to_login(back)
    if request.POST.get("like") != "yes":
        raise BadRequest("neither like=yes nor like=no")
    change.like(track, request.user, timezone.now())
    if in_place(request):
        track.refresh_from_db(fields=["like_count"])
        return HttpResponse(heart(request, track, is_liked=True, back=back))
    return redirect(back)


def _taken_back(request: HttpRequest, key: str, account: Account) -> HttpResponse:
    """Before anybody looks for the track, which may be shared with them no longer: then there is no heart to show."""
    change.unlike(key, account)
    if not in_place(request):
        return redirect(way_back(request, "/"))
    try:
        track, _hearing = track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    except NotFound:
        return HttpResponse()
    return HttpResponse(heart(request, track, is_liked=False, back=way_back(request, track.get_absolute_url())))


class LikesView(LoginRequiredMixin, View):
    """GET lists what one likes; POST says whether others see it: `shown=yes` or `shown=no`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account, at, visitor = member(request), timezone.now(), visitor_of(request)
        before = request.GET.get("before", "")
        found = lists.liked(account, visitor, at, before, PAGE_SIZE)
        context = {
            **_listed(request, found, before),
            "hidden": lists.hidden_of(account, visitor, at),
            "is_shown": change.is_shown(account),
            "address": f"{settings.SITE_URL}{account.get_absolute_url()}/likes",
        }
        return render(request, "likes/own.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        match request.POST.get("shown"):
            case "yes":
                change.show(member(request), timezone.now())
            case "no":
                change.hide(member(request))
            case _other:
                raise BadRequest("neither shown=yes nor shown=no")
        return redirect("likes:own")


@require_safe
def of(request: HttpRequest, username: str) -> HttpResponse:
    """What somebody likes, if they show it. Where they do not it looks as if they liked nothing."""
    at, visitor = timezone.now(), visitor_of(request)
    context = profile_of(request, username)
    owner, before = context["owner"], request.GET.get("before", "")
    is_shown = change.is_shown(owner)
    if is_shown or context["is_own"]:
        found = lists.liked(owner, visitor, at, before, PAGE_SIZE)
    else:
        found = lists.Liked([], None)
    response = render(request, "likes/of.html", {**context, **_listed(request, found, before), "is_shown": is_shown})
    # Always: whether somebody shows what they like is for nobody to read off an answer.
    keep_private(response)
    return response


def _listed(request: HttpRequest, found: lists.Liked, before: str) -> dict[str, object]:
    return {
        "lines": found.lines,
        "older": found.before,
        "before": before,
        "beside": keys_beside(request, [line.track for line in found.lines]),
    }
