"""Parts of a track's pages that features above bring: they register, so that the catalogue knows none of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from django.http import HttpRequest
from django.utils.safestring import SafeString

from tenuto.tracks.models import Track


class Place(StrEnum):
    """Where a part may stand."""

    PERMISSIONS = "permissions"  # the tab of that name, beside sharing
    PAGE = "page"  # the track's own page, beside what the artist wrote
    CREDITS = "credits"  # in the list of who made it, each a row of it
    TALK = "talk"  # under what the artist wrote and whom she credits


# Draws one part, or nothing.
Panel = Callable[[HttpRequest, Track], SafeString | str]
# Draws keys beside a track's own, for each of these tracks by its id; asked once for a whole list, however long it is.
Keys = Callable[[HttpRequest, Sequence[Track]], Mapping[int, SafeString]]
_keys: list[Keys] = []
_panels: dict[Place, list[Panel]] = defaultdict(list)


def panel(place: Place) -> Callable[[Panel], Panel]:
    """Have the decorated function draw a part of every such page. Register when the app is ready."""

    def register(draw: Panel) -> Panel:
        if draw not in _panels[place]:
            _panels[place].append(draw)
        return draw

    return register


def panels(place: Place, request: HttpRequest, track: Track) -> list[SafeString | str]:
    """What stands there for this track, in the order in which features were registered."""
    return [drawn for draw in _panels[place] if (drawn := draw(request, track))]


def beside(draw: Keys) -> Keys:
    """Have the decorated function draw keys for the tracks of every list and page. Register when the app is ready."""
    if draw not in _keys:
        _keys.append(draw)
    return draw


def keys_beside(request: HttpRequest, tracks: Sequence[Track]) -> dict[int, list[SafeString]]:
    """What stands beside the keys of each of these tracks, by its id."""
    drawn = [draw(request, tracks) for draw in _keys] if tracks else []
    return {track.pk: [keys[track.pk] for keys in drawn if track.pk in keys] for track in tracks}
