"""The heart below every track, with how many like it where the artist shows such numbers."""

from collections.abc import Sequence

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.defaultfilters import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from tenuto.base.questions import Question, number, these
from tenuto.library.likes.models import Like
from tenuto.tracks.models import Track
from tenuto.tracks.panels import beside
from tenuto.web.moulds import Mould
from tenuto.web.ways import here

_LIKED = Question(
    lambda: Like.objects.filter(account_id=number("account"), track__in=these("tracks")).values_list("track_id")
)
_HEART = Mould("likes/_heart.html", "key", "title", "next", "next_quoted", "number", "counted", "csrf_token")


@beside
def hearts(request: HttpRequest, tracks: Sequence[Track]) -> dict[int, SafeString]:
    """One question to the database for a member, however many tracks there are; none for a guest."""
    liked: set[int] = set()
    account_id = request.user.pk
    if account_id is not None:
        asked = _LIKED.ask(account=account_id, tracks=[track.pk for track in tracks])
        liked = {track_id for (track_id,) in asked}
    back, token = here(request), get_token(request)

    def drawn(track: Track) -> SafeString:
        way = back or track.get_absolute_url()
        return _drawn(account_id, track, token, is_liked=track.pk in liked, back=way)

    return {track.pk: drawn(track) for track in tracks}


def heart(request: HttpRequest, track: Track, *, is_liked: bool, back: str) -> SafeString:
    """One heart, as it stands now."""
    return _drawn(request.user.pk, track, get_token(request), is_liked=is_liked, back=back)


def _drawn(account_id: int | None, track: Track, token: str, *, is_liked: bool, back: str) -> SafeString:
    count = track.like_count if track.insights_public or track.owner_id == account_id else 0
    number = counted = ""
    if count:
        number = intcomma(count)
        counted = ngettext("%(number)s like", "%(number)s likes", count) % {"number": number}
    return _HEART.fill(
        {"is_member": account_id is not None, "is_liked": is_liked, "is_counted": bool(count)},
        key=track.key,
        title=track.title,
        next=back,
        next_quoted=urlencode(back),
        number=number,
        counted=counted,
        csrf_token=token,
    )
