"""The forms of one's own settings."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts import handles
from tenuto.accounts.models import AccessToken, Account, ProfileLink
from tenuto.base import pictures
from tenuto.base.errors import BadRequest
from tenuto.base.lines import LineField, WordsField
from tenuto.base.models import Blob

MAX_LINKS = 10
MAX_TOKENS = 50


class PictureField(forms.FileField):
    """An uploaded picture, checked and kept; its cleaned value is the blob."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif,image/avif"})

    def clean(self, data: Any, initial: Any = None) -> Blob | None:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        try:
            return pictures.take(upload.read(pictures.MAX_BYTES + 1))
        except BadRequest as refusal:
            raise ValidationError(refusal.advice) from refusal


class ProfileForm(forms.ModelForm[Account]):
    """What others see of somebody."""

    avatar_file = PictureField(label=_("Picture"), required=False, help_text=_("Square is best. Up to 15 MB."))
    no_avatar = forms.BooleanField(label=_("Show my first letter instead"), required=False)
    banner_file = PictureField(
        label=_("Banner"), required=False, help_text=_("Three times as wide as high, at best 1600 pixels or more.")
    )
    no_banner = forms.BooleanField(label=_("No banner"), required=False)

    class Meta:
        model = Account
        fields = ["display_name", "place", "bio"]
        field_classes = {"display_name": LineField, "place": LineField, "bio": WordsField}
        widgets = {"bio": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "display_name": _("What people call you. Without one, your handle stands there."),
            "bio": _("Plain text; up to 2000 characters."),
        }

    def save(self, commit: bool = True) -> Account:
        for part in ("avatar", "banner"):
            if self.cleaned_data[f"{part}_file"] is not None:
                setattr(self.instance, part, self.cleaned_data[f"{part}_file"])
            elif self.cleaned_data[f"no_{part}"]:
                setattr(self.instance, part, None)
        return super().save(commit)


class LinkForm(forms.Form):
    """One place elsewhere. A row left empty is no link."""

    label = LineField(label=_("Name"), max_length=40, required=False)
    url = forms.URLField(
        label=_("Address"),
        max_length=300,
        required=False,
        assume_scheme="https",
        # Only what opens a page: no javascript:, no data:, no ftp:.
        validators=[URLValidator(schemes=["http", "https"])],
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if bool(fields.get("label")) != bool(fields.get("url")) and not self.errors:
            raise ValidationError(_("A link has a name and an address. Leave both empty to drop it."))
        return fields


LinkForms = forms.formset_factory(
    LinkForm, extra=2, max_num=MAX_LINKS, absolute_max=MAX_LINKS + 5, validate_max=True, can_order=True
)


def link_rows(account: Account) -> list[dict[str, str]]:
    """An account's links as the form shows them."""
    return [{"label": link.label, "url": link.url} for link in account.links.all()]


def save_links(account: Account, forms_: Any) -> None:
    """Put the rows of the form, in their order, in the place of the links there were."""
    rows = [form.cleaned_data for form in forms_.ordered_forms if form.cleaned_data.get("url")]
    account.links.all().delete()
    ProfileLink.objects.bulk_create(
        ProfileLink(account=account, label=row["label"], url=row["url"], position=position)
        for position, row in enumerate(rows)
    )


class HandleForm(forms.Form):
    """Another handle."""

    handle = forms.CharField(
        label=_("Handle"),
        max_length=31,
        help_text=_("Your old addresses go on leading to you, and nobody else can take them."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)
        self.initial = {"handle": account.username}

    def clean_handle(self) -> str:
        return handles.free(self.cleaned_data["handle"], for_account=self.account)


class TokenForm(forms.Form):
    """A new access token."""

    name = forms.CharField(label=_("What it is for"), max_length=60, help_text=_("So that you know it again."))
    days = forms.TypedChoiceField(
        label=_("Ends"),
        coerce=int,
        initial=90,
        choices=[
            (30, _("in 30 days")),
            (90, _("in 90 days")),
            (365, _("in a year")),
            (0, _("never, until you revoke it")),
        ],
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if AccessToken.objects.filter(account=self.account).count() >= MAX_TOKENS:
            raise ValidationError(
                _("You have %(count)s tokens, the most one may have. Revoke one that you no longer use."),
                params={"count": MAX_TOKENS},
            )
        if fields.get("days"):
            fields["expires_at"] = timezone.now() + timedelta(days=fields["days"])
        return fields


class RemovalForm(forms.Form):
    """Typed by hand, so that nobody deletes an account by one wrong press."""

    handle = forms.CharField(
        label=_("Your handle"), widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"})
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_handle(self) -> str:
        if self.cleaned_data["handle"].strip().removeprefix("@").lower() != self.account.username:
            raise ValidationError(_("That is not your handle. Nothing was deleted."))
        return self.account.username
