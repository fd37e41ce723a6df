from django.urls import URLPattern, URLResolver, path

from tenuto.library.reposts import pages

app_name = "reposts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("following", pages.following, name="following"),
    path("@<slug:username>/reposts", pages.of, name="of"),
    path("tracks/<slug:key>/repost", pages.repost, name="repost"),
]
