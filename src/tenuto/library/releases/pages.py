"""The pages on which releases are met: one, and all of somebody's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.library.releases import access
from tenuto.rules.upc import write_upc
from tenuto.tracks.pages import keep_private, profile_of
from tenuto.tracks.paging import some
from tenuto.tracks.panels import keys_beside
from tenuto.tracks.slugs import normal
from tenuto.tracks.visitors import visitor_of

LIST_SIZE = 24


@require_safe
def release(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """One release, with what the visitor may hear of it."""
    at, visitor = timezone.now(), visitor_of(request)
    found = access.release_at(visitor.account_id, username.lower(), normal(slug), at)
    if (found.owner.username, found.slug) != (username, slug):
        return redirect(found)
    tracks = access.tracklist(found, visitor, at)
    is_open = access.is_open(found, at)
    context = {
        "release": found,
        "owner": found.owner,
        "publication": access.publication_of(found),
        "upc": write_upc(found.upc),
        "tracks": tracks,
        "has_player": any(each.line.is_embeddable for each in tracks.tracks),
        "beside": keys_beside(request, [each.line.track for each in tracks.tracks]),
        "is_own": visitor.account_id == found.owner_id,
        "is_open": is_open,
        "now": at,
        "canonical": f"{settings.SITE_URL}{found.get_absolute_url()}",
    }
    response = render(request, "releases/release.html", context)
    if not is_open:
        keep_private(response)
    return response


@require_safe
def of(request: HttpRequest, username: str) -> HttpResponse:
    """The releases of somebody, the last to come out first; to themselves also those that nobody sees yet."""
    context = profile_of(request, username)
    before = request.GET.get("before", "")
    found = some(access.shown_of(context["owner"], request.user.pk, context["now"]), before, LIST_SIZE)
    context |= {"releases": found.rows, "older": found.before, "before": before}
    return render(request, "releases/of.html", context)
