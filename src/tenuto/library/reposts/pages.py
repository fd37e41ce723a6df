"""The key that passes a track on, what somebody reposts, and the stream of those whom one follows."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotFound
from tenuto.library.reposts import change, lists
from tenuto.library.reposts.beside import key as repost_key
from tenuto.library.reposts.stream import stream
from tenuto.rules.visibility import Surface
from tenuto.tracks.access import track_by_key
from tenuto.tracks.lists import PAGE_SIZE
from tenuto.tracks.pages import led_by, listed, profile_of
from tenuto.tracks.paging import Page
from tenuto.tracks.panels import keys_beside
from tenuto.tracks.studio import in_place, member
from tenuto.tracks.visitors import visitor_of
from tenuto.web.ways import way_back

LIST_SIZE = 50


@require_POST
def repost(request: HttpRequest, key: str) -> HttpResponse:
    """`repost=yes` or `repost=no`. Saying it twice changes nothing."""
    if request.POST.get("repost") == "no" and isinstance(request.user, Account):
        return _taken_back(request, key, request.user)
    track, _hearing = track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    back = way_back(request, track.get_absolute_url())
    if not isinstance(request.user, Account):
        # Back to the page with the key, for this address answers to POST alone.
        return redirect_to_login(back)
    if request.POST.get("repost") != "yes":
        raise BadRequest("neither repost=yes nor repost=no")
    change.repost(track, request.user, timezone.now())
    if in_place(request):
        track.refresh_from_db(fields=["repost_count"])
        return HttpResponse(repost_key(request, track, is_reposted=True, back=back))
    return redirect(back)


def _taken_back(request: HttpRequest, key: str, account: Account) -> HttpResponse:
    """Before anybody looks for the track, which may be shared with them no longer: then there is no key to show."""
    change.take_back(key, account)
    if not in_place(request):
        return redirect(way_back(request, "/"))
    try:
        track, _hearing = track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    except NotFound:
        return HttpResponse()
    return HttpResponse(repost_key(request, track, is_reposted=False, back=way_back(request, track.get_absolute_url())))


@require_safe
@login_required
def following(request: HttpRequest) -> HttpResponse:
    """What those publish and repost whom one follows, in the order in which it came."""
    at, visitor = timezone.now(), visitor_of(request)
    before = request.GET.get("before", "")
    found = stream(member(request), visitor, at, before, PAGE_SIZE)
    page = Page(found.tracks, found.before)
    return listed(request, "reposts/following.html", page, led_by(visitor), at, before=before, reposted=found.by)


@require_safe
def of(request: HttpRequest, username: str) -> HttpResponse:
    """What somebody reposts, the last first."""
    context, before = profile_of(request, username), request.GET.get("before", "")
    found = lists.reposted(context["owner"], visitor_of(request), timezone.now(), before, LIST_SIZE)
    context |= {
        "lines": found.lines,
        "older": found.before,
        "before": before,
        "beside": keys_beside(request, [line.track for line in found.lines]),
    }
    return render(request, "reposts/of.html", context)
