from django.urls import URLPattern, URLResolver, path

from tenuto.library.playlists import desk, pages, people_pages

app_name = "playlists"
urlpatterns: list[URLPattern | URLResolver] = [
    path("library", pages.LibraryView.as_view(), name="library"),
    path("@<slug:username>/playlists", pages.of, name="of"),
    path("tracks/<slug:key>/playlists", desk.ChooseView.as_view(), name="choose"),
    path("playlists/by-link/<slug:secret>", pages.by_link, name="by-link"),
    path("playlists/<slug:key>", pages.playlist, name="playlist"),
    path("playlists/<slug:key>/edit", desk.EditView.as_view(), name="edit"),
    path("playlists/<slug:key>/link", desk.LinkView.as_view(), name="link"),
    path("playlists/<slug:key>/removal", desk.RemovalView.as_view(), name="removal"),
    path("playlists/<slug:key>/people", people_pages.PeopleView.as_view(), name="people"),
    path("playlists/<slug:key>/people/<slug:handle>/removed", people_pages.RemovedPersonView.as_view(), name="removed"),
    path("playlists/<slug:key>/membership", people_pages.MembershipView.as_view(), name="membership"),
    path("playlists/<slug:key>/tracks/<slug:track_key>/place", desk.PlaceView.as_view(), name="place"),
    path("playlists/<slug:key>/tracks/<slug:track_key>/taken-out", desk.TakenOutView.as_view(), name="taken-out"),
]
