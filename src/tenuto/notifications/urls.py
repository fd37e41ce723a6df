from django.urls import URLPattern, URLResolver, path

from tenuto.notifications import pages

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications", pages.NoticesView.as_view(), name="notices"),
    path("notifications/worker.js", pages.worker, name="worker"),
    path("settings/notifications", pages.SettingsView.as_view(), name="settings"),
    path("settings/notifications/browsers", pages.DevicesView.as_view(), name="devices"),
    path("settings/notifications/browsers/<int:device_id>/removal", pages.DeviceView.as_view(), name="device"),
]
