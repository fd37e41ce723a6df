"""The key below every track that passes it on, with how many did where the artist shows such numbers."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tenuto.library.reposts.models import Repost
from tenuto.tracks.models import Track
from tenuto.tracks.panels import beside
from tenuto.web.ways import here


@beside
def keys(request: HttpRequest, tracks: Sequence[Track]) -> dict[int, SafeString]:
    """One question to the database for a member, however many tracks there are; none for a guest."""
    reposted: set[int] = set()
    if request.user.is_authenticated:
        rows = Repost.objects.filter(account_id=request.user.pk, track__in=[track.pk for track in tracks])
        reposted = set(rows.values_list("track_id", flat=True))
    back, token = here(request), get_token(request)
    return {
        track.pk: _drawn(request, track, token, is_reposted=track.pk in reposted, back=back or track.get_absolute_url())
        for track in tracks
    }


def key(request: HttpRequest, track: Track, *, is_reposted: bool, back: str) -> SafeString:
    """One key, as it stands now. Whose track it is has none, and sees the number."""
    return _drawn(request, track, get_token(request), is_reposted=is_reposted, back=back)


def _drawn(request: HttpRequest, track: Track, token: str, *, is_reposted: bool, back: str) -> SafeString:
    is_own = track.owner_id == request.user.pk
    # Without the request: what the site puts on every page would be made anew for every key of a list.
    context = {
        "track": track,
        "is_own": is_own,
        "is_reposted": is_reposted,
        "next": back,
        "count": track.repost_count if track.insights_public or is_own else 0,
        "user": request.user,
        "csrf_token": token,
    }
    return render_to_string("reposts/_key.html", context)
