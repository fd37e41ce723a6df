from django.urls import URLPattern, URLResolver, path

from tenuto.credits import pages

app_name = "credits"
urlpatterns: list[URLPattern | URLResolver] = [
    path("studio/<slug:key>/credits", pages.PeopleView.as_view(), name="people"),
    path("studio/<slug:key>/credits/<slug:credit>/taken-back", pages.TakenBackView.as_view(), name="taken-back"),
    path("credits", pages.CreditsView.as_view(), name="own"),
    path("credits/<slug:credit>/answer", pages.AnswerView.as_view(), name="answer"),
    path("settings/codes", pages.CodesView.as_view(), name="codes"),
    path("@<slug:username>/credits", pages.of, name="of"),
]
