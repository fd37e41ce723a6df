from django.urls import URLPattern, URLResolver, path

from tenuto.collectives import desk, pages
from tenuto.collectives.pictures import picture

app_name = "collectives"
urlpatterns: list[URLPattern | URLResolver] = [
    path("collectives", pages.OwnView.as_view(), name="own"),
    path("collectives/<slug:slug>", pages.collective, name="collective"),
    path("collectives/<slug:slug>/picture-<int:size>.webp", picture, name="picture"),
    path("collectives/<slug:slug>/edit", desk.EditView.as_view(), name="edit"),
    path("collectives/<slug:slug>/music", desk.MusicView.as_view(), name="music"),
    path("collectives/<slug:slug>/people", desk.PeopleView.as_view(), name="people"),
    path("collectives/<slug:slug>/people/<slug:handle>", desk.PersonView.as_view(), name="person"),
    path("collectives/<slug:slug>/membership", desk.MembershipView.as_view(), name="membership"),
    path("collectives/<slug:slug>/removal", desk.RemovalView.as_view(), name="removal"),
]
