"""The key below every track that passes it on, with how many did where the artist shows such numbers."""

from collections.abc import Sequence

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.defaultfilters import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from tenuto.base.questions import Question, number, these
from tenuto.library.reposts.models import Repost
from tenuto.tracks.models import Track
from tenuto.tracks.panels import beside
from tenuto.web.moulds import Mould
from tenuto.web.ways import here

_REPOSTED = Question(
    lambda: Repost.objects.filter(account_id=number("account"), track__in=these("tracks")).values_list("track_id")
)
_KEY = Mould("reposts/_key.html", "key", "title", "next", "next_quoted", "number", "counted", "csrf_token")


@beside
def keys(request: HttpRequest, tracks: Sequence[Track]) -> dict[int, SafeString]:
    """One question to the database for a member, however many tracks there are; none for a guest."""
    reposted: set[int] = set()
    account_id = request.user.pk
    if account_id is not None:
        asked = _REPOSTED.ask(account=account_id, tracks=[track.pk for track in tracks])
        reposted = {track_id for (track_id,) in asked}
    back, token = here(request), get_token(request)
    return {
        track.pk: _drawn(
            account_id, track, token, is_reposted=track.pk in reposted, back=back or track.get_absolute_url()
        )
        for track in tracks
    }


def key(request: HttpRequest, track: Track, *, is_reposted: bool, back: str) -> SafeString:
    """One key, as it stands now. Whose track it is has none, and sees the number."""
    return _drawn(request.user.pk, track, get_token(request), is_reposted=is_reposted, back=back)


def _drawn(account_id: int | None, track: Track, token: str, *, is_reposted: bool, back: str) -> SafeString:
    is_own = track.owner_id == account_id
    count = track.repost_count if track.insights_public or is_own else 0
    number = counted = ""
    if count:
        number = intcomma(count)
        counted = ngettext("%(number)s repost", "%(number)s reposts", count) % {"number": number}
    shape = {
        "is_member": account_id is not None,
        "is_own": is_own,
        "is_reposted": is_reposted,
        "is_counted": bool(count),
    }
    return _KEY.fill(
        shape,
        key=track.key,
        title=track.title,
        next=back,
        next_quoted=urlencode(back),
        number=number,
        counted=counted,
        csrf_token=token,
    )
