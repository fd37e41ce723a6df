"""What stands on a track's own page of its check: to its artist, while it is held."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from tenuto.matches.holding import how_it_stands
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.PAGE)
def held(request: HttpRequest, track: Track) -> SafeString | str:
    """Nothing to others, and nothing once it is held no longer."""
    if request.user.pk != track.owner_id:
        return ""
    stands = how_it_stands(track, timezone.now())
    if stands.hold is None or stands.hold.released_at is not None:
        return ""
    return render_to_string("matches/_panel.html", {"track": track, "stands": stands}, request)
