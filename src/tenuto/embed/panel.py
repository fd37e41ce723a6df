"""On a track's page: its address and its player's code, to be copied with or without scripts."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from tenuto.embed.codes import code
from tenuto.feeds.collected import Collected, Entry, Kind, whole
from tenuto.rules.visibility import Surface, Visitor, may_hear
from tenuto.tracks.access import state_of
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.PAGE)
def sharing(request: HttpRequest, track: Track) -> SafeString | str:
    """Nothing where not everybody may hear it: there is nothing to show around. Asks the database nothing."""
    at = timezone.now()
    if not may_hear(Visitor(), state_of(track), Surface.PAGE, at):
        return ""
    found = None
    if may_hear(Visitor(), state_of(track), Surface.EMBED, at):
        entry = Entry(track, track.publication.starts_at)
        found = Collected(Kind.TRACK, track.key, track.title, track.owner, "", track.get_absolute_url(), "", [entry])
    context = {"track": track, "address": whole(track.get_absolute_url()), "code": code(found) if found else ""}
    return render_to_string("embed/_share.html", context, request)
