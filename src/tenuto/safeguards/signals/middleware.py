"""Puts what is told to machines on every answer, whatever view made it and however it went."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from tenuto.rules.signals import noai
from tenuto.rules.signals.headers import Headers, headers
from tenuto.rules.usage_policies import Reach, at_a_glance
from tenuto.safeguards.signals.told import OF_HIDDEN, OF_THE_SITE, addresses_of, of_hidden, of_the_site, reach_of
from tenuto.tracks.met import noting
from tenuto.tracks.models import Track

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Signals:
    """The outermost of all: no redirect and no refusal goes out without it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with noting() as met:
            response = self.get_response(request)
        # What answers a change is for whoever made it; and the track was read before it, so it could say too much.
        hidden = bool(met) and request.method not in SAFE
        hidden |= noai.refuses_search(response.headers.get(noai.NAME, ""))
        for name, value in headers_about(met, hidden=hidden):
            add(response, name, value)
        return response


def headers_about(met: Sequence[Track], *, hidden: bool = False) -> Headers:
    """The headers of an answer that is about these tracks. The strictest of them decides; `hidden` says all are."""
    if not met:
        return headers(OF_HIDDEN, of_hidden()) if hidden else headers(OF_THE_SITE, of_the_site(), of_search=False)
    now = timezone.now()
    if hidden or any(reach_of(track, now) is Reach.HIDDEN for track in met):
        return headers(OF_HIDDEN, of_hidden())
    one = len({track.key for track in met}) == 1
    return headers(at_a_glance(Reach.PUBLIC), addresses_of(met[0], Reach.PUBLIC) if one else of_the_site())


def add(response: HttpResponseBase, name: str, value: str) -> None:
    """Beside what the view said: of links each stands, of words none twice. Everything else is said here alone."""
    said = response.headers.get(name, "")
    if name == "Link" and said:
        value = f"{said}, {value}"
    elif name == noai.NAME and said:
        words = [word.strip() for word in f"{said},{value}".split(",")]
        value = ", ".join(dict.fromkeys(word for word in words if word))
    response.headers[name] = value
