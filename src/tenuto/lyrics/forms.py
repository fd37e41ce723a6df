"""What is sent to write lyrics down: a text or a file, and its language."""

from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest
from tenuto.lyrics.write import MOST_BYTES, text_of
from tenuto.rules.lyrics import MOST_LETTERS

# In their own names, as whoever speaks one looks for it.
LANGUAGES = sorted(
    ((code, info["name_local"]) for code, info in LANG_INFO.items() if "name_local" in info),
    key=lambda one: one[1].casefold(),
)


class LyricsForm(forms.Form):
    """A file, if one was chosen, else the text."""

    text = forms.CharField(
        label=_("Lyrics"),
        max_length=MOST_LETTERS,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        help_text=_("Plain lines, or with a time before each: [1:51.20] Low water, low water."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("An .lrc or .txt file in UTF-8. It takes the place of what stands above."),
        widget=forms.FileInput(attrs={"accept": ".lrc,.txt,text/plain"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.initial.get("language", "")
        # A program may have said one that is not in the list.
        other = [(said, said)] if said and said not in dict(LANGUAGES) else []
        self.fields["language"].choices = [("", _("Not said")), *LANGUAGES, *other]  # type: ignore[attr-defined]  # of a ChoiceField

    def clean_file(self) -> str | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None:
            return None
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("This file is too large for lyrics."))
        try:
            return text_of(file.read())
        except BadRequest as refusal:
            raise ValidationError(str(refusal.advice)) from refusal

    @property
    def said(self) -> str:
        """What is to be written down."""
        file: str | None = self.cleaned_data["file"]
        return self.cleaned_data["text"] if file is None else file
