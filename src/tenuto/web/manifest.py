"""What a phone or computer must know to keep the site among its programs."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie


@require_safe
@cache_control(public=True, max_age=86_400)
@vary_on_cookie
def manifest(request: HttpRequest) -> JsonResponse:
    icons = [
        {"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        {"src": static("web/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": static("web/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
        # The same picture: its note lies within the middle four fifths, which every shape of icon leaves.
        {"src": static("web/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    shortcuts = [
        {"name": _("Upload"), "url": reverse("audio:upload")},
        {"name": _("Library"), "url": reverse("playlists:library")},
        {"name": _("Studio"), "url": reverse("tracks:studio")},
    ]
    return JsonResponse(
        {
            "id": "/",
            "name": settings.SITE_NAME,
            "short_name": settings.SITE_NAME,
            "description": _("A place to share and hear music."),
            "lang": get_language(),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f8f5ee",
            "theme_color": "#f8f5ee",
            "icons": icons,
            "shortcuts": shortcuts,
            "categories": ["music"],
        },
        content_type="application/manifest+json",
    )
