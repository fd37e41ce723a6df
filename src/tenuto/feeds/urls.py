from django.urls import URLPattern, URLResolver, path

from tenuto.feeds import feeds, files
from tenuto.feeds.collected import Kind
from tenuto.feeds.feeds import PLACES

app_name = "feeds"
_BELOW = {Kind.ARTIST: "@<slug:username>", Kind.PLAYLIST: "playlists/<slug:key>", Kind.ALBUM: "albums/<slug:key>"}
_FORMS = (
    ("feed.xml", feeds.rss, "rss"),
    ("feed.json", feeds.json_feed, "json"),
    ("tracks.m3u8", files.m3u8, "m3u8"),
    ("tracks.xspf", files.xspf, "xspf"),
)
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{below}/{form}", view, {"kind": kind}, name=f"{PLACES[kind]}{name}")
    for kind, below in _BELOW.items()
    for form, view, name in _FORMS
]
