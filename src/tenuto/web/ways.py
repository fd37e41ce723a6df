"""Where somebody goes on after a press: back to the page they pressed on, and never to another host."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The address that the form sent as `next`, or asked with; `otherwise` where it is none of ours."""
    back = request.POST.get("next", "") or request.GET.get("next", "")
    # From the root, as `here` says it: anything else is the name of a page to Django's `redirect`, and mostly of none.
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return otherwise


def here(request: HttpRequest) -> str:
    """The page that is asked for, as a form on it may send it for `next`; empty where its address is a secret.

    A page behind a secret address never says that address, so that nothing on it can be copied on by accident.
    """
    by_secret = request.resolver_match is not None and "secret" in request.resolver_match.kwargs
    return "" if by_secret else request.get_full_path()
