"""What stands on a track's page of what is sung: the lines, which a script lights while they are heard."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tenuto.lyrics.write import lyrics_of
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.TALK)
def sung(request: HttpRequest, track: Track) -> SafeString | str:
    """To whoever may meet the track. Nothing where nothing was written down."""
    lyrics = lyrics_of(track)
    if lyrics is None:
        return ""
    return render_to_string("lyrics/_lyrics.html", {"track": track, "lyrics": lyrics}, request)
