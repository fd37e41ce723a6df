"""Pages for the artist: each time AI asked for a track, and a withdrawal while it happens."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenuto.gate.panel import stands_context
from tenuto.gate.shown import PAGE_SIZE, uses_of
from tenuto.gate.trainings import trainings_of
from tenuto.tracks.access import own_track
from tenuto.tracks.studio import in_place, member


@require_safe
@login_required
def uses(request: HttpRequest, key: str) -> HttpResponse:
    """Every time something was asked of one's own track, given or not, newest first."""
    track = own_track(member(request), key)
    found = uses_of(track.pk, _number(request, "before"))
    older = found[PAGE_SIZE - 1].passage.pk if len(found) > PAGE_SIZE else None
    context = {
        "track": track,
        "tab": "permissions",
        "uses": found[:PAGE_SIZE],
        "older": older,
        "trainings": trainings_of(track.pk, _number(request, "trained_before")),
    }
    return render(request, "gate/uses.html", context)


@require_safe
@login_required
def stands(request: HttpRequest, key: str) -> HttpResponse:
    """What AI keeps of one's own track now, and how far what was taken back is forgotten."""
    track = own_track(member(request), key)
    context = stands_context(track) | {"tab": "permissions"}
    return render(request, "gate/_stands.html" if in_place(request) else "gate/stands.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked[:18]) if asked.isascii() and asked.isdecimal() else None
