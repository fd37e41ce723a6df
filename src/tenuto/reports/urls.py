from django.urls import URLPattern, URLResolver, path

from tenuto.reports import desk, pages

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("report/<slug:what>/<str:key>", pages.ReportView.as_view(), name="report"),
    path("reports", pages.OwnView.as_view(), name="own"),
    path("reports/<slug:secret>", pages.ToldView.as_view(), name="told"),
    path("decisions/<slug:secret>", pages.DecisionView.as_view(), name="decision"),
    path("moderation", pages.moderation, name="moderation"),
    path("desk/reports", desk.DeskView.as_view(), name="desk"),
    path("desk/reports/record", desk.RecordView.as_view(), name="record"),  # before keys, which have twelve letters
    path("desk/reports/<slug:report>", desk.CaseView.as_view(), name="case"),
    path("desk/appeals/<slug:appeal>", desk.AppealView.as_view(), name="appeal"),
]
