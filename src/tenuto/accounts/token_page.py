"""The page on which one makes and revokes access tokens."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.accounts import tokens
from tenuto.accounts.forms import TokenForm
from tenuto.accounts.models import AccessToken, Account
from tenuto.accounts.profile import oneself
from tenuto.base.errors import NotFound


@method_decorator([never_cache, reauthentication_required(allow_get=True)], name="dispatch")
class TokensView(LoginRequiredMixin, View):
    """GET lists one's tokens; POST makes one and shows its secret, this once, in the answer itself.

    No redirect after the POST: the secret would have to wait in the session, which is in the database.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        account = oneself(request)
        return self._page(request, account, TokenForm(account=account))

    def post(self, request: HttpRequest) -> HttpResponse:
        account = oneself(request)
        form = TokenForm(request.POST, account=account)
        if not form.is_valid():
            return self._page(request, account, form, status=422)
        token, secret = tokens.issue(account, form.cleaned_data["name"], form.cleaned_data.get("expires_at"))
        return self._page(request, account, TokenForm(account=account), token, secret, status=201)

    def _page(
        self,
        request: HttpRequest,
        account: Account,
        form: TokenForm,
        made: AccessToken | None = None,
        secret: str = "",
        status: int = 200,
    ) -> HttpResponse:
        listed = list(account.tokens.all())
        context = {"form": form, "tokens": listed, "made": made, "secret": secret, "now": timezone.now()}
        return render(request, "accounts/tokens.html", context, status=status)


class TokenView(LoginRequiredMixin, View):
    """POST revokes a token of one's own, at once."""

    def post(self, request: HttpRequest, token_id: int) -> HttpResponse:
        gone, _rows = AccessToken.objects.filter(account=oneself(request), id=token_id).delete()
        if not gone:
            raise NotFound(f"no token {token_id} of theirs")
        messages.success(request, _("Revoked. Programs that used it are turned away from now on."))
        return redirect("accounts:tokens")
