"""Parts of pages that are the same, or nearly, on every page."""

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString

from tenuto.web.addresses import address
from tenuto.web.moulds import Mould
from tenuto.web.templatetags.marks import face, face_colour

register = template.Library()
MOST_UNREAD = 99  # more are not counted out
_MASTHEAD = Mould(
    "web/_masthead.html",
    *("site_name", "unread", "username", "name", "profile", "colour", "letter", "csrf_token"),
)
_COLOPHON = Mould("web/_colophon.html", "site_name", "decoy", "csrf_token")


@register.simple_tag
def still(fragment: str) -> SafeString:
    """{% still "web/_player.html" %}: as `include` draws it, once a language. It may ask the page for nothing."""
    return _mould(fragment).fill({})


@cache  # of each name that stands in a template
def _mould(fragment: str) -> Mould:
    return Mould(fragment)


@register.simple_tag(takes_context=True)
def masthead(context: Context) -> SafeString:
    """{% masthead %}: the ways about the site, for whoever looks at the page."""
    user: Any = context.get("user")
    is_member = bool(user and user.is_authenticated)
    unread: Any = context.get("unread_notices", 0) if is_member else 0  # a lazy number, asked for here
    return _MASTHEAD.fill(
        {"here": _here(context["request"].path), "is_member": is_member, "has_unread": unread > 0},
        site_name=settings.SITE_NAME,
        unread=f"{MOST_UNREAD}+" if unread > MOST_UNREAD else str(unread),
        username=user.username if is_member else "",
        name=user.name if is_member else "",
        profile=user.get_absolute_url() if is_member else "",
        colour=str(face_colour(user.pk)) if is_member else "",
        letter=face(user.name) if is_member else "",
        csrf_token=str(context.get("csrf_token", "")),
    )


def _here(path: str) -> str:
    """Which of the masthead's ways leads to where one is."""
    for name in ("library", "studio"):
        if path.startswith(f"/{name}"):
            return name
    return _ways(settings.ROOT_URLCONF).get(path, "")


@lru_cache(maxsize=8)
def _ways(_where: str) -> Mapping[str, str]:
    found = {}
    for name in ("tracks:front", "browse:browse", "search:search", "notifications:notices"):
        try:
            found[address(name)] = name.partition(":")[2]
        except NoReverseMatch:
            continue  # a feature that is not here
    return MappingProxyType(found)


@register.simple_tag(takes_context=True)
def colophon(context: Context) -> SafeString:
    """{% colophon %}: what stands at the foot of every page."""
    decoy = str(context.get("decoy") or "")
    return _COLOPHON.fill(
        {"has_decoy": bool(decoy), "languages": tuple(settings.LANGUAGES)},
        site_name=settings.SITE_NAME,
        decoy=decoy,
        csrf_token=str(context.get("csrf_token", "")),
    )
