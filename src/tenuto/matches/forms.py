"""The forms of matches: what an uploader, a holder and staff can say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenuto.agreements.models import Agreement
from tenuto.base.lines import LineField, WordsField
from tenuto.rules.matches import Claim


class ClaimForm(forms.Form):
    """How it is, in the uploader's words."""

    claim = forms.ChoiceField(
        label=_("How is it?"),
        widget=forms.RadioSelect,
        choices=[
            (Claim.RIGHTS.value, _("I hold the rights in it, or have leave to publish it")),
            (Claim.AGREEMENT.value, _("An agreement signed here covers it")),
            (Claim.CREDIT.value, _("It is a cover, a remix, or contains a sample: I ask for leave")),
            (Claim.DISPUTE.value, _("This is a mistake, and I give notice against it")),
        ],
    )
    agreement = forms.ChoiceField(label=_("The agreement"), required=False)
    words = WordsField(
        label=_("In your words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whoever registered the work reads this."),
    )
    name = LineField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_("Where you give your word for it: with the rights, and with a notice."),
    )
    credit_wanted = forms.BooleanField(
        label=_("Name the work in the description of my track, once this is settled"), required=False, initial=True
    )
    lets_hear = forms.BooleanField(
        label=_("Let them hear my track by a secret link, which I can revoke"), required=False, initial=True
    )

    def __init__(self, *args: Any, agreements: list[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, str(one.organisation)) for one in agreements]
        field = self.fields["agreement"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose one")), *choices]
        if not choices:
            del self.fields["agreement"]
            claim = self.fields["claim"]
            assert isinstance(claim, forms.ChoiceField)
            claim.choices = [one for one in ClaimForm.base_fields["claim"].choices if one[0] != Claim.AGREEMENT.value]  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """The holder's answer."""

    agrees = forms.TypedChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes: it may be published")), ("no", _("No: it stays held"))],
        coerce=lambda said: said == "yes",
    )
    credit = LineField(
        label=_("How your work is to be named"),
        max_length=300,
        required=False,
        help_text=_("Shown to the uploader, and to everybody if they name it in their description. Only with a yes."),
    )
    words = WordsField(
        label=_("In your words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The uploader reads this. A no needs a sentence."),
    )


class RulingForm(forms.Form):
    """What staff decide."""

    passes = forms.TypedChoiceField(
        label=_("Finding"),
        widget=forms.RadioSelect,
        choices=[("yes", _("It may be published")), ("no", _("It stays held"))],
        coerce=lambda said: said == "yes",
    )
    reasons = WordsField(label=_("Reasons"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class ReleaseForm(forms.Form):
    """Staff let an upload pass that could not be compared."""

    words = WordsField(label=_("Why"), max_length=500, min_length=10)
