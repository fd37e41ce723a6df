from django.urls import URLPattern, URLResolver, path

from tenuto.library.likes import pages

app_name = "likes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("library/likes", pages.LikesView.as_view(), name="own"),
    path("@<slug:username>/likes", pages.of, name="of"),
    path("tracks/<slug:key>/like", pages.like, name="like"),
]
