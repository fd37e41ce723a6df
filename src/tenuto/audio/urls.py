from django.urls import URLPattern, URLResolver

app_name = "audio"
urlpatterns: list[URLPattern | URLResolver] = []
