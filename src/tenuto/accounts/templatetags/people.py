"""People in templates: where their pictures are, and the button to follow them."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from tenuto.accounts import follows, portraits
from tenuto.accounts.models import Account

register = template.Library()


@register.simple_tag
def avatar(account: Account, size: int) -> str:
    """{% avatar account 160 %}: the address of a face. Costs no query."""
    return portraits.avatar_address(account, size)


@register.simple_tag
def banner(account: Account, size: int) -> str:
    """{% banner account 1600 %}: the address of a banner. Costs no query."""
    return portraits.banner_address(account, size)


@register.simple_tag(takes_context=True)
def follow_button(context: Context, owner: Account) -> SafeString:
    """{% follow_button owner %}: follow or no longer, with how many do. Two queries."""
    return follows.button(context["request"], owner)


# In this order: most browsers name themselves after one another. Words as they stand in the User-Agent.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Windows", "Windows"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """{{ session.user_agent|browser }}: "Firefox, Linux", as people call it; nothing where it is no browser we know."""
    names = [next((name for word, name in words if word in user_agent), "") for words in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in names if name)
