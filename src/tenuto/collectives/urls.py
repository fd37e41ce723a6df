from django.urls import URLPattern, URLResolver, path

from tenuto.collectives import desk, pages
from tenuto.collectives.pictures import picture

app_name = "collectives"
urlpatterns: list[URLPattern | URLResolver] = [
    path("collectives", pages.OwnView.as_view(), name="own"),
    path("collectives/<str:slug>", pages.collective, name="collective"),
    path("collectives/<str:slug>/picture-<int:size>.webp", picture, name="picture"),
    path("collectives/<str:slug>/edit", desk.EditView.as_view(), name="edit"),
    path("collectives/<str:slug>/music", desk.MusicView.as_view(), name="music"),
    path("collectives/<str:slug>/people", desk.PeopleView.as_view(), name="people"),
    path("collectives/<str:slug>/people/<slug:handle>", desk.PersonView.as_view(), name="person"),
    path("collectives/<str:slug>/membership", desk.MembershipView.as_view(), name="membership"),
    path("collectives/<str:slug>/removal", desk.RemovalView.as_view(), name="removal"),
]
