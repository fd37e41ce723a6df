from django.urls import URLPattern, URLResolver, path

from tenuto.browse import pages

app_name = "browse"
urlpatterns: list[URLPattern | URLResolver] = [
    path("browse", pages.browse, name="browse"),
    path("tracks/<slug:key>/similar", pages.similar, name="similar"),
    path("studio/<slug:key>/sound", pages.SoundView.as_view(), name="sound"),
    path("studio/<slug:key>/sound/heard", pages.HeardAgainView.as_view(), name="heard-again"),
    path("studio/<slug:key>/sound/tags", pages.SuggestedTagView.as_view(), name="suggested-tag"),
]
