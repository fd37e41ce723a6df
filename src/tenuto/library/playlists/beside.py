"""What stands below every track: the way onto a playlist."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenuto.tracks.models import Track
from tenuto.tracks.panels import beside
from tenuto.web.templatetags.marks import glyph
from tenuto.web.ways import here


@beside
def add_to_playlist(request: HttpRequest, tracks: Sequence[Track]) -> dict[int, SafeString]:
    """For members: others have nowhere to put it. Asks the database nothing."""
    if not request.user.is_authenticated:
        return {}
    back = here(request)
    word, mark = _("Playlist"), glyph("plus")
    return {
        track.pk: format_html(
            '<a class="button button--plain" href="{}?{}" aria-label="{}">{}<span>{}</span></a>',
            reverse("playlists:choose", args=[track.key]),
            urlencode({"next": back or track.get_absolute_url()}),
            _("Add %(title)s to a playlist") % {"title": track.title},
            mark,
            word,
        )
        for track in tracks
    }
