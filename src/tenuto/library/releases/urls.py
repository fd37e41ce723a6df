from django.urls import URLPattern, URLResolver, path

from tenuto.library.releases import covers, desk, pages

app_name = "releases"
urlpatterns: list[URLPattern | URLResolver] = [
    path("albums", desk.ReleasesView.as_view(), name="own"),
    path("albums/<slug:key>/edit", desk.EditView.as_view(), name="edit"),
    path("albums/<slug:key>/tracks", desk.TracksView.as_view(), name="tracks"),
    path("albums/<slug:key>/tracks/<slug:track_key>/place", desk.PlaceView.as_view(), name="place"),
    path("albums/<slug:key>/tracks/<slug:track_key>/taken-off", desk.TakenOffView.as_view(), name="taken-off"),
    path("albums/<slug:key>/publication", desk.PublicationView.as_view(), name="publication"),
    path("albums/<slug:key>/removal", desk.RemovalView.as_view(), name="removal"),
    path("albums/<slug:key>/cover-<int:size>.webp", covers.cover, name="cover"),
    path("@<slug:username>/albums", pages.of, name="of"),
    path("@<slug:username>/albums/<str:slug>", pages.release, name="release"),
]
