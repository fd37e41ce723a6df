"""What is written of a playlist."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenuto.base.lines import LineField, WordsField
from tenuto.library.playlists.models import Playlist


class PlaylistForm(forms.ModelForm[Playlist]):
    """Title, words, and who sees it."""

    class Meta:
        model = Playlist
        fields = ["title", "description", "openness"]
        field_classes = {"title": LineField, "description": WordsField}
        widgets = {"description": forms.Textarea(attrs={"rows": 4}), "openness": forms.RadioSelect}
        help_texts = {
            "description": _("Plain text. Addresses become links."),
            "openness": _("A playlist opens no track: everybody meets on it what they may hear anyway."),
        }


class NewPlaylistForm(forms.ModelForm[Playlist]):
    """A title is all that a playlist needs to begin with."""

    class Meta:
        model = Playlist
        fields = ["title"]
        field_classes = {"title": LineField}
        labels = {"title": _("Name of the new playlist")}


class InviteForm(forms.Form):
    """Whom to ask."""

    handle = LineField(
        label=_("Handle"),
        max_length=40,
        help_text=_("As in @alma. They may add tracks and change the order once they have said yes."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
