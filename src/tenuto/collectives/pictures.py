"""The picture of a collective, as everybody sees it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from tenuto.base import drawing
from tenuto.base.pictures import Crop
from tenuto.collectives.access import collective_at
from tenuto.collectives.models import Collective
from tenuto.web.pictures import mark, picture_answer


@require_safe
def picture(request: HttpRequest, slug: str, size: int) -> HttpResponseBase:
    collective = collective_at(slug, None).collective
    instead = drawing.face(collective.name)
    return picture_answer(request, collective.picture, size, Crop.SQUARE, instead, public=True)


def picture_address(collective: Collective, size: int) -> str:
    """Where it is; changes with the picture, so browsers may keep what they have. Asks the database nothing."""
    version = collective.picture_id[:12] if collective.picture_id else mark(drawing.face(collective.name))
    return f"{reverse('collectives:picture', args=[collective.slug, size])}?v={version}"
