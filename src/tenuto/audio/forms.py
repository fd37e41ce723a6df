"""What is sent beside the files by a browser without scripts: who may hear them, and from when."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenuto.rules.visibility import Audience
from tenuto.tracks.forms import MomentField


class WishForm(forms.Form):
    """Its date is by the server's clock: scripts send their own by tus."""

    audience = forms.ChoiceField(
        required=False,
        choices=[("", _("Sketchbook")), (Audience.FOLLOWERS, _("Followers")), (Audience.PUBLIC, _("Everyone"))],
    )
    starts_at = MomentField(required=False)
