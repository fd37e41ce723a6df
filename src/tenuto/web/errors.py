"""Turns what we raise on purpose into an answer people can act on: a page, or JSON for programs."""

import logging
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest, NotAllowed, NotFound, TenutoError

log = logging.getLogger(__name__)

FOR_PROGRAMS = ("/api/", "/uploads/")  # whatever they say they would like to see


def answer(request: HttpRequest, error: TenutoError) -> HttpResponse:
    """The error as a page or as JSON, whichever the request prefers, with its status and its advice."""
    if error.status >= 500:
        log.error("%s %s: %s", request.method, request.path, error, exc_info=error)
    if (
        request.path.startswith(FOR_PROGRAMS)
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    ):
        told = {"code": error.code, "detail": str(error.advice), **error.besides}
        return JsonResponse(told, status=error.status, headers=dict(error.headers))
    if not hasattr(request, "user"):  # refused before anybody was recognised: an unknown host, say
        request.user = AnonymousUser()
    context = {"advice": error.advice, "status": error.status, **error.besides}
    response = render(request, error.template, context, status=error.status)
    for name, value in error.headers.items():
        response.headers[name] = value
    return response


class PlainErrors:
    """Catches our own errors at the edge, once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # No address of ours has a NUL; one that came so far would fail in the database.
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return answer(request, NotFound("an address with NUL"))
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return _wrong_method(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error) if isinstance(error, TenutoError) else None


class WrongMethod(BadRequest):
    advice = _(
        "Nothing was changed: this address only takes what its page sends. Go to that page, and press once more."
    )
    status = 405
    code = "wrong_method"


def _wrong_method(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """Django refuses without a word. Whoever signs in again after they pressed something comes to such an address."""
    if request.path.startswith(FOR_PROGRAMS):
        return refused
    response = answer(request, WrongMethod(f"{request.method} {request.path}"))
    response.headers["Allow"] = refused.headers["Allow"]
    return response


# ——— what Django raises on its own (server.urls names these) ———


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, BadRequest(repr(exception)))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, NotAllowed(repr(exception)))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, NotFound(repr(exception)))


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, TenutoError("unexpected"))


class StaleForm(NotAllowed):
    advice = _(
        "This form has lain open for too long, or cookies are switched off. Go back, reload the page and try again."
    )
    code = "stale_form"


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a form without a valid token meets (settings.CSRF_FAILURE_VIEW)."""
    return answer(request, StaleForm(reason))
