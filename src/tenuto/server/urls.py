"""Every address, by feature."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from tenuto.accounts.entrance import SignupView
from tenuto.server.health import health

# One way in for everybody: with the same limits, second factor and passkeys.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's own recipe

urlpatterns = [
    path("health", health, name="health"),
    path("accounts/signup/", SignupView.as_view(), name="account_signup"),  # before allauth's own
    path("accounts/", include("allauth.urls")),
    path("operator/", admin.site.urls),
    path("api/v1/", include("tenuto.api.urls")),
    path("", include("tenuto.accounts.urls")),
    path("", include("tenuto.audio.urls")),
    path("", include("tenuto.web.urls")),
    path("", include("tenuto.notifications.urls")),
    path("", include("tenuto.ledger.urls")),
    path("", include("tenuto.terms.urls")),
    path("", include("tenuto.agreements.urls")),
    path("", include("tenuto.consent.urls")),
    path("", include("tenuto.safeguards.signals.urls")),
    path("", include("tenuto.safeguards.marks.urls")),
    path("", include("tenuto.safeguards.visitors.urls")),
    path("", include("tenuto.gate.urls")),
    path("", include("tenuto.reports.urls")),
    path("", include("tenuto.matches.urls")),  # before those whose addresses begin with a key
    path("", include("tenuto.browse.urls")),
    path("", include("tenuto.charts.urls")),
    path("", include("tenuto.search.urls")),
    path("", include("tenuto.feeds.urls")),
    path("", include("tenuto.embed.urls")),
    path("", include("tenuto.statistics.urls")),
    path("", include("tenuto.comments.urls")),
    path("", include("tenuto.credits.urls")),
    path("", include("tenuto.lyrics.urls")),
    path("", include("tenuto.collectives.urls")),
    path("", include("tenuto.library.playlists.urls")),
    path("", include("tenuto.library.likes.urls")),
    path("", include("tenuto.library.reposts.urls")),
    path("", include("tenuto.library.releases.urls")),
    path("", include("tenuto.library.history.urls")),
    path("", include("tenuto.tracks.urls")),
]

handler400 = "tenuto.web.errors.bad_request"
handler403 = "tenuto.web.errors.not_allowed"
handler404 = "tenuto.web.errors.not_found"
handler500 = "tenuto.web.errors.server_error"
