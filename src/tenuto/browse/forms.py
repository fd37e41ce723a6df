"""The forms of browsing and of correcting: what is typed is read here, and refused in a sentence."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tenuto.browse.correct import Said
from tenuto.browse.find import Wanted
from tenuto.browse.key_names import name_of
from tenuto.browse.models import Correction
from tenuto.browse.tags import folded
from tenuto.rules.keys import KEYS, Key, read_key
from tenuto.rules.tempo import FASTEST_BPM, SLOWEST_BPM

NONE = "none"
_KEYS = [(key.camelot, format_lazy("{} · {}", name_of(key), key.camelot)) for key in KEYS]


class TempoField(forms.FloatField):
    """Beats a minute, within what can be a beat. A decimal comma is one too."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = {"least": f"{SLOWEST_BPM:.0f}", "most": f"{FASTEST_BPM:.0f}"}
        wrong = _("A tempo is a number from {least} to {most}, such as 92 or 117.5.").format(**bounds)
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6})
        errors = {"invalid": wrong, "min_value": wrong, "max_value": wrong}
        super().__init__(
            min_value=SLOWEST_BPM,
            max_value=FASTEST_BPM,
            required=False,
            widget=widget,
            error_messages=errors,
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:g}" if isinstance(value, float) else value


class BrowseForm(forms.Form):
    """What somebody looks for. Everything may be left out."""

    tag = forms.CharField(
        label=_("Tag"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    tempo_from = TempoField(label=_("Tempo from"))
    tempo_to = TempoField(label=_("to"))
    key = forms.CharField(
        label=_("Key"), max_length=20, required=False, widget=forms.Select(choices=[("", _("Any key")), *_KEYS])
    )
    compatible = forms.BooleanField(label=_("and keys that mix with it"), required=False)

    def clean_tag(self) -> str:
        return folded(self.cleaned_data["tag"])

    def clean_key(self) -> Key | None:
        typed = self.cleaned_data["key"]
        key = read_key(typed) if typed else None
        if typed and key is None:
            raise ValidationError(_("This is no key. Write it as E♭ major, Ebm or 5B."))
        return key

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        least, most = fields.get("tempo_from"), fields.get("tempo_to")
        if least is not None and most is not None and least > most:
            self.add_error("tempo_to", _("The tempo ends below where it begins. Turn the two round."))
        return fields

    @property
    def wanted(self) -> Wanted:
        """What was asked for, once it was found to make sense."""
        said = self.cleaned_data
        key: Key | None = said["key"]
        keys = () if key is None else key.compatible if said["compatible"] else (key,)
        return Wanted(said["tag"], said["tempo_from"], said["tempo_to"], keys)


class SoundForm(forms.Form):
    """What the artist says the tempo and the key are."""

    bpm = TempoField(label=_("Tempo, in beats a minute"), help_text=_("Empty: as it is heard."))
    no_tempo = forms.BooleanField(label=_("It has no clear tempo"), required=False)
    key = forms.ChoiceField(
        label=_("Key"),
        required=False,
        choices=[("", _("As it is heard")), (NONE, _("It has no clear key")), *_KEYS],
        error_messages={"invalid_choice": _("Choose one of the keys in the list.")},
    )

    @classmethod
    def showing(cls, said: Correction | None) -> "SoundForm":
        """The form as it shows what was said before."""
        if said is None:
            return cls()
        key = NONE if said.no_key else Key(said.tonic, said.minor).camelot if said.tonic is not None else ""
        return cls(initial={"bpm": said.bpm, "no_tempo": said.no_tempo, "key": key})

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if fields.get("no_tempo") and fields.get("bpm") is not None:
            self.add_error("no_tempo", _("It either has this tempo or no clear one. Empty the number, or untick this."))
        return fields

    @property
    def said(self) -> Said:
        """What she says, once it was found to make sense."""
        typed = self.cleaned_data
        no_key = typed["key"] == NONE
        key = read_key(typed["key"]) if typed["key"] and not no_key else None
        return Said(typed["bpm"], typed["no_tempo"], key, no_key)
