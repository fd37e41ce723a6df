"""oEmbed 1.0 (oembed.com): whoever has the address of a page of ours is told how to show its player.

Only for what has a player, which is what everybody may hear and its artist lets onto other pages. Everything else,
hidden or made up, has the same answer.
"""

import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tenuto.base.errors import BadRequest, NotFound
from tenuto.embed.codes import LEAST_HEIGHT, LEAST_WIDTH, WIDTH, code, height_of
from tenuto.embed.looks import look_asked
from tenuto.feeds.collected import PICTURE, Collected, Kind, collected, something, whole
from tenuto.feeds.feeds import FRESH_SECONDS, plain
from tenuto.library.releases.access import release_at
from tenuto.rules.visibility import Surface, Visitor
from tenuto.tracks import access
from tenuto.tracks.slugs import normal
from tenuto.web.whereabouts import country_of


class NotOneOfOurs(NotFound):
    advice = _("There is no player for this address. It may be hidden, gone, or kept on this site by its artist.")
    code = "no_player"


class NoSuchForm(BadRequest):
    advice = _("The format is json or xml.")
    status = 501  # as oEmbed wants it
    code = "no_such_format"


class NoSuchSize(BadRequest):
    advice = _("The largest width and height are whole numbers of pixels, of at least 240 by 96.")
    code = "no_such_size"


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """GET /oembed?url=…&format=json&maxwidth=…&maxheight=…, and theme and colour as the player takes them."""
    form = request.GET.get("format") or "json"
    if form not in {"json", "xml"}:
        raise NoSuchForm(form)
    look = look_asked(request.GET)
    width = _within(request.GET.get("maxwidth"), WIDTH, LEAST_WIDTH)
    found = something(_behind(request, request.GET.get("url", "")))
    height = _within(request.GET.get("maxheight"), height_of(found), LEAST_HEIGHT)
    told: dict[str, object] = {
        "version": "1.0",
        "type": "rich",
        "title": found.title,
        "author_name": found.owner.name,
        "author_url": whole(found.owner.get_absolute_url()),
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL,
        "cache_age": FRESH_SECONDS,
        "thumbnail_url": whole(found.picture),
        "thumbnail_width": PICTURE,
        "thumbnail_height": PICTURE,
        "html": str(code(found, look, str(width), height)),
        "width": width,
        "height": height,
    }
    response = (
        JsonResponse(told) if form == "json" else HttpResponse(_xml(told), content_type="text/xml; charset=utf-8")
    )
    response.headers["Access-Control-Allow-Origin"] = "*"  # the same for whoever asks, and asked without cookies
    response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    return response


def _behind(request: HttpRequest, url: str) -> Collected:
    """What the page at this address shows, as anybody may have it elsewhere."""
    at, country = timezone.now(), country_of(request)
    try:
        parts, ours = urlsplit(url), urlsplit(settings.SITE_URL)
    except ValueError as error:  # a bracket without its other, and the like
        raise NotOneOfOurs(url) from error
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() != ours.netloc.lower():
        raise NotOneOfOurs(url)
    try:
        match = resolve(parts.path)
    except Resolver404 as error:
        raise NotOneOfOurs(url) from error
    named = match.kwargs
    try:
        match match.view_name:
            case "tracks:track":
                track = access.track_at(Visitor(country=country), named["username"].lower(), named["slug"], at)
                kind, name = Kind.TRACK, track.key
            case "releases:release":
                release = release_at(None, named["username"].lower(), normal(named["slug"]), at)
                kind, name = Kind.ALBUM, release.key
            case "tracks:profile":
                kind, name = Kind.ARTIST, named["username"]
            case "playlists:playlist":
                kind, name = Kind.PLAYLIST, named["key"]
            case "embed:track" | "embed:album" | "embed:playlist" | "embed:artist":
                kind, name = named["kind"], named.get("key") or named["username"]
            case _:
                raise NotOneOfOurs(url)
        return collected(kind, name, Surface.EMBED, at, country)
    except NotFound as error:
        raise NotOneOfOurs(url) from error


def _within(wish: str | None, usual: int, least: int) -> int:
    """The usual size, or the largest that is wished for."""
    if not wish:
        return usual
    if not (wish.isascii() and wish.isdecimal()) or len(wish) > 6 or int(wish) < least:
        raise NoSuchSize(wish[:80])
    return min(usual, int(wish))


def _xml(told: dict[str, object]) -> str:
    root = ElementTree.Element("oembed")
    for name, value in told.items():
        ElementTree.SubElement(root, name).text = plain(str(value))
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n{text}\n'
