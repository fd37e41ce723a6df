from django.urls import URLPattern, URLResolver, path

from tenuto.statistics import pages

app_name = "statistics"
urlpatterns: list[URLPattern | URLResolver] = [
    path("studio/statistics", pages.own, name="own"),
    path("studio/statistics.csv", pages.own_table, name="own-table"),
    path("studio/<slug:key>/statistics", pages.track, name="track"),
    path("studio/<slug:key>/statistics.csv", pages.track_table, name="track-table"),
    path("tracks/<slug:key>/insights", pages.insights, name="insights"),
]
