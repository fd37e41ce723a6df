"""In which language somebody is spoken to, on pages and in letters.

Pages: as one has chosen in this browser, else as the browser asks (Django's LocaleMiddleware reads both). Whoever is
signed in has a choice of their own, which goes with them from browser to browser; letters are written in that.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from tenuto.accounts.models import Account


def chosen_by(person: object) -> str:
    """The language that somebody chose, where they did and it is still spoken here; else nothing."""
    chosen = person.language if isinstance(person, Account) else ""
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def of(person: AbstractBaseUser | None) -> AbstractContextManager[Any]:
    """What is said within is said in their language, or in that of the site."""
    return translation.override(chosen_by(person) or settings.LANGUAGE_CODE)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on: in this browser, and wherever one signs in."""
    answer: HttpResponse = set_language(request)
    chosen = request.POST.get("language", "")
    if isinstance(request.user, Account) and chosen in dict(settings.LANGUAGES):
        Account.objects.filter(pk=request.user.pk).update(language=chosen)
    return answer


class Remembered:
    """Has each browser speak the language of whoever signs in there, from the answer to that on.

    It looks at whose page it is after the page was made, when that is known anyway: finding it out first would cost
    every picture and every piece of sound two questions to the database. So a browser that was signed in before the
    language was changed in another one shows one more page in the old one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            chosen = chosen_by(getattr(request, "user", None))
            if chosen and chosen != translation.get_language() and settings.LANGUAGE_COOKIE_NAME not in answer.cookies:
                remember(answer, chosen)
        return answer


def remember(answer: HttpResponseBase, language: str) -> None:
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
