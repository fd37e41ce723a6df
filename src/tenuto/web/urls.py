from django.urls import path

from tenuto.web import manifest

app_name = "web"
urlpatterns = [
    path("manifest.webmanifest", manifest.manifest, name="manifest"),
]
