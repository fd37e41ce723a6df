"""Listening, as the player on a page asks for it: POST begins a listen, PATCH reports how far it is.

POST /listens         {"key": track, "source": "page", "secret": …, "again": …}   where to fetch the sound, and how loud
PATCH /listens/<key>  {"position": seconds, "heard": seconds}                     204; POST works too, for sendBeacon
"""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from tenuto.audio import count, deliver
from tenuto.audio.listeners import Listener, client_of, give_cookie, listener_of, network_of, new_listener
from tenuto.audio.models import Listen
from tenuto.base.errors import BadRequest, NotFound
from tenuto.rules.loudness import playback_gain_db
from tenuto.rules.visibility import Hearing, Reason, Surface
from tenuto.safeguards.visitors import guard
from tenuto.tracks import access
from tenuto.tracks.models import Recording, Track
from tenuto.tracks.visitors import visitor_of
from tenuto.web.sent import json_object

_SOURCE = re.compile(r"[a-z][a-z-]{0,19}")
ARTWORK_WIDTHS = (96, 320, 960)  # for the lock screen, the bar, and the page


class StillBeingMade(BadRequest):
    advice = _("This track is still being prepared. It can be played in a moment.")
    status = 409
    code = "still_being_made"


class NotAReport(BadRequest):
    advice = _("A report says in seconds how far the track is (position) and how much of it was heard (heard).")
    code = "not_a_report"


class NoSuchSource(BadRequest):
    advice = _("The source of a listen is one word in small letters, such as page or queue.")
    code = "no_such_source"


@require_POST
def listens(request: HttpRequest) -> HttpResponseBase:
    """Somebody presses play."""
    at = timezone.now()
    wish = _body(request)
    source = str(wish.get("source") or "page")
    if not _SOURCE.fullmatch(source):
        raise NoSuchSource(repr(source))
    visitor = visitor_of(request)
    by_secret = None
    if wish.get("secret"):
        by_secret = access.track_by_secret(str(wish["secret"]), at, visitor)[1].pk
        visitor = replace(visitor, link_ids=visitor.link_ids | {by_secret})
    track, hearing = access.track_by_key(visitor, str(wish.get("key", "")), Surface.STREAM, at)
    recording = playable(track)
    listener, cookie = new_listener(listener_of(request))
    guard.begin(request, listener.id, listener.account, track, recording, at)
    how = count.Circumstances(
        source=source,
        network=network_of(request, at),
        client=client_of(request),
        country=visitor.country or "",
        link_id=hearing.link_id or by_secret,
        opened_by_link=hearing.reason is Reason.SECRET_LINK,
    )
    listen = go_on_or_begin(track, listener, how, str(wish.get("again") or ""), at)
    response = JsonResponse(for_player(track, recording, hearing, listener, listen, at))
    response.headers["Cache-Control"] = "private, no-store"
    give_cookie(response, cookie)
    return response


@require_http_methods(["PATCH", "POST"])
def listen(request: HttpRequest, key: str) -> HttpResponseBase:
    """The player reports. A listen of somebody else is a listen that does not exist."""
    at = timezone.now()
    position, heard = report_in(_body(request))
    listener = listener_of(request)
    count_heard(request, count.own_listen(key, listener, at), listener, position, heard, at)
    return HttpResponse(status=204)


def go_on_or_begin(track: Track, listener: Listener, how: count.Circumstances, again: str, at: datetime) -> Listen:
    """The listen of this key, where its addresses have ended or its audio was replaced; without one, a new one."""
    if not again:
        return count.begin(track, listener, how, at)
    listen = count.own_listen(again, listener, at)
    if listen.track_id != track.pk:
        raise NotFound(f"listen {listen.key} is of another track")
    return listen


def report_in(said: Mapping[str, Any]) -> tuple[float, float]:
    """How far the track is and how much of it was heard, in seconds, if that is what is said."""
    return _seconds(said, "position"), _seconds(said, "heard")


def count_heard(
    request: HttpRequest, listen: Listen, listener: Listener, position: float, heard: float, at: datetime
) -> None:
    """Note a report, and what of it is new where it is weighed against what was taken."""
    before = listen.heard_seconds
    after = count.report(listen, position, heard, at).heard_seconds
    guard.hear(request, listener.id, listen.track_id, after - before, at)


def playable(track: Track) -> Recording:
    """The recording that is heard; its owner may meet a track that has none yet."""
    if track.recording is None:
        raise StillBeingMade(f"track {track.key}")
    return track.recording


def for_player(
    track: Track,
    recording: Recording,
    hearing: Hearing,
    listener: Listener,
    listen: Listen,
    at: datetime,
    surface: Surface = Surface.STREAM,
) -> dict[str, Any]:
    """All that a player needs of a track: where its sound is, how loud to play it, and what to show."""
    address = deliver.address_for(recording, hearing, listener, at, surface)
    return {
        "listen": listen.key,
        "report": reverse("audio:listen", args=[listen.key]),
        "key": track.key,
        "title": track.title,
        "artist": track.owner.name,
        "artist_url": track.owner.get_absolute_url(),
        "url": track.get_absolute_url(),
        "seconds": recording.seconds,
        "gain_db": playback_gain_db(recording.loudness_lufs, recording.true_peak_dbtp),
        "sources": [
            {
                "src": reverse("audio:media", args=[address, rendition.kind]),
                "type": f'audio/mp4; codecs="{rendition.codecs}"',
            }
            for rendition in deliver.renditions_of(recording)
        ],
        "hls": reverse("audio:master", args=[address]),
        "ends_in": deliver.seconds_left(address, at),
        "peaks": reverse("audio:waveform", args=[track.key, 8192, "json"]),
        "artwork": {str(width): reverse("tracks:artwork", args=[track.key, width]) for width in ARTWORK_WIDTHS},
        "artwork_words": track.artwork_words,
    }


def _body(request: HttpRequest) -> Mapping[str, Any]:
    """The fields of a form, or of a JSON object."""
    if request.content_type != "application/json":
        return request.POST.dict()
    return json_object(request)


def _seconds(report: Mapping[str, Any], name: str) -> float:
    try:
        seconds = float(report[name])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise NotAReport(f"{name}: {error}") from error
    if not math.isfinite(seconds) or seconds < 0:
        raise NotAReport(f"{name} is {seconds}")
    return seconds
