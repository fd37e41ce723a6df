from django.urls import URLPattern, URLResolver, path

from tenuto.safeguards.visitors import decoys, desk, licence_pages, pages

app_name = "visitors"
urlpatterns: list[URLPattern | URLResolver] = [
    path("crawlers", pages.crawlers, name="crawlers"),
    path("stopped/<str:reference>", pages.AppealView.as_view(), name="appeal"),
    path("pause", pages.PauseView.as_view(), name="pause"),
    path("settings/crawlers", licence_pages.LicencesView.as_view(), name="licences"),
    path("settings/crawlers/offer", licence_pages.OfferView.as_view(), name="offer"),
    path("settings/crawlers/<slug:key>/revoked", licence_pages.RevokedLicenceView.as_view(), name="revoked-licence"),
    path("desk/visitors", desk.VisitorsView.as_view(), name="stopped"),
    path("desk/visitors/agents/<int:pk>/gone", desk.AgentView.as_view(), name="agent"),
    path("desk/visitors/appeals/<slug:key>", desk.AppealAnswerView.as_view(), name="appeal-answer"),
    path("tracks/<slug:key>/original", decoys.decoy, name="decoy"),
]
