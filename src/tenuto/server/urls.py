"""Every address, by feature."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("operator/", admin.site.urls),
    path("api/v1/", include("tenuto.api.urls")),
    path("", include("tenuto.accounts.urls")),
    path("", include("tenuto.audio.urls")),
    path("", include("tenuto.web.urls")),
    path("", include("tenuto.tracks.urls")),
]
