"""Answering for everything one has: the account's default, many tracks at once, and *hold everything*."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext
from django.views import View

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest
from tenuto.consent.answer import Wish, answer, answer_by_default, answer_for_catalogue, hold_everything
from tenuto.consent.grid import USE_COLUMNS, grid, wish_of
from tenuto.consent.masks import as_digits
from tenuto.consent.models import Act
from tenuto.consent.preview import foresee
from tenuto.consent.reserving import SENTENCE, reserved_among
from tenuto.consent.stances import account_stance
from tenuto.rules.cells import LICENCE_ONLY, Asset, Purpose, Use, cell, exists, mask_of
from tenuto.rules.consent_changes import Layer
from tenuto.terms.words import ASSETS, PURPOSES, USES
from tenuto.tracks.models import Track
from tenuto.tracks.studio import in_place, member

CHOSEN_AT_MOST = 500  # by hand; the whole catalogue is a choice of its own


class DefaultsView(LoginRequiredMixin, View):
    """GET shows the account's default for every cell; POST changes it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "consent/account.html", defaults_context(member(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        account = member(request)
        if "preview" in request.POST:
            return _previewed(request, account, whole=True)
        try:
            act = answer_by_default(account, wish_of(request.POST), Act.How.PAGE, at=timezone.now())
        except BadRequest as refusal:
            context = defaults_context(account) | {"fault": refusal.advice}
            template = "consent/_account.html" if in_place(request) else "consent/account.html"
            return render(request, template, context, status=refusal.status)
        said = _("Saved. It holds from now on.") if act else _("Nothing was changed, so nothing was written.")
        if in_place(request):
            return render(request, "consent/_account.html", defaults_context(account, said) | {"act": act})
        messages.success(request, said)
        return redirect("consent:account")


class PreviewView(LoginRequiredMixin, View):
    """POST says what saving the default would do."""

    def post(self, request: HttpRequest) -> HttpResponse:
        return _previewed(request, member(request), whole=not in_place(request))


class HeldView(LoginRequiredMixin, View):
    """POST holds everything, in every track and by default: one tap."""

    def post(self, request: HttpRequest) -> HttpResponse:
        account = member(request)
        hold_everything(account, Act.How.PAGE, at=timezone.now())
        messages.success(request, _("Everything is held: in all your tracks, and in those you upload from now on."))
        return redirect("consent:account")


class ManyForm(forms.Form):
    """For these tracks: these assets, for these purposes, in these uses. Then one answer."""

    ANSWERS = [
        ("held", later("Hold")),
        ("allowed", later("Allow")),
        ("cleared", later("As on its album or in my account")),
    ]

    which = forms.ChoiceField(
        label=later("Which tracks"),
        choices=[("chosen", later("Those I chose")), ("all", later("My whole catalogue"))],
        widget=forms.RadioSelect,
    )
    assets = forms.MultipleChoiceField(label=later("Which assets"), widget=forms.CheckboxSelectMultiple)
    purposes = forms.MultipleChoiceField(label=later("For which purposes"), widget=forms.CheckboxSelectMultiple)
    uses = forms.MultipleChoiceField(label=later("In which uses"), widget=forms.CheckboxSelectMultiple)
    answer = forms.ChoiceField(label=later("Your answer"), choices=ANSWERS, widget=forms.RadioSelect)
    attest = forms.MultipleChoiceField(
        label=later("Files that carry a reservation against AI"),
        choices=[("yes", SENTENCE)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("assets", ASSETS), ("purposes", PURPOSES), ("uses", USES)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(key.value, text) for key, text in words.items()]
            field.error_messages["required"] = _("Choose at least one.")
        self.account = account
        self.keys = self.data.getlist("track") if isinstance(self.data, QueryDict) else self.initial.get("track", [])
        own = Track.objects.filter(owner=account, key__in=self.keys[:CHOSEN_AT_MOST])
        self.tracks = list(own.order_by("-created_at"))
        if not reserved_among(Track.objects.filter(owner=account)).exists():
            del self.fields["attest"]
        if not self.tracks:
            which = self.fields["which"]
            assert isinstance(which, forms.ChoiceField)
            which.choices = [("all", _("My whole catalogue"))]
            which.initial = "all"

    def clean(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().clean() or {}
        if self.data.get("which") == "chosen" and len(self.keys) > CHOSEN_AT_MOST:
            most = {"most": CHOSEN_AT_MOST}
            self.add_error(None, _("At most %(most)d tracks at once, or the whole catalogue.") % most)
        return fields

    @property
    def attests(self) -> bool:
        return bool(self.cleaned_data.get("attest"))

    def wish(self) -> Wish:
        cleaned = self.cleaned_data
        cells = mask_of(
            cell(asset, purpose, use)
            for asset in map(Asset, cleaned["assets"])
            for purpose in map(Purpose, cleaned["purposes"])
            for use in map(Use, cleaned["uses"])
            if exists(asset, purpose, use)
        )
        if cleaned["answer"] == "allowed":
            return Wish(allowed=cells & ~LICENCE_ONLY)
        return Wish(held=cells) if cleaned["answer"] == "held" else Wish(cleared=cells)


class ManyView(LoginRequiredMixin, View):
    """GET asks for the tracks that `?track=` names, or for all; POST previews, or answers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.getlist("track")
        form = ManyForm(account=member(request), initial={"track": chosen, "which": "chosen" if chosen else "all"})
        return render(request, "consent/many.html", _many(form))

    def post(self, request: HttpRequest) -> HttpResponse:
        account, now = member(request), timezone.now()
        form = ManyForm(request.POST, account=account)
        if not form.is_valid():
            return render(request, "consent/many.html", _many(form), status=422)
        wish, everything = form.wish(), form.cleaned_data["which"] == "all"
        ids = [track.pk for track in form.tracks]
        if "preview" in request.POST:
            own = Track.objects.filter(owner=account).values_list("pk", flat=True)
            found = foresee(account, Act.Layer.TRACKS, wish, now, list(own) if everything else ids)
            return render(request, "consent/many.html", _many(form) | {"preview": found, "wish": wish})
        try:
            if everything:
                act = answer_for_catalogue(account, wish, Act.How.PAGE, at=now, attests=form.attests)
            else:
                act = answer(account, ids, wish, Act.How.PAGE, at=now, attests=form.attests)
        except BadRequest as refusal:
            form.add_error(None, str(refusal.advice))
            return render(request, "consent/many.html", _many(form), status=refusal.status)
        count = act.track_count if act else 0
        messages.success(request, ngettext("Saved for %d track.", "Saved for %d tracks.", count) % count)
        return redirect("consent:history")


def defaults_context(account: Account, saved: str = "") -> dict[str, Any]:
    now = timezone.now()
    stance = account_stance(account, now)
    drawn = grid(stance, Layer.ACCOUNT, now)
    return {
        "grid": drawn,
        "counts": drawn.counts,
        "uses": USE_COLUMNS,
        "shown": as_digits(drawn.shown),
        "has_terms": stance.terms is not None,
        "tracks": Track.objects.filter(owner=account).count(),
        "open_tracks": Track.objects.filter(owner=account, ai_uses__gt=0).count(),
        "saved": saved,
    }


def _previewed(request: HttpRequest, account: Account, *, whole: bool) -> HttpResponse:
    wish = wish_of(request.POST)
    context = {
        "wish": wish,
        "is_part": not whole,
        "preview": foresee(account, Act.Layer.ACCOUNT, wish, timezone.now()),
        "action": reverse("consent:account"),
        "back": reverse("consent:account"),
        "typed": [
            (name, value) for name in ("open", "shown", "offered", "clear") for value in request.POST.getlist(name)
        ],
        "subject": _("everything in your account"),
        "by_default": True,
    }
    return render(request, "consent/preview.html" if whole else "consent/_preview.html", context)


def _many(form: ManyForm) -> dict[str, Any]:
    return {"form": form, "chosen": form.tracks}
