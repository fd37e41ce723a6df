"""The page on which somebody takes a player along: how it looks, its code, and the same music as feeds and files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.embed.codes import code, height_of, player_address, title_of
from tenuto.embed.looks import PLAIN, NoSuchLook, Theme, look_asked
from tenuto.feeds.collected import Kind, collected, something, whole
from tenuto.feeds.feeds import address_of
from tenuto.rules.visibility import Surface
from tenuto.web.whereabouts import country_of


@require_safe
def share(request: HttpRequest, kind: Kind, key: str = "", username: str = "") -> HttpResponse:
    """The same to everybody, as what is taken along is for anybody. A look that cannot be is said, and kept to mend."""
    found = collected(kind, key or username, Surface.EMBED, timezone.now(), country_of(request))
    if kind is Kind.TRACK:
        something(found)
    refusal, look = None, PLAIN
    try:
        look = look_asked(request.GET)
    except NoSuchLook as error:
        refusal = error.advice
    context = {
        "found": found,
        "title": title_of(found),
        "address": whole(found.page),
        "code": code(found, look) if found.entries else "",
        "player": player_address(found, look).removeprefix(whole("")),
        "height": height_of(found),
        "themes": list(Theme),
        "look": look,
        "asked_theme": request.GET.get("theme", look.theme.value),
        "asked_colour": request.GET.get("colour", ""),
        "refusal": refusal,
        "forms": []
        if kind is Kind.TRACK
        else [(name, address_of(found, name)) for name in ("rss", "json", "m3u8", "xspf")],
    }
    return render(request, "embed/share.html", context, status=422 if refusal else 200)
