"""What stands below every track: the way onto a playlist."""

from collections.abc import Sequence
from urllib.parse import quote_plus

from django.http import HttpRequest
from django.utils.safestring import SafeString

from tenuto.tracks.models import Track
from tenuto.tracks.panels import beside
from tenuto.web.moulds import Mould
from tenuto.web.ways import here

_KEY = Mould("playlists/_key.html", "key", "title", "next_quoted")


@beside
def add_to_playlist(request: HttpRequest, tracks: Sequence[Track]) -> dict[int, SafeString]:
    """For members: others have nowhere to put it. Asks the database nothing."""
    if not request.user.is_authenticated:
        return {}
    back = here(request)
    return {
        track.pk: _KEY.fill(
            {},
            key=track.key,
            title=track.title,
            next_quoted=quote_plus(back or track.get_absolute_url()),
        )
        for track in tracks
    }
