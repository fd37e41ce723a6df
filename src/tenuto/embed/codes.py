"""Where the player of something is, and the lines that put it on a page."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenuto.embed.looks import PLAIN, Look
from tenuto.feeds.collected import Collected, Kind, whole

NAMES = {Kind.TRACK: "track", Kind.PLAYLIST: "playlist", Kind.ALBUM: "album", Kind.ARTIST: "artist"}
WIDTH, LEAST_WIDTH = 640, 240
HEIGHT, LIST_HEIGHT = 190, 430  # CSS pixels; a track alone, or with a list of which some rows are seen
LEAST_HEIGHT = 96  # play, title and waveform; what does not fit is scrolled to


def player_address(found: Collected, look: Look = PLAIN) -> str:
    """The whole address of its player."""
    return whole(reverse(f"embed:{NAMES[found.kind]}", args=[found.name])) + look.query


def height_of(found: Collected) -> int:
    return HEIGHT if found.kind is Kind.TRACK else LIST_HEIGHT


def title_of(found: Collected) -> str:
    """What it is, in the words of a title."""
    return _("%(title)s by %(name)s") % {"title": found.title, "name": found.by} if found.by else found.title


def code(found: Collected, look: Look = PLAIN, width: str = "100%", height: int = 0) -> SafeString:
    """The element for other people's pages. It asks for nothing but leave to play when that page says so."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" allow="autoplay" style="border:0"></iframe>',
        player_address(found, look),
        title_of(found),
        width,
        height or height_of(found),
    )
