from django.urls import URLPattern, URLResolver, path

from tenuto.lyrics import pages

app_name = "lyrics"
urlpatterns: list[URLPattern | URLResolver] = [
    path("studio/<slug:key>/lyrics", pages.LyricsView.as_view(), name="lyrics"),
    path("studio/<slug:key>/lyrics/removal", pages.RemovalView.as_view(), name="removal"),
]
