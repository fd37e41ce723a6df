"""Tracks in lists: as posts, with their waveforms, and as lines beside others'."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import Context
from django.template.defaultfilters import truncatewords
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from tenuto.tracks.artwork import artwork_address
from tenuto.tracks.lines import Line
from tenuto.tracks.models import Track
from tenuto.tracks.templatetags.beside import of_track
from tenuto.web.moments import ago, day_and_time
from tenuto.web.moulds import Mould
from tenuto.web.templatetags.marks import clock, peaks, span

if TYPE_CHECKING:
    from tenuto.tracks.pages import Shown

register = template.Library()
_OF_BOTH = (
    *("key", "title", "artist", "artist_address", "address", "cover", "seconds", "peaks", "span", "clock"),
    "beside",
)
_POST = Mould("tracks/_post.html", *_OF_BOTH, "since", "day", "ago", "standing", "note", "plays", "besides")
_LINE = Mould("tracks/_line.html", *_OF_BOTH, "said", "keys")


@register.simple_tag(takes_context=True)
def post(
    context: Context,
    shown: "Shown",
    source: str,
    *,
    with_artist: bool = False,
    late: int | bool = False,
    besides: str = "",
) -> SafeString:
    """{% post shown source="front" %}: a track as large as lists show one. `late`: its cover may come when it is near;
    `besides`: what else is said of it.
    """
    track, now = shown.track, context["now"]
    when = (track.publication.starts_at if hasattr(track, "publication") else None) or track.created_at
    plays = "" if shown.plays is None else _plays(get_language(), shown.plays)
    shape = {
        "source": source,
        "with_artist": with_artist,
        "late": bool(late),
        "is_open": shown.is_open,
        "has_recording": track.recording is not None,
        "has_note": bool(track.description),
        "has_plays": bool(plays),
        "has_besides": bool(besides),
        "mark": track.ai_mark,
    }
    return _POST.fill(
        shape,
        **_of_both(context, track, shown.seconds, 320),
        since=when.isoformat(),
        day=day_and_time(when),
        ago=ago(when, now),
        standing=_standing(shown, now),
        note=truncatewords(track.description, 28),
        plays=plays,
        besides=besides,
    )


@register.simple_tag(takes_context=True)
def line(
    context: Context, line: Line, source: str, *, said: str = "", keys: str = "", **for_keys: object
) -> SafeString:
    """{% line line source="album" %}: a track among those of others. `said`: what is said beside its artist; `keys`: a
    fragment that stands behind what every track has, and is given `for_keys`.
    """
    track = line.track
    behind = SafeString()
    if keys and context.template is not None:
        with context.push(track=track, line=line, **for_keys):
            behind = mark_safe(context.template.engine.get_template(keys).render(context))  # noqa: S308  a template's
    shape = {
        "source": source,
        "is_open": line.is_open,
        "has_recording": track.recording is not None,
        "is_said": bool(said),
    }
    return _LINE.fill(shape, **_of_both(context, track, line.seconds, 160), said=said, keys=behind)


@lru_cache(maxsize=4_096)  # most tracks are played some few times
def _plays(_language: str | None, count: int) -> str:
    return ngettext("%(number)s play", "%(number)s plays", count) % {"number": intcomma(count)}


def _of_both(context: Context, track: Track, seconds: float, size: int) -> dict[str, str]:
    return {
        "key": track.key,
        "title": track.title,
        "artist": track.owner.name,
        "artist_address": track.owner.get_absolute_url(),
        "address": track.get_absolute_url(),
        "cover": artwork_address(track, size),
        "seconds": f"{seconds:.3f}",
        "peaks": peaks(track.recording.sketch if track.recording else None),
        "span": span(seconds),
        "clock": clock(seconds),
        "beside": mark_safe("".join(of_track(context.get("beside") or "", track))),  # noqa: S308  each was drawn by its feature
    }


def _standing(shown: "Shown", now: datetime) -> SafeString:
    """Who hears it, where that is not everybody by now."""
    publication = getattr(shown.track, "publication", None)
    if publication is not None and shown.track.recording and shown.is_open and publication.audience == "public":
        return SafeString()  # which it says only of what has begun, and is held by nothing
    return render_to_string("tracks/_state.html", {"shown": shown, "track": shown.track, "now": now})
