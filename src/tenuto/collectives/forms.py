"""What is written of a collective, and whom to ask in."""

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.forms import PictureField
from tenuto.base.lines import LineField, WordsField
from tenuto.collectives.models import ROLES, Collective


class NewCollectiveForm(forms.ModelForm[Collective]):
    """A name and a kind are all that it needs to begin with."""

    class Meta:
        model = Collective
        fields = ["name", "kind"]
        field_classes = {"name": LineField}


class CollectiveForm(forms.ModelForm[Collective]):
    """Its words and picture."""

    website = forms.URLField(
        label=_("Address of its page"),
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    picture_file = PictureField(label=_("Picture"), required=False, help_text=_("Square is best. Up to 15 MB."))
    no_picture = forms.BooleanField(label=_("Show its first letter instead"), required=False)

    class Meta:
        model = Collective
        fields = ["name", "kind", "place", "website", "about"]
        field_classes = {"name": LineField, "place": LineField, "about": WordsField}
        widgets = {"about": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"about": _("Plain text. Addresses become links.")}

    def save_all(self) -> Collective:
        """Save what was typed, with the picture that was chosen or taken away."""
        collective = self.instance
        if self.cleaned_data["picture_file"] is not None:
            collective.picture = self.cleaned_data["picture_file"]
        elif self.cleaned_data["no_picture"]:
            collective.picture = None
        collective.save(update_fields=[*self.Meta.fields, "picture"])
        return collective


class InviteForm(forms.Form):
    """Whom to ask, and as what."""

    handle = LineField(
        label=_("Handle"),
        max_length=40,
        help_text=_("As in @alma. They belong to it once they have said yes."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
