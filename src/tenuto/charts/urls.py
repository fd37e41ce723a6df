from django.urls import URLPattern, URLResolver, path

from tenuto.charts import pages

app_name = "charts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("charts", pages.charts, name="charts"),
]
