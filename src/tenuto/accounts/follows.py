"""Following: POST says whether one wants to hear what somebody publishes."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tenuto.accounts.models import Account, Follow
from tenuto.base.errors import BadRequest, NotFound


class NotThemselves(BadRequest):
    advice = _("You cannot follow yourself. You hear everything of yours already.")
    code = "follows_themselves"


def standing(owner: Account, visitor: Account | AnonymousUser) -> dict[str, Any]:
    """What the button shows: whether the visitor follows the owner, and how many do."""
    return {
        "owner": owner,
        "is_self": owner.pk == visitor.pk,
        "is_member": visitor.is_authenticated,
        "is_following": visitor.is_authenticated and Follow.objects.filter(follower=visitor, followed=owner).exists(),
        "followers": owner.followers.filter(follower__is_active=True).count(),
    }


@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """`follow=yes` or `follow=no`. Saying it twice changes nothing."""
    owner = Account.objects.filter(username=handle.lower(), is_active=True).first()
    if owner is None:
        raise NotFound(f"nobody is called {handle}")
    visitor = request.user
    if not isinstance(visitor, Account):
        # Back to the page with the button, for this address answers to POST alone.
        return redirect_to_login(_way_back(request, owner))
    if owner == visitor:
        raise NotThemselves
    match request.POST.get("follow"):
        case "yes":
            with transaction.atomic():
                Follow.objects.get_or_create(follower=visitor, followed=owner, defaults={"since": timezone.now()})
        case "no":
            Follow.objects.filter(follower=visitor, followed=owner).delete()
        case _:
            raise BadRequest("neither follow=yes nor follow=no")
    if request.headers.get("HX-Request-Type") == "partial":
        return render(request, "accounts/_follow.html", standing(owner, visitor))
    return HttpResponseRedirect(_way_back(request, owner))


def _way_back(request: HttpRequest, owner: Account) -> str:
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return back
    return owner.get_absolute_url()
