from django.urls import URLPattern, URLResolver, path

from tenuto.library.history import pages

app_name = "history"
urlpatterns: list[URLPattern | URLResolver] = [
    path("library/history", pages.HistoryView.as_view(), name="history"),
    path("library/history/cleared", pages.ClearedView.as_view(), name="cleared"),
]
