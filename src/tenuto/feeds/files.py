"""Playlist files for players outside: M3U8, which all of them read, and XSPF, which says more of each track.

They hold what feeds hold, and each address in them is decided again when a player asks for it: a track that is taken
out of feeds falls silent in files that were saved long ago.
"""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tenuto.audio.names import file_safe
from tenuto.feeds.collected import Collected, Kind, whole
from tenuto.feeds.episodes import Episode, episodes
from tenuto.feeds.feeds import fresh, let_out, plain
from tenuto.tracks.licences import deed_of

XSPF = "http://xspf.org/ns/0/"
LICENCE = "http://creativecommons.org/ns#license"


@require_safe
def m3u8(request: HttpRequest, kind: Kind, username: str = "", key: str = "") -> HttpResponse:
    """The extended form, in UTF-8, in the order of the page."""
    found = let_out(request, kind, username or key)
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(found.title)}"]
    for episode in episodes(found.entries):
        track = episode.track
        lines += [f"#EXTINF:{round(episode.seconds)},{_line(track.owner.name)} - {_line(track.title)}", episode.sound]
    return _file("\n".join([*lines, ""]), "audio/x-mpegurl; charset=utf-8", found, "m3u8")


@require_safe
def xspf(request: HttpRequest, kind: Kind, username: str = "", key: str = "") -> HttpResponse:
    """The same as XSPF 1 (xspf.org): with pages, covers, lengths and licences."""
    found = let_out(request, kind, username or key)
    ElementTree.register_namespace("", XSPF)
    root = ElementTree.Element(f"{{{XSPF}}}playlist", version="1")
    for name, words in [("title", found.title), ("creator", found.owner.name), ("info", whole(found.page))]:
        _say(root, name, words)
    tracks = ElementTree.SubElement(root, f"{{{XSPF}}}trackList")
    for episode in episodes(found.entries):
        track = ElementTree.SubElement(tracks, f"{{{XSPF}}}track")
        for name, words in _facts(episode):
            _say(track, name, words)
        if deed := deed_of(episode.track.licence):
            ElementTree.SubElement(track, f"{{{XSPF}}}meta", rel=LICENCE).text = deed
    text = ElementTree.tostring(root, encoding="unicode")
    declared = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
    return _file(declared, "application/xspf+xml; charset=utf-8", found, "xspf")


def _facts(episode: Episode) -> Iterator[tuple[str, str]]:
    """In the order in which the format wants them."""
    yield "location", episode.sound
    yield "identifier", episode.page
    yield "title", episode.track.title
    yield "creator", episode.track.owner.name
    yield "info", episode.page
    yield "image", episode.picture
    yield "duration", str(round(1000 * episode.seconds))


def _say(element: ElementTree.Element, name: str, words: str) -> None:
    ElementTree.SubElement(element, f"{{{XSPF}}}{name}").text = plain(words)


def _line(words: str) -> str:
    """In one line: what begins a new one begins an entry."""
    return " ".join(words.split())


def _file(text: str, kind: str, found: Collected, ending: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    name = file_safe(f"{found.owner.name} - {found.title}" if found.by else found.title) or found.name
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}") or "attachment"
    return fresh(response)
