"""What is sent to report, to decide and to appeal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenuto.base.lines import LineField, WordsField
from tenuto.reports.words import GROUNDS, MEASURES, REASONS
from tenuto.rules.moderation import Kind, measures_for


class ReportForm(forms.Form):
    """Why, in which words, and where the answer goes."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(one.value, words) for one, words in REASONS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    words = WordsField(
        label=_("In your words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What, where, from which moment on; of a right, whose it is and how that can be seen."),
    )
    mail = forms.EmailField(
        label=_("Your e-mail"),
        required=False,
        help_text=_("If you want the answer. It is used for nothing else, and staff alone see it."),
    )

    def __init__(self, *args: Any, is_member: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_member:
            del self.fields["mail"]


class DecisionForm(forms.Form):
    """The statement of reasons."""

    measure = forms.ChoiceField(
        label=_("What is done"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is done.")},
    )
    facts = WordsField(
        label=_("What you found"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Both sides read this. Name nobody who reported it."),
        error_messages={"required": _("Say what you found: a decision without reasons is none.")},
    )
    ground = forms.ChoiceField(
        label=_("What it rests on"),
        required=False,
        choices=[("", _("Nothing is done")), *((one.value, words) for one, words in GROUNDS.items())],
    )
    clause = LineField(
        label=_("Which law, or which clause"),
        max_length=300,
        required=False,
        help_text=_("As it can be looked up: “§ 130 StGB”, “Terms, 7.2”."),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measures = [(one.value, MEASURES[one]) for one in measures_for(kind)]
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]  # of a ChoiceField


class AppealForm(forms.Form):
    words = WordsField(
        label=_("What is wrong with the decision?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what is wrong with it, so that it can be looked at again.")},
    )
