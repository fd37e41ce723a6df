"""Where somebody goes on after a press: back to the page they pressed on, and never to another host."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
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


class BackAfterSignIn:
    """Who presses something after their session has ended is led back to the page they pressed on, once signed in.

    What they pressed answers to POST alone, and would only say so. Where that page cannot be known, what the view said
    stands.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code != 302:
            return response
        place = urlsplit(response.headers["Location"])
        if place.path != resolve_url(settings.LOGIN_URL) or REDIRECT_FIELD_NAME not in QueryDict(place.query):
            return response
        page = pressed_on(request)
        return redirect_to_login(page) if page else response


def pressed_on(request: HttpRequest) -> str:
    """The page of ours on which a form was sent: its `next`, else where the browser says it was. Empty where neither
    says so, or where that page's address is a secret.
    """
    # Files are sent as multipart: of strangers not a byte of them is read, so neither is what stands beside them.
    by_form = request.content_type == "application/x-www-form-urlencoded"
    said = way_back(request, "") if by_form else ""
    if said:
        return said
    origin = urlsplit(request.headers.get("Referer", ""))
    if origin.scheme not in {"http", "https"} or origin.netloc != request.get_host():
        return ""
    try:
        found = resolve(origin.path)
    except Resolver404:
        return ""
    page = f"{origin.path}?{origin.query}" if origin.query else origin.path
    return "" if "secret" in found.kwargs or not page.startswith("/") else page
