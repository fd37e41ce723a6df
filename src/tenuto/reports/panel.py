"""What stands on pages of staff's decisions: to a track's artist, that it is withheld, why, and how to appeal."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tenuto.reports.deciding import OF_A_TRACK
from tenuto.reports.models import Decision
from tenuto.rules.moderation import Measure
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.PAGE)
@panel(Place.PERMISSIONS)
def withheld(request: HttpRequest, track: Track) -> SafeString | str:
    """Nothing to others, who do not come here while it is; nothing where it is not withheld."""
    if not track.withheld or request.user.pk != track.owner_id:
        return ""
    found = Decision.standing().filter(kind__in=OF_A_TRACK, about=track.pk, measure=Measure.WITHHOLD_TRACK)
    return render_to_string("reports/_withheld.html", {"decision": found.first()}, request)
