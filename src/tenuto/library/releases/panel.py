"""On a track's page: the releases that it is on."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from tenuto.library.releases.access import with_track
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.PAGE)
def releases_of_it(request: HttpRequest, track: Track) -> SafeString | str:
    """Nothing where it is on none that the visitor may see."""
    found = list(with_track(track, request.user.pk, timezone.now())[:10])
    return render_to_string("releases/_panel.html", {"releases": found}, request) if found else ""
