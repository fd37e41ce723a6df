"""A listener's own cells, under *Listening* in the settings."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest
from tenuto.consent.answer import OF_LISTENERS, Wish, answer_as_listener
from tenuto.consent.grid import USE_COLUMNS, grid, wish_of
from tenuto.consent.masks import as_digits
from tenuto.consent.models import Act
from tenuto.consent.stances import listener_stance
from tenuto.rules.cells import Asset
from tenuto.rules.consent_changes import Layer
from tenuto.tracks.studio import member


class ListeningView(LoginRequiredMixin, View):
    """GET shows what may be learned from one's listening; POST changes it. What artists say of it stands apart."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "consent/listening.html", _context(member(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        account = member(request)
        wish = Wish(held=OF_LISTENERS) if "hold" in request.POST else wish_of(request.POST)
        try:
            act = answer_as_listener(account, wish, Act.How.PAGE, at=timezone.now())
        except BadRequest as refusal:
            context = _context(account) | {"fault": refusal.advice}
            return render(request, "consent/listening.html", context, status=refusal.status)
        messages.success(
            request, _("Saved. It holds from now on.") if act else _("Nothing was changed, so nothing was written.")
        )
        return redirect("consent:listening")


def _context(account: Account) -> dict[str, Any]:
    now = timezone.now()
    stance = listener_stance(account.pk, now)
    drawn = grid(stance, Layer.OWN, now, [Asset.LISTENING])
    return {
        "grid": drawn,
        "uses": USE_COLUMNS,
        "shown": as_digits(drawn.shown),
        "has_terms": stance.terms is not None,
    }
