"""What stands on a track's page of what was said along it: the talk, which a script hangs over the waveform too."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from tenuto.accounts.models import Account
from tenuto.comments.read import read
from tenuto.comments.say import NotFromYou, is_turned_away
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel
from tenuto.tracks.visitors import visitor_of
from tenuto.web.ways import here


@panel(Place.TALK)
def said(request: HttpRequest, track: Track) -> SafeString | str:
    """What was said, and the line to say something on. Nothing where nothing may be said and nothing was."""
    context = talk(request, track)
    if not context["said"] and not context["is_taken"]:
        return ""
    return render_to_string("comments/_talk.html", context, request)


def talk(request: HttpRequest, track: Track) -> dict[str, Any]:
    """What the talk is drawn from."""
    older = request.GET.get("older", "")
    page = read(
        track,
        visitor_of(request),
        timezone.now(),
        older=int(older) if older.isascii() and older.isdecimal() and len(older) < 18 else None,
    )
    account = request.user if isinstance(request.user, Account) else None
    is_taken = track.sharing.comments_allowed and track.recording is not None
    is_artist = account is not None and account.pk == track.owner_id
    is_turned_away_here = is_taken and account is not None and not is_artist and is_turned_away(track, account.pk)
    return {
        "track": track,
        "here": here(request),
        "said": page.said,
        "older": page.older,
        "is_taken": is_taken,
        "is_shown": track.sharing.comments_public,
        "is_member": account is not None,
        "is_artist": is_artist,
        # Why they can say nothing here, said before they write: empty for whoever can.
        "turned_away": NotFromYou.advice if is_turned_away_here else "",
    }
