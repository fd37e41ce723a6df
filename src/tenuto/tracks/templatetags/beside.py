"""What features above put beside a track's own keys, in templates."""

from collections.abc import Mapping, Sequence

from django import template
from django.utils.safestring import SafeString

from tenuto.tracks.models import Track

register = template.Library()


@register.filter
def of_track(beside: Mapping[int, Sequence[SafeString]] | str, track: Track) -> Sequence[SafeString]:
    """{{ beside|of_track:track }}: of what `panels.keys_beside` drew for a whole list, this track's."""
    return beside.get(track.pk, ()) if isinstance(beside, Mapping) else ()
