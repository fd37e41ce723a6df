"""What is sent to say something, and how an artist wants comments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenuto.comments.models import Wish


class WishForm(forms.ModelForm[Wish]):
    """Whose comments wait."""

    class Meta:
        model = Wish
        fields = ["approval"]
        widgets = {"approval": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approval"].help_text = _("Whose words wait, read them themselves; nobody else does.")
