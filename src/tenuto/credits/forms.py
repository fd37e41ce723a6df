"""What is sent to ask somebody, to answer, and to say one's codes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenuto.base.lines import LineField
from tenuto.credits.models import PartyCodes
from tenuto.rules.party_codes import read_ipi, read_isni, write_isni
from tenuto.tracks.forms import checked_mbid


class AskForm(forms.Form):
    """Whom to ask, about which of the track's credits."""

    place = forms.IntegerField(min_value=0, max_value=1000, widget=forms.HiddenInput)
    handle = LineField(label=_("Their handle here"), max_length=31)


class CodesForm(forms.ModelForm[PartyCodes]):
    """ISNI, IPI, MusicBrainz; any may be left empty."""

    isni = forms.CharField(
        label=_("ISNI"), max_length=60, required=False, help_text=_("Sixteen digits, such as 0000 0002 1825 0097.")
    )
    ipi = forms.CharField(
        label=_("IPI name number"),
        max_length=30,
        required=False,
        help_text=_("Nine to eleven digits, from your society."),
    )
    musicbrainz_artist = forms.CharField(
        label=_("MusicBrainz artist"),
        max_length=200,
        required=False,
        help_text=_("The address of your page on musicbrainz.org, or the id in it."),
    )

    class Meta:
        model = PartyCodes
        fields = ["isni", "ipi", "musicbrainz_artist"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.isni:
            self.initial["isni"] = write_isni(self.instance.isni)

    def clean_isni(self) -> str:
        typed = self.cleaned_data["isni"]
        code = read_isni(typed) if typed else ""
        if code is None:
            raise ValidationError(
                _("An ISNI has sixteen digits, the last of which follows from the others and may be an X.")
            )
        return code

    def clean_ipi(self) -> str:
        typed = self.cleaned_data["ipi"]
        code = read_ipi(typed) if typed else ""
        if code is None:
            raise ValidationError(
                _("An IPI name number has up to eleven digits, and the last two follow from the others.")
            )
        return code

    def clean_musicbrainz_artist(self) -> str:
        return checked_mbid(self.cleaned_data["musicbrainz_artist"], "artist")

    def keep(self) -> None:
        """The codes as they were typed; none at all leaves no row."""
        if any(self.cleaned_data[name] for name in self.Meta.fields):
            self.save()
        else:
            PartyCodes.objects.filter(account=self.instance.account).delete()
