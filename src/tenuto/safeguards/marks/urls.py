from django.urls import URLPattern, URLResolver, path

from tenuto.safeguards.marks import export, pages

app_name = "marks"
urlpatterns: list[URLPattern | URLResolver] = [
    path("certificates/root.pem", pages.root_certificate, name="root"),
    path("time-stamp", pages.time_stamp, name="time-stamp"),
    path("catalogue.csv", export.catalogue_csv, name="catalogue"),
    path("tracks/<slug:key>/release.ern.xml", export.ern_message, name="ern"),
]
