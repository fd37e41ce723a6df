"""The forms of organisations, agreements, objections and disputes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.accounts.proof import ProofForm
from tenuto.agreements.models import Membership, Objection, Organisation, Resolution
from tenuto.agreements.reading import OBJECTIONABLE
from tenuto.base.lines import WordsField
from tenuto.rules.cells import CELLS, cell_named


def cell_choices(offered: int) -> list[tuple[str, str]]:
    """These cells by their names, as a field takes them."""
    return [(str(one), str(one)) for one in CELLS if one.bit & offered]


# ——— organisations ———


class OrganisationForm(forms.ModelForm[Organisation]):
    """A new organisation."""

    website = forms.URLField(
        label=_("Address of its page"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("Where staff can see that it exists. Optional."),
    )

    class Meta:
        model = Organisation
        fields = ["name", "kind", "website", "contact"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {
            "name": _("As it stands in contracts. It cannot be changed later."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = Organisation.Kind.choices


class HandleField(forms.CharField):
    """Somebody's handle; its cleaned value is the account."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        super().__init__(max_length=31, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> Any:
        handle = str(super().clean(value)).strip().lstrip("@").lower()
        account = Account.objects.filter(username=handle, is_active=True).first() if handle else None
        if handle and account is None:
            raise ValidationError(_("Nobody here is called @%(handle)s."), params={"handle": handle})
        return account


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    handle = HandleField(label=_("Handle"), help_text=_("The end of the address of their profile: /@handle."))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, widget=forms.RadioSelect)


# ——— agreements ———


class SignForm(ProofForm):
    """A name and a second factor, under the words that were read."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        help_text=_("As you would sign a letter. It stands in the agreement for good."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)

    field_order = ["name", "code"]


class PartForm(ProofForm):
    """When it shall end."""

    name = SignForm.base_fields["name"]
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_("It still counts."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    field_order = ["last_day", "name", "code"]

    def __init__(self, *args: Any, answering: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if answering:
            del self.fields["last_day"]

    def clean_last_day(self) -> Any:
        chosen = self.cleaned_data["last_day"]
        if not timezone.localdate() <= chosen or chosen.year > 2999:
            raise ValidationError(_("This day has passed, or is too far away. Choose today or a later one."))
        return chosen


class DocumentForm(forms.Form):
    file = forms.FileField(
        label=_("A file"),
        max_length=300,
        help_text=_("PDF, picture or plain text."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.txt,image/jpeg,image/png,image/webp"}),
    )


# ——— objections and disputes ———


class ObjectionForm(forms.Form):
    """Who one is to a track, and what one holds."""

    role = forms.ChoiceField(
        label=_("What is your part in it?"), choices=Objection.Role.choices, widget=forms.RadioSelect
    )
    words = WordsField(
        label=_("Say it in a sentence or two"),
        max_length=2000,
        help_text=_("The uploader reads this, with your name."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    everything = forms.TypedChoiceField(
        label=_("What do you hold?"),
        choices=[("yes", _("Every use of AI")), ("no", _("Only these uses"))],
        coerce=lambda chosen: chosen == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    cells = forms.TypedMultipleChoiceField(coerce=cell_named, choices=cell_choices(OBJECTIONABLE), required=False)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if fields.get("everything"):
            fields["cells"] = []
        elif not fields.get("cells") and "cells" not in self.errors:
            self.add_error("everything", _("Choose the uses, or every use of AI."))
        return fields

    def chosen(self) -> list[str]:
        return [str(one) for one in self["cells"].value() or ()]


class Told(WordsField):
    """What somebody tells at length."""

    def __init__(self, *, rows: int, **said: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **said)


class WordsForm(forms.Form):
    """Why an objection, or the reach of an agreement, is wrong."""

    words = Told(
        label=_("Why is it wrong?"), help_text=_("Staff and the other side read this."), max_length=2000, rows=4
    )


class ResolutionForm(forms.Form):
    """What staff found, and why."""

    outcome = forms.ChoiceField(
        label=_("What was claimed is"),
        choices=[
            (Resolution.Outcome.UPHELD.value, Resolution.Outcome.UPHELD.label),
            (Resolution.Outcome.REJECTED.value, Resolution.Outcome.REJECTED.label),
        ],
        widget=forms.RadioSelect,
    )
    reasons = Told(
        label=_("The reasons"),
        help_text=_("Both sides read this: what was looked at, what was found, what they can do now."),
        max_length=4000,
        rows=6,
    )


class VerificationForm(forms.Form):
    """What staff found about an organisation."""

    finding = forms.TypedChoiceField(
        label=_("It is who it says"),
        choices=[("yes", _("Yes")), ("no", _("No, or no longer"))],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
    how = Told(label=_("How you know"), help_text=_("Its people read this."), max_length=1000, rows=3)


class OwnerForm(forms.Form):
    handle = HandleField(label=_("Handle"))
