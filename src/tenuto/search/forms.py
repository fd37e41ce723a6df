"""What somebody looks for: words, and what tracks must be like besides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenuto.base.lines import LineField
from tenuto.browse.forms import BrowseForm
from tenuto.search.asked import Asked
from tenuto.search.find import Narrowing
from tenuto.tracks.models import Licence

MOST_LETTERS = 200


class MinutesField(forms.FloatField):
    """A length in minutes. A decimal comma is one too."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = _("A length is a number of minutes from 0 to 1440, such as 3 or 4.5.")
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 5})
        errors = {"invalid": wrong, "min_value": wrong, "max_value": wrong}
        super().__init__(min_value=0, max_value=1440, required=False, widget=widget, error_messages=errors, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)


class SearchForm(BrowseForm):
    """Words, and everything by which one browses; lengths and licences besides."""

    q = LineField(
        label=_("Words"),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
    )
    minutes_from = MinutesField(label=_("Minutes from"))
    minutes_to = MinutesField(label=_("to"))
    licence = forms.ChoiceField(
        label=_("Licence"),
        required=False,
        choices=[("", _("Any licence")), *Licence.choices],
        error_messages={"invalid_choice": _("Choose one of the licences in the list.")},
    )
    field_order = ("q",)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        least, most = fields.get("minutes_from"), fields.get("minutes_to")
        if least is not None and most is not None and least > most:
            self.add_error("minutes_to", _("The length ends below where it begins. Turn the two round."))
        return fields

    @property
    def asked(self) -> Asked:
        return Asked(self.cleaned_data["q"])

    @property
    def narrowing(self) -> Narrowing:
        """What tracks must be like, once it was found to make sense."""
        said = self.cleaned_data
        return Narrowing.of_minutes(self.wanted, said["licence"], said["minutes_from"], said["minutes_to"])
