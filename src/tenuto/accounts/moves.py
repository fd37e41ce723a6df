"""Leads visitors of an old handle's addresses to the new ones."""

import re
from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from tenuto.accounts.models import FormerHandle

_PERSONAL = re.compile(r"/@([A-Za-z0-9-]{1,30})(?=/|\Z)")


class FollowMoves:
    """Looks only at addresses that nothing else answered, so pages that exist pay nothing for it.

    Where a handle has gone is public; whether anything is at the rest of the address is decided there, as ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        personal = _PERSONAL.match(request.path) if response.status_code == 404 else None
        if personal is None or request.method not in {"GET", "HEAD"}:
            return response
        former = (
            FormerHandle.objects.select_related("account")
            .filter(handle=personal[1].lower(), account__is_active=True)
            .first()
        )
        if former is None:
            return response
        moved = quote(f"/@{former.account.username}{request.path[personal.end() :]}", safe="/@")
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{moved}?{query}" if query else moved)
