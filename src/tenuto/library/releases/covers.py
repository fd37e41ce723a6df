"""The covers of releases: whoever may see one may see its cover; to anybody else there is no such address."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenuto.base import drawing
from tenuto.base.pictures import Crop
from tenuto.library.releases import access
from tenuto.library.releases.models import Release
from tenuto.web.pictures import mark, picture_answer


@require_safe
def cover(request: HttpRequest, key: str, size: int) -> HttpResponseBase:
    now = timezone.now()
    release = access.release_of_key(request.user.pk, key, now)
    instead = drawing.cover(release.key)
    return picture_answer(request, release.artwork, size, Crop.SQUARE, instead, public=access.is_open(release, now))


def cover_address(release: Release, size: int) -> str:
    """Where the cover is; changes with the picture, so browsers may keep what they have. Asks the database nothing."""
    version = release.artwork_id[:12] if release.artwork_id else mark(drawing.cover(release.key))
    return f"{reverse('releases:cover', args=[release.key, size])}?v={version}"
