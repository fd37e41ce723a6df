"""The icon at the address where browsers and readers of feeds look for one unasked."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

_ICON = Path(__file__).parent / "static" / "web" / "favicon.ico"  # icon.svg in 16, 32 and 48 pixels


@require_safe
@cache_control(public=True, max_age=604_800)
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_ICON.read_bytes(), content_type="image/x-icon")
