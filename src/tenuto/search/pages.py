"""The page of what was found, and what is shown while somebody types."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.browse.sound import in_short
from tenuto.search.asked import Asked
from tenuto.search.find import TRACKS_ALONE, TYPING, Found, Most, search
from tenuto.search.forms import MOST_LETTERS, SearchForm
from tenuto.tracks.lines import Line, line_of
from tenuto.tracks.pages import keep_private
from tenuto.tracks.panels import keys_beside
from tenuto.tracks.visitors import visitor_of


@dataclass(frozen=True)
class FoundLine:
    """A track that was found, and what it sounds like where that may be said."""

    line: Line
    said: str


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What was found, the best of each kind first. Whatever cannot be read is said so."""
    at, visitor = timezone.now(), visitor_of(request)
    form = SearchForm(request.GET)
    readable = form.is_valid()
    narrowing = form.narrowing if readable else None
    alone = bool(narrowing) or request.GET.get("only") == "tracks"
    most = Most(tracks=TRACKS_ALONE, others=0) if alone else Most()
    found = search(form.asked, visitor, at, most, narrowing) if narrowing is not None else Found()
    heard = [*found.tracks, *found.lyrics]
    shorts = in_short([track.pk for track in heard]) if heard else {}
    lines = {track.pk: FoundLine(line_of(track, visitor, at), str(shorts.get(track.pk, ""))) for track in heard}
    context = {
        "form": form,
        "typed": request.GET.get("q", "")[:MOST_LETTERS].strip(),
        "found": found,
        "is_narrowed": bool(narrowing) or not readable,
        "is_plain": readable and request.GET.keys() <= _PLAIN,
        "there_may_be_more": not alone and len(found.tracks) == most.tracks,
        "as_many_as_are_shown": alone and len(found.tracks) == most.tracks,
        "tracks": [lines[track.pk] for track in found.tracks],
        "lyrics": [lines[track.pk] for track in found.lyrics],
        "beside": keys_beside(request, heard),
        "canonical": f"{settings.SITE_URL}{request.path}",
        "now": at,
    }
    response = render(request, "search/results.html", context, status=200 if readable else 422)
    keep_private(response)
    return response


_PLAIN = {"q", "only"}  # words alone are asked for, or nothing


@require_safe
def typing(request: HttpRequest) -> HttpResponse:
    """The first few of each kind, as options of the field in which somebody types."""
    asked = Asked(request.GET.get("q", "")[:MOST_LETTERS])
    found = search(asked, visitor_of(request), timezone.now(), TYPING)
    response = render(request, "search/_typing.html", {"found": found, "typed": asked.typed.strip()})
    keep_private(response)
    return response
