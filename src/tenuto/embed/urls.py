from django.urls import URLPattern, URLResolver, path

from tenuto.embed import listens, oembed, player, share
from tenuto.embed.codes import NAMES
from tenuto.feeds.collected import Kind

app_name = "embed"
_BELOW = {kind: f"{kind}/<slug:{'username' if kind is Kind.ARTIST else 'key'}>" for kind in Kind}
urlpatterns: list[URLPattern | URLResolver] = [
    path("oembed", oembed.oembed, name="oembed"),
    path("embed/listens", listens.listens, name="listens"),
    path("embed/listens/<slug:key>", listens.listen, name="listen"),
    *[path(f"embed/{below}", player.player, {"kind": kind}, name=NAMES[kind]) for kind, below in _BELOW.items()],
    *[
        path(f"share/{below}", share.share, {"kind": kind}, name=f"share-{NAMES[kind]}")
        for kind, below in _BELOW.items()
    ],
]
