"""The covers of tracks: whoever may meet a track may see its cover; to anybody else there is no such address."""

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.base import drawing
from tenuto.base.pictures import Crop
from tenuto.rules.sharing import Regions
from tenuto.rules.visibility import Reason, Surface
from tenuto.tracks.access import track_by_key
from tenuto.tracks.models import Track
from tenuto.tracks.visitors import visitor_of
from tenuto.web.addresses import address
from tenuto.web.pictures import mark, picture_answer

# What a cover says of its use, as XMP: one feature above knows it.
Saying = Callable[[Track], bytes]
_sayings: list[Saying] = []


def says(function: Saying) -> Saying:
    """Have `function` asked what a track's cover is to say. Register when the app is ready."""
    if function not in _sayings:
        _sayings[:] = [function]
    return function


@require_safe
def artwork(request: HttpRequest, key: str, size: int) -> HttpResponseBase:
    track, hearing = track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    # What differs from country to country must not lie in a cache that many share.
    for_all = hearing.reason is Reason.PUBLIC and track.sharing.regions is Regions.WORLDWIDE
    instead, packet = drawing.cover(track.key), b"".join(say(track) for say in _sayings)
    return picture_answer(request, track.artwork, size, Crop.SQUARE, instead, public=for_all, packet=packet)


def artwork_address(track: Track, size: int) -> str:
    """Where the cover is; changes with the picture, so browsers may keep what they have. Asks the database nothing."""
    version = track.artwork_id[:12] if track.artwork_id else _mark_of_drawn(track.key)
    return f"{address('tracks:artwork', track.key, numbers=(size,))}?v={version}"


@lru_cache(maxsize=20_000)  # a list shows twenty, and what is drawn for a key never changes
def _mark_of_drawn(key: str) -> str:
    return mark(drawing.cover(key))
