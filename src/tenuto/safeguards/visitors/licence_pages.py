"""The page on which artists license crawlers: an offer everybody may read, and licences for one party each."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from tenuto.base.errors import NotFound
from tenuto.safeguards.visitors.forms import LicenceForm, OfferForm
from tenuto.safeguards.visitors.licences import issue, revoke
from tenuto.safeguards.visitors.models import Licence, Offer
from tenuto.tracks.studio import member


@method_decorator(never_cache, name="dispatch")
class LicencesView(LoginRequiredMixin, View):
    """GET lists one's licences; POST makes one and shows its token, this once, in the answer itself."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LicenceForm(request.POST)
        if not form.is_valid():
            return _page(request, form, status=422)
        said = form.cleaned_data
        made, token = issue(
            member(request), said["holder"], said["purpose"], said["agent"], said["ends_at"], at=timezone.now()
        )
        return _page(request, made=made, token=token, status=201)


@method_decorator(never_cache, name="dispatch")
class OfferView(LoginRequiredMixin, View):
    """POST says on which terms one would license; without words it takes that back."""

    def post(self, request: HttpRequest) -> HttpResponse:
        artist = member(request)
        if not request.POST.get("words", "").strip():
            Offer.objects.filter(artist=artist).delete()
            messages.success(request, _("There is no offer any more."))
            return redirect("visitors:licences")
        form = OfferForm(request.POST)
        if not form.is_valid():
            return _page(request, offer_form=form, status=422)
        said = {**form.cleaned_data, "made_at": timezone.now()}
        Offer.objects.update_or_create(artist=artist, defaults=said)
        messages.success(request, _("Crawlers that are turned away from your tracks now read it."))
        return redirect("visitors:licences")


class RevokedLicenceView(LoginRequiredMixin, View):
    """POST takes a licence of one's own back, at once."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        licence = Licence.objects.filter(artist=member(request), key=key).first()
        if licence is None:
            raise NotFound(f"licence {key}")
        revoke(licence, at=timezone.now())
        messages.success(request, _("Taken back. From now on its crawler is turned away."))
        return redirect("visitors:licences")


def _page(
    request: HttpRequest,
    form: LicenceForm | None = None,
    offer_form: OfferForm | None = None,
    made: Licence | None = None,
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    artist = member(request)
    offer = Offer.objects.filter(artist=artist).first()
    context = {
        "form": form or LicenceForm(),
        "offer": offer,
        "offer_form": offer_form or OfferForm(instance=offer),
        "licences": Licence.objects.filter(artist=artist).order_by("-pk"),
        "made": made,
        "token": token,
        "now": timezone.now(),
    }
    return render(request, "visitors/licences.html", context, status=status)
