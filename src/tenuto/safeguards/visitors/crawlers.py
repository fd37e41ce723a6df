"""Crawlers for AI at tracks and their sound: those without a licence are told so, with what holds and whom to ask.

Whoever names itself as one, or signs its requests, is a crawler. So is whoever says that it is a search engine's, and
is found not to be. Everybody else is a person: a name that is not on the list and no signature prove nothing, and what
a person may take is for budgets to say.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import NotAllowed
from tenuto.rules.ai_crawlers import ai_crawler_in
from tenuto.rules.budgets import Reason
from tenuto.rules.known_crawlers import Claim, claimed
from tenuto.rules.visibility import Surface, Visitor, may_hear
from tenuto.safeguards.visitors.agents import verified_agent
from tenuto.safeguards.visitors.claims import claims
from tenuto.safeguards.visitors.licences import licence_for, offer_of
from tenuto.safeguards.visitors.meter import meter
from tenuto.tracks.access import state_of, whole
from tenuto.tracks.models import Track
from tenuto.web.clients import address_of
from tenuto.web.errors import answer

# What shows a track, or hands out something of it. By the names of addresses, whatever the addresses are.
OF_TRACKS = {
    "tracks:track", "tracks:secret", "tracks:artwork", "audio:listens", "audio:media", "audio:playlist",
    "audio:master", "audio:stream", "audio:download", "audio:credentials", "audio:waveform", "browse:similar",
    "audio:feed-sound", "embed:track", "embed:share-track", "embed:playlist", "embed:share-playlist", "embed:album",
    "embed:share-album", "embed:artist", "embed:share-artist", "embed:listens", "statistics:insights",
    "api:read_track", "api:begin_listen", "api:read_sound", "api:read_similar", "api:read_lyrics", "api:read_credits",
    "comments:comments", "api:list_comments",
}  # fmt: skip


class CrawlerWithoutLicence(NotAllowed):
    """An AI crawler asked for music that nobody licensed to it."""

    advice = _(
        "Crawlers for AI may not have this music without a licence of its artist. What holds, and how a crawler is "
        "licensed, is said at the address below."
    )
    code = "no_licence"
    template = "visitors/refused.html"

    def __init__(self, name: str, offer: dict[str, str] | None) -> None:
        super().__init__(f"{name} without a licence")
        policy = settings.SITE_URL + reverse("visitors:crawlers")
        self.besides: dict[str, object] = {"title": _("Not without a licence."), "policy": policy}
        self.headers = {"Cache-Control": "no-store", "Link": f'<{policy}>; rel="license"', "Vary": "User-Agent"}
        if offer is not None:
            self.status = 402
            self.besides["offer"] = offer


class NotWhoItSays(CrawlerWithoutLicence):
    """Somebody calls themselves a search engine's crawler, and its operator says otherwise."""

    advice = _(
        "Your program says that it is a well-known crawler, and its address is not one of that crawler’s. If you are a "
        "person, have your browser say what it is; if you run a crawler, give it a name of its own."
    )
    code = "false_crawler"


class Crawlers:
    """Turns unlicensed AI crawlers away from tracks, before any view looks for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not settings.GUARD or request.resolver_match is None or request.resolver_match.view_name not in OF_TRACKS:
            return None
        at = timezone.now()
        name, refusal = crawler_in(request), CrawlerWithoutLicence
        known = claimed(request.headers.get("User-Agent", ""))
        claim = claims.of(known, address_of(request), at.timestamp()) if known else Claim.UNKNOWN
        if known and claim is Claim.FALSE:
            name, refusal = f"false {known.name}", NotWhoItSays
        elif known and claim is Claim.TRUE and known.name == name:
            name = f"{name}, confirmed"
        if name is None:
            return None
        track = _track(kwargs)
        if track is not None and (licence := licence_for(request, track, at)) is not None:
            request.crawler_licence = licence  # type: ignore[attr-defined]  # read by `is_licensed`
            return None
        asker = meter.asker(address_of(request), "", at.timestamp())
        meter.note_stop(asker, Reason.AI_CRAWLER, track.pk if track is not None else None, name, at)
        return answer(request, refusal(name, offer_of(track) if track and _is_open(track, at) else None))


def crawler_in(request: HttpRequest) -> str | None:
    """The crawler that this request comes from by its own word, or by its signature or licence."""
    named = ai_crawler_in(request.headers.get("User-Agent", ""))
    if named is not None:
        return named
    if request.headers.get("Authorization", "").lower().startswith("license "):
        return "licensed"
    return verified_agent(request) if "Signature-Agent" in request.headers else None


def is_confirmed_search_engine(request: HttpRequest, at: datetime) -> bool:
    """Does this request come from a crawler that is none of AI's, and has been found to be what it says?"""
    known = claimed(request.headers.get("User-Agent", ""))
    if known is None or crawler_in(request) is not None:
        return False
    return claims.of(known, address_of(request), at.timestamp()) is Claim.TRUE


def is_licensed(request: HttpRequest) -> bool:
    """Has this request been found to be a licensed crawler's?"""
    return getattr(request, "crawler_licence", None) is not None


def _track(kwargs: dict[str, Any]) -> Track | None:
    """The track that an address is about, whether or not anybody may hear it. A list of tracks is none: it may have
    several artists, and a licence is one artist's word.
    """
    if "address" in kwargs:
        found = Track.objects.filter(recordings__key=kwargs["address"])
    elif "slug" in kwargs:
        found = Track.objects.filter(owner__username=kwargs["username"].lower(), slug=kwargs["slug"])
    else:
        found = Track.objects.filter(key=kwargs.get("key", ""))
    return whole(found).first()


def _is_open(track: Track, at: datetime) -> bool:
    return bool(may_hear(Visitor(), state_of(track), Surface.PAGE, at))
