"""What people type here: an appeal, an offer, a licence, a crawler's address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenuto.base.lines import WordsField
from tenuto.rules.message_signatures import origin_of
from tenuto.safeguards.visitors.models import Agent, Appeal, Licence, Offer


def checked_origin(text: str) -> str:
    origin = origin_of(text.strip())
    if not origin:
        raise ValidationError(_("That is no https address, as https://crawler.example."))
    return origin


class AppealForm(forms.ModelForm[Appeal]):
    class Meta:
        model = Appeal
        fields = ["words", "contact"]
        field_classes = {"words": WordsField}
        labels = {"words": _("What were you doing?"), "contact": _("E-mail")}
        help_texts = {"contact": _("If you want an answer. It is used for nothing else and deleted after 30 days.")}
        widgets = {"words": forms.Textarea(attrs={"rows": 4, "maxlength": 1000})}


class OfferForm(forms.ModelForm[Offer]):
    class Meta:
        model = Offer
        fields = ["words", "address"]
        field_classes = {"words": WordsField}
        labels = {"words": _("On which terms"), "address": _("Where to ask")}
        help_texts = {"address": _("An https address, or an e-mail address.")}
        widgets = {"words": forms.Textarea(attrs={"rows": 3, "maxlength": 500})}

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        if "@" in address and "/" not in address:
            return f"mailto:{forms.EmailField().clean(address.removeprefix('mailto:'))}"
        if not address.startswith("https://"):
            raise ValidationError(_("Give an https address, or an e-mail address."))
        return str(forms.URLField(assume_scheme="https").clean(address))


class LicenceForm(forms.ModelForm[Licence]):
    class Meta:
        model = Licence
        fields = ["holder", "purpose", "agent", "ends_at"]
        labels = {
            "holder": _("For whom"), "purpose": _("For what"), "agent": _("Only requests signed by"),
            "ends_at": _("Until"),
        }  # fmt: skip
        help_texts = {
            "agent": _("The address of their crawler, as https://crawler.example. Empty: whoever has the token."),
            "ends_at": _("Empty: until you take it back."),
        }
        widgets = {"ends_at": forms.DateInput(attrs={"type": "date"})}

    purpose = forms.ChoiceField(
        label=_("For what"),
        choices=[("generative", _("Models that make music")), ("third_party", _("Other AI of a third party"))],
    )

    def clean_agent(self) -> str:
        agent = self.cleaned_data["agent"]
        return checked_origin(agent) if agent else ""


class AgentForm(forms.ModelForm[Agent]):
    class Meta:
        model = Agent
        fields = ["name", "origin"]
        labels = {"name": _("Name"), "origin": _("Address")}

    def clean_origin(self) -> str:
        return checked_origin(self.cleaned_data["origin"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        return found
