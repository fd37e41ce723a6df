"""What a browser keeps for when there is no connection: one page that says so, the same for everybody.

Nothing else is kept. Pages are about whoever is signed in, and music has its own way to be taken along: downloads.
"""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

_WORKER = Path(__file__).parent / "static" / "web" / "js" / "service-worker.js"


@require_safe
@cache_control(no_cache=True)
def page(request: HttpRequest) -> HttpResponse:
    """The page itself. It knows nothing of who asks, but their language."""
    return HttpResponse(_page())


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The script, at the root of the site, since a worker serves the addresses below its own.

    A browser takes a worker for a new one when a byte of it differs. So it ends with a digest of the page it keeps:
    a new version of Tenuto, or another language, has the page fetched anew.
    """
    kept = sha256(_page().encode()).hexdigest()
    return HttpResponse(f"{_WORKER.read_text(encoding='utf-8')}// {kept}\n", content_type="text/javascript")


def _page() -> str:
    return render_to_string("web/offline.html", {"site_name": settings.SITE_NAME})
