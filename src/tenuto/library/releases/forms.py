"""What is written of a release, and from when it is shown."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.forms import PictureField
from tenuto.base.lines import LineField, WordsField
from tenuto.library.releases import change
from tenuto.library.releases.models import Release
from tenuto.rules.upc import write_upc
from tenuto.tracks.forms import MomentField, checked_release_date, checked_upc, in_zone


class NewReleaseForm(forms.ModelForm[Release]):
    class Meta:
        model = Release
        fields = ["title", "kind"]
        field_classes = {"title": LineField}


class ReleaseForm(forms.ModelForm[Release]):
    """Words, codes and cover."""

    upc = forms.CharField(
        label=_("UPC or EAN"),
        max_length=30,
        required=False,
        help_text=_("Its bar code, if it has one: 12 or 13 digits."),
    )
    artwork_file = PictureField(
        label=_("Cover"), required=False, help_text=_("Square is best, 1600 pixels or more. Up to 15 MB.")
    )
    no_artwork = forms.BooleanField(label=_("Take this cover away"), required=False)

    class Meta:
        model = Release
        fields = ["title", "kind", "release_date", "label", "upc", "description", "artwork_words"]
        field_classes = {
            "title": LineField,
            "label": LineField,
            "description": WordsField,
            "artwork_words": LineField,
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5}),
            "release_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "release_date": _("When it came out, or comes out. It publishes nothing by itself."),
            "description": _("Plain text. Addresses become links."),
            "artwork_words": _("For people who cannot see it. Empty if it only repeats the title."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.upc:
            self.initial["upc"] = write_upc(self.instance.upc)

    def clean_upc(self) -> str:
        return checked_upc(self.cleaned_data["upc"])

    def clean_release_date(self) -> date | None:
        return checked_release_date(self.cleaned_data["release_date"])

    def save_all(self) -> Release:
        """Save what was typed, with the cover that was chosen or taken away."""
        release = self.instance
        if self.cleaned_data["artwork_file"] is not None:
            release.artwork = self.cleaned_data["artwork_file"]
        elif self.cleaned_data["no_artwork"]:
            release.artwork = None
        change.describe(release, [*self.Meta.fields, "artwork"])
        return release


class PublishForm(forms.Form):
    """From when everyone sees it."""

    starts_at = MomentField(
        label=_("From"), required=False, help_text=_("Empty: at once. Before, nobody sees anything of it.")
    )
    starts_at_zone = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    with_sketches = forms.BooleanField(
        label=_("Publish its tracks that are still in the sketchbook, too, at the same moment"), required=False
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        fields["starts_at"] = in_zone(fields.get("starts_at"), fields.get("starts_at_zone", ""))
        return fields
