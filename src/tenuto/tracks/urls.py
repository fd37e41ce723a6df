from django.urls import URLPattern, URLResolver, path

from tenuto.tracks import edit, link_pages, pages, permissions, studio
from tenuto.tracks.artwork import artwork

app_name = "tracks"
urlpatterns: list[URLPattern | URLResolver] = [
    # the studio: one's own tracks
    path("studio/", studio.StudioView.as_view(), name="studio"),
    path("studio/<slug:key>/", edit.BasicsView.as_view(), name="basics"),
    path("studio/<slug:key>/row", studio.RowView.as_view(), name="studio-row"),
    path("studio/<slug:key>/metadata", edit.MetadataView.as_view(), name="metadata"),
    path("studio/<slug:key>/permissions", permissions.PermissionsView.as_view(), name="permissions"),
    path("studio/<slug:key>/publication", permissions.PublicationView.as_view(), name="publication"),
    path("studio/<slug:key>/sharing", permissions.SharingView.as_view(), name="sharing"),
    path("studio/<slug:key>/licence", edit.LicenceView.as_view(), name="licence"),
    path("studio/<slug:key>/audio", edit.AudioView.as_view(), name="audio"),
    path("studio/<slug:key>/links", link_pages.LinksView.as_view(), name="links"),
    path("studio/<slug:key>/links/<int:link_id>/revoked", link_pages.RevokedLinkView.as_view(), name="revoked-link"),
    path("studio/<slug:key>/removal", edit.RemoveView.as_view(), name="removal"),
    # where music is met
    path("", pages.front, name="front"),
    path("@<slug:username>", pages.profile, name="profile"),
    path("@<slug:username>/<str:slug>", pages.track, name="track"),
    path("s/<slug:secret>", pages.secret, name="secret"),
    # what belongs to a track
    path("tracks/<slug:key>/artwork-<int:size>.webp", artwork, name="artwork"),
]
