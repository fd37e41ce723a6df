"""What the gate shows on a track's Permissions tab: what AI keeps of it now, and what was taken back."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tenuto.gate.shown import kept_of, taken_back
from tenuto.gate.words import kept_by_name
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.PERMISSIONS)
def what_stands(request: HttpRequest, track: Track) -> SafeString:
    """Below the grid."""
    return render_to_string("gate/_stands.html", stands_context(track), request)


def stands_context(track: Track) -> dict[str, object]:
    taken = taken_back(track.pk)
    return {
        "track": track,
        "kept": [{"what": kept_by_name(each.duty), "since": each.since} for each in kept_of(track.pk)],
        "taken": taken,
        "under_way": any(not one.done for one in taken),
    }
