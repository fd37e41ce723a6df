"""People in templates: where their pictures are, and the button to follow them."""

from typing import Any

from django import template

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


@register.inclusion_tag("accounts/_follow.html", takes_context=True)
def follow_button(context: dict[str, Any], owner: Account) -> dict[str, Any]:
    """{% follow_button owner %}: follow or no longer, with how many do. Two queries."""
    request = context["request"]
    return {"request": request, **follows.standing(owner, request.user), "csrf_token": context.get("csrf_token")}
