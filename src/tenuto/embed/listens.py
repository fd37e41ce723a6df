"""Listening in a player on somebody else's page, as that player asks for it. No cookie, so no token against forgery.

POST /embed/listens?visit=…         {"key": track, "again": …}               where the sound is, and how loud
PATCH /embed/listens/<key>?visit=…  {"position": seconds, "heard": seconds}  204

`visit` is a word that the player makes up and forgets with its page. It tells one listener from another for as long,
and opens nothing: what is played here anybody may hear.
"""

import re
from base64 import b64encode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tenuto.audio import count
from tenuto.audio.listeners import Listener, client_of, listener_called, network_of
from tenuto.audio.listens import count_heard, for_player, go_on_or_begin, playable, report_in
from tenuto.base.errors import BadRequest
from tenuto.rules.visibility import Surface, Visitor
from tenuto.safeguards.visitors import guard
from tenuto.tracks import access
from tenuto.web.sent import json_object
from tenuto.web.whereabouts import country_of

_VISIT = re.compile(r"[a-z0-9]{20,60}")


class NoVisit(BadRequest):
    advice = _("The address must name a visit: 20 to 60 small letters and digits, made up anew for each page.")
    code = "no_visit"


@csrf_exempt
@require_POST
def listens(request: HttpRequest) -> HttpResponse:
    """Somebody presses play."""
    at = timezone.now()
    wish = json_object(request)
    visitor = Visitor(country=country_of(request))
    track, hearing = access.track_by_key(visitor, str(wish.get("key", "")), Surface.EMBED, at)
    recording, listener = playable(track), _listener(request)
    guard.begin(request, listener.id, None, track, recording, at)
    how = count.Circumstances(
        source=count.EMBED,
        network=network_of(request, at),
        client=client_of(request),
        country=visitor.country or "",
    )
    listen = go_on_or_begin(track, listener, how, str(wish.get("again") or ""), at)
    told = for_player(track, recording, hearing, listener, listen, at, Surface.EMBED)
    report = f"{request.path}/{listen.key}?{urlencode({'visit': request.GET['visit']})}"
    response = JsonResponse({**told, "report": report, "sketch": b64encode(recording.sketch or b"").decode()})
    response.headers["Cache-Control"] = "private, no-store"
    return response


@csrf_exempt
@require_http_methods(["PATCH", "POST"])
def listen(request: HttpRequest, key: str) -> HttpResponse:
    """The player reports. A listen of another visit is one that does not exist."""
    at, listener = timezone.now(), listener_called(request.GET.get("visit", ""))
    position, heard = report_in(json_object(request))
    count_heard(request, count.own_listen(key, listener, at), listener, position, heard, at)
    return HttpResponse(status=204)


def _listener(request: HttpRequest) -> Listener:
    visit = request.GET.get("visit", "")
    if not _VISIT.fullmatch(visit):
        raise NoVisit(repr(visit[:80]))
    return listener_called(visit)
