"""Joins the routers of the slices into one described API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI

from tenuto import __version__
from tenuto.accounts.api import router as people
from tenuto.api.parser import WithoutNul
from tenuto.audio.api import router as sound
from tenuto.base.errors import TenutoError
from tenuto.terms.api import router as terms
from tenuto.tracks.api import router as catalogue
from tenuto.web.errors import answer

api = NinjaAPI(
    title="Tenuto",
    version=__version__,
    description="Everything the site can do, for programs. Send a personal access token as `Authorization: Bearer …`.",
    docs_url=None,  # the interactive page of django-ninja loads scripts from another host
    urls_namespace="api",
    parser=WithoutNul(),
)
api.add_router("", people)
api.add_router("", catalogue)
api.add_router("", sound)
api.add_router("", terms)


@api.exception_handler(TenutoError)
def say_what_is_wrong(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, error)


urlpatterns: list[URLPattern | URLResolver] = [path("", api.urls)]
