from django.urls import URLPattern, URLResolver, path

from tenuto.matches import desk, holder_pages, pages

app_name = "matches"
urlpatterns: list[URLPattern | URLResolver] = [
    # No track has these words for its key: keys have twelve letters.
    path("studio/registered", holder_pages.RegisterView.as_view(), name="register"),
    path("studio/turned-up", holder_pages.TurnedUpView.as_view(), name="turned-up"),
    path("studio/<slug:key>/recognised", pages.RecognisedView.as_view(), name="recognised"),
    path("studio/<slug:key>/recognised/credits", pages.CreditsView.as_view(), name="credits"),
    path("studio/<slug:key>/recognised/again", pages.CheckAgainView.as_view(), name="again"),
    path("studio/<slug:key>/recognised/replaces", pages.ReplaceView.as_view(), name="replace"),
    path("studio/<slug:key>/recognised/<slug:match>", pages.ClaimView.as_view(), name="claim"),
    path("matches/<slug:key>", holder_pages.MatchView.as_view(), name="match"),
    path("desk/matches", desk.DeskView.as_view(), name="desk"),
    path("desk/matches/held/<slug:key>", desk.ReleaseView.as_view(), name="release"),
    path("desk/matches/<slug:key>/ruling", desk.RulingView.as_view(), name="ruling"),
]
