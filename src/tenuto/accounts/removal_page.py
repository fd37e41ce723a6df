"""The page on which one deletes one's account."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.accounts import removal
from tenuto.accounts.forms import RemovalForm
from tenuto.accounts.profile import oneself


@method_decorator([never_cache, reauthentication_required()], name="dispatch")
class RemovalView(LoginRequiredMixin, View):
    """GET says what will go; POST, with the handle typed, deletes it. Only for those who lately showed who they are."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account = oneself(request)
        return self._page(request, RemovalForm(account=account))

    def post(self, request: HttpRequest) -> HttpResponse:
        account = oneself(request)
        form = RemovalForm(request.POST, account=account)
        if not form.is_valid():
            return self._page(request, form, status=422)
        handle = account.username
        removal.ask(account, at=timezone.now())
        logout(request)
        return render(request, "accounts/goodbye.html", {"handle": handle})

    def _page(self, request: HttpRequest, form: RemovalForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "account": form.account, "what_goes": removal.what_goes(form.account)}
        return render(request, "accounts/removal.html", context, status=status)
