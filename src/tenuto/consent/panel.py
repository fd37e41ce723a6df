"""The grid on a track's Permissions tab."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from tenuto.agreements.drafting import pages_of
from tenuto.consent.grid import USE_COLUMNS, grid
from tenuto.consent.masks import as_digits
from tenuto.consent.reserving import SENTENCE, is_reserved
from tenuto.consent.stances import stances
from tenuto.rules.consent_changes import Layer
from tenuto.rules.stances import Stance
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel
from tenuto.tracks.permissions import WHOLE


@panel(Place.PERMISSIONS)
def switches(request: HttpRequest, track: Track) -> SafeString:
    """Purposes by uses for each asset of this track, each cell with its reason."""
    return render_to_string("consent/_track.html", grid_context(track) | typed_in(request), request)


def typed_in(request: HttpRequest) -> dict[str, object]:
    """What stands ticked in the grid, and is not saved, on a page that comes anew because another part of it was."""
    if "shown" not in request.POST:
        return {}
    said = request.POST
    return {
        "ticked": said.getlist("open"),
        "cleared": said.getlist("clear"),
        "attests": "attest" in said,
        "typed_asset": said.get("asset", ""),
    }


def grid_context(track: Track, saved: str = "") -> dict[str, object]:
    now = timezone.now()
    stance = stances([track.pk], now).get(track.pk, Stance())
    readable = pages_of(track.owner, [agreement.id for agreement in stance.agreements])
    drawn = grid(stance, Layer.OWN, now, agreements=readable)
    return {
        "track": track,
        "whole": WHOLE,
        "grid": drawn,
        "counts": drawn.counts,
        "uses": USE_COLUMNS,
        "shown": as_digits(drawn.shown),
        "has_terms": stance.terms is not None,
        "saved": saved,
        "sentence": SENTENCE if is_reserved(track) else "",
    }
