from django.urls import URLPattern, URLResolver, path

from tenuto.search import pages

app_name = "search"
urlpatterns: list[URLPattern | URLResolver] = [
    path("search", pages.results, name="search"),
    path("search/typing", pages.typing, name="typing"),
]
