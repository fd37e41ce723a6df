"""Joins the routers of the slices into one described API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI

from tenuto import __version__
from tenuto.accounts.api import router as people
from tenuto.agreements.api import router as agreements
from tenuto.agreements.objection_api import router as objections
from tenuto.agreements.organisation_api import router as organisations
from tenuto.api.parser import WithSoundTexts
from tenuto.audio.api import router as sound
from tenuto.base.errors import TenutoError
from tenuto.browse.api import router as browse
from tenuto.charts.api import router as charts
from tenuto.collectives.api import router as collectives
from tenuto.comments.api import router as comments
from tenuto.consent.api import router as consent
from tenuto.credits.api import router as credits_of
from tenuto.gate.api import router as gate
from tenuto.library.history.api import router as history
from tenuto.library.likes.api import router as likes
from tenuto.library.playlists.api import router as playlists
from tenuto.library.queues.api import router as queues
from tenuto.library.releases.api import router as releases
from tenuto.library.reposts.api import router as reposts
from tenuto.lyrics.api import router as lyrics
from tenuto.matches.api import router as recognised
from tenuto.notifications.api import router as notifications
from tenuto.safeguards.signals.api import router as signals
from tenuto.search.api import router as search
from tenuto.statistics.api import router as statistics
from tenuto.terms.api import router as terms
from tenuto.tracks.api import router as catalogue
from tenuto.web.errors import answer

api = NinjaAPI(
    title="Tenuto",
    version=__version__,
    description="Everything the site can do, for programs. Send a personal access token as `Authorization: Bearer …`.",
    docs_url=None,  # the interactive page of django-ninja loads scripts from another host
    urls_namespace="api",
    parser=WithSoundTexts(),
)
api.add_router("", people)
api.add_router("", catalogue)
api.add_router("", sound)
api.add_router("", terms)
api.add_router("", organisations)
api.add_router("", agreements)
api.add_router("", objections)
api.add_router("", consent)
api.add_router("", signals)
api.add_router("", gate)
api.add_router("", comments)
api.add_router("", lyrics)
api.add_router("", credits_of)
api.add_router("", browse)
api.add_router("", charts)
api.add_router("", search)
api.add_router("", playlists)
api.add_router("", likes)
api.add_router("", reposts)
api.add_router("", notifications)
api.add_router("", collectives)
api.add_router("", releases)
api.add_router("", queues)
api.add_router("", history)
api.add_router("", recognised)
api.add_router("", statistics)


@api.exception_handler(TenutoError)
def say_what_is_wrong(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, error)


urlpatterns: list[URLPattern | URLResolver] = [path("", api.urls)]
