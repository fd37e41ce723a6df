"""What stands on a track's page of who made it."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tenuto.credits.lists import credits_of
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.CREDITS)
def who_made_it(request: HttpRequest, track: Track) -> SafeString | str:
    """The artist's words, with links to whoever said yes; what is not confirmed is said to the artist alone."""
    is_own = request.user.pk == track.owner_id
    found = credits_of(track, for_artist=is_own)
    return render_to_string("credits/_credits.html", {"credits": found, "is_own": is_own}, request) if found else ""
