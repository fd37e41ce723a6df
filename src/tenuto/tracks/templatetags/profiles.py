"""The heads of pages on which tracks are listed: somebody, the pages of their profile, and whose music there is."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from tenuto.accounts.follows import button
from tenuto.accounts.models import Account
from tenuto.accounts.portraits import avatar_address, banner_address
from tenuto.web.moulds import Mould

register = template.Library()
_TOP = Mould("tracks/_profile_top.html", "handle", "name", "place", "banner", "avatar", "follow")
_TABS = Mould("tracks/_profile_tabs.html", "handle", "name", "profile")
_STREAMS = Mould("tracks/_streams.html")


@register.simple_tag(takes_context=True)
def profile_top(context: Context, owner: Account) -> SafeString:
    """{% profile_top owner %}: somebody, above each page of their profile. Two queries, for who follows them."""
    is_own = context["user"].pk == owner.pk
    shape = {"has_place": bool(owner.place), "is_own": is_own, "is_member": context["user"].is_authenticated}
    return _TOP.fill(
        shape,
        handle=owner.username,
        name=owner.name,
        place=owner.place,
        banner=banner_address(owner, 1600),
        avatar=avatar_address(owner, 320),
        follow=button(context["request"], owner),
    )


@register.simple_tag
def profile_tabs(owner: Account, here: str) -> SafeString:
    """{% profile_tabs owner "albums" %}: the pages of a profile, of which one is looked at."""
    return _TABS.fill({"here": here}, handle=owner.username, name=owner.name, profile=owner.get_absolute_url())


@register.simple_tag(takes_context=True)
def streams(context: Context, here: str) -> SafeString:
    """{% streams "following" %}: what is new of everybody and of those one follows, and the charts."""
    return _STREAMS.fill({"here": here, "is_member": context["user"].is_authenticated})
