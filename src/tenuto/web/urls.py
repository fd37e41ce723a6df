from django.urls import path

from tenuto.web import icons, manifest, offline

app_name = "web"
urlpatterns = [
    path("manifest.webmanifest", manifest.manifest, name="manifest"),
    path("service-worker.js", offline.worker, name="worker"),
    path("offline", offline.page, name="offline"),
    path("favicon.ico", icons.favicon, name="favicon"),
]
