from django.urls import URLPattern, URLResolver, path

from tenuto.comments import pages

app_name = "comments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("tracks/<slug:key>/comments", pages.CommentsView.as_view(), name="comments"),
    path("comments/<slug:key>/heart", pages.HeartView.as_view(), name="heart"),
    path("comments/<slug:key>/remove", pages.RemovalView.as_view(), name="removal"),
    path("comments/<slug:key>/let-stand", pages.AnswerView.as_view(), name="let-stand"),
    path("@<slug:handle>/mute", pages.MuteView.as_view(), name="mute"),
    path("studio/comments", pages.StudioView.as_view(), name="studio"),
]
