"""The way from a track's pages to what machines are told of it."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from tenuto.rules.usage_policies import Reach
from tenuto.safeguards.signals.told import reach_of
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.PERMISSIONS)
def to_machines(request: HttpRequest, track: Track) -> SafeString:
    """On the Permissions tab: in a sentence, and where it is shown in full."""
    hidden = reach_of(track, timezone.now()) is Reach.HIDDEN
    return render_to_string("signals/_permissions.html", {"track": track, "hidden": hidden}, request)


@panel(Place.PAGE)
def beside_the_promise(request: HttpRequest, track: Track) -> SafeString:
    """On the track's own page, for whoever wonders how the promise is told to machines."""
    return render_to_string("signals/_page.html", {"track": track}, request)
