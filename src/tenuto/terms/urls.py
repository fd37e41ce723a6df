from django.urls import URLPattern, URLResolver, path

from tenuto.terms import feed, pages

app_name = "terms"
urlpatterns: list[URLPattern | URLResolver] = [
    path("terms", pages.current, name="current"),
    path("terms/versions", pages.versions, name="versions"),
    path("terms/<int:number>", pages.VersionView.as_view(), name="version"),
    path("terms/<int:old>...<int:new>", pages.changes, name="changes"),
    path("terms/compare", pages.any_two, name="compare"),
    path("terms/<int:number>.md", pages.text, name="text"),
    path("terms/feed.atom", feed.feed, name="feed"),
]
