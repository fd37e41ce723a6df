"""The page on which one says who one is: name, pictures, words, links, handle."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from tenuto.accounts import handles
from tenuto.accounts.forms import MAX_LINKS, HandleForm, LinkForms, ProfileForm, link_rows, save_links
from tenuto.accounts.models import Account
from tenuto.base import pictures


def oneself(request: HttpRequest) -> Account:
    """Whoever is signed in; for views that let nobody else pass. Read anew, so that a form can change it freely."""
    assert isinstance(request.user, Account)
    return Account.objects.select_related("avatar", "banner").get(pk=request.user.pk)


class ProfileView(LoginRequiredMixin, View):
    """GET shows the profile's form; POST saves it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account = oneself(request)
        links = LinkForms(initial=link_rows(account), prefix="links")
        return self._page(request, account, ProfileForm(instance=account), links)

    def post(self, request: HttpRequest) -> HttpResponse:
        account = oneself(request)
        before = {account.avatar_id, account.banner_id}
        form = ProfileForm(request.POST, request.FILES, instance=account)
        links = LinkForms(request.POST, prefix="links")
        if not (form.is_valid() & links.is_valid()):
            return self._page(request, oneself(request), form, links, status=422)
        with transaction.atomic():
            form.save()
            save_links(account, links)
        for digest in before:
            pictures.let_go(digest)
        messages.success(request, _("Saved. This is how others see you now."))
        return redirect("accounts:settings")

    def _page(
        self, request: HttpRequest, account: Account, form: ProfileForm, links: object, status: int = 200
    ) -> HttpResponse:
        context = {
            "account": account,
            "form": form,
            "links": links,
            "max_links": MAX_LINKS,
            "handle_form": HandleForm(account=account),
        }
        return render(request, "accounts/settings.html", context, status=status)


class HandleView(LoginRequiredMixin, View):
    """GET shows the form by itself; POST exchanges the handle."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account = oneself(request)
        return render(request, "accounts/handle.html", {"account": account, "form": HandleForm(account=account)})

    def post(self, request: HttpRequest) -> HttpResponse:
        account = oneself(request)
        form = HandleForm(request.POST, account=account)
        if form.is_valid():
            try:
                handles.change(account, form.cleaned_data["handle"], at=timezone.now())
            except ValidationError as refusal:  # free a moment ago, when the form looked
                form.add_error("handle", refusal)
        if form.errors:
            return render(request, "accounts/handle.html", {"account": oneself(request), "form": form}, status=422)
        messages.success(request, _("You are @%(handle)s now.") % {"handle": account.username})
        return redirect("accounts:settings")
