"""The forms of the studio: what a track says of itself, and what people may do with it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.forms import PictureField
from tenuto.base.lines import LineField, WordsField
from tenuto.rules.isrc import read_isrc, write_isrc
from tenuto.rules.iswc import read_iswc, write_iswc
from tenuto.rules.party_codes import read_mbid
from tenuto.rules.sharing import Regions
from tenuto.rules.upc import read_upc, write_upc
from tenuto.rules.visibility import Audience
from tenuto.tracks import countries, slugs
from tenuto.tracks.models import Track
from tenuto.tracks.roles import read_role, role_words

MAX_TAGS = 30
MAX_TAG_LETTERS = 40
MAX_CREDITS = 60


class TagsField(WordsField):
    """Tags with commas between them; its cleaned value is the list, each tag once."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        tags = [" ".join(tag.split()).lstrip("#").strip() for tag in text.replace("\n", ",").split(",")]
        once = list({tag.casefold(): tag for tag in reversed(tags) if tag}.values())[::-1]
        if len(once) > MAX_TAGS:
            raise ValidationError(
                _("Up to %(most)s tags, please. These are %(count)s."), params={"most": MAX_TAGS, "count": len(once)}
            )
        for tag in once:
            if len(tag) > MAX_TAG_LETTERS:
                raise ValidationError(
                    _("“%(tag)s” is too long for a tag. Put commas between tags."), params={"tag": tag}
                )
        return once


class BasicsForm(forms.ModelForm[Track]):
    """Title, address, words, cover."""

    slug = forms.CharField(label=_("Address"), max_length=200, required=False)
    tags = TagsField(label=_("Tags"), required=False, help_text=_("With commas between them."))
    artwork_file = PictureField(
        label=_("Cover"), required=False, help_text=_("Square is best, 1600 pixels or more. Up to 15 MB.")
    )
    no_artwork = forms.BooleanField(label=_("Take this cover away"), required=False)

    class Meta:
        model = Track
        fields = ["title", "slug", "description", "genre", "tags", "artwork_words"]
        field_classes = {
            "title": LineField,
            "genre": LineField,
            "description": WordsField,
            "artwork_words": LineField,
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "genre": forms.TextInput(attrs={"list": "genres", "autocomplete": "off"}),
        }
        help_texts = {
            "description": _("Plain text. Addresses become links."),
            "genre": _("One, in your own word."),
            "artwork_words": _("For people who cannot see it. Empty if it only repeats the title."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].help_text = _(
            "The end of /@%(handle)s/… If you change it, links to the old address go on working."
        ) % {"handle": self.instance.owner.username}

    def clean_slug(self) -> str:
        asked: str = self.cleaned_data["slug"]
        if asked == self.instance.slug:
            return asked
        if not asked.strip():
            return slugs.free_slug(self.instance.owner, self.cleaned_data.get("title", ""))
        try:
            return slugs.chosen(self.instance, asked)
        except slugs.BadSlug as refusal:
            raise ValidationError(refusal.advice) from refusal

    def save_at(self, at: datetime) -> Track:
        """Save what was typed; the address moves, so that its former one goes on leading here."""
        track, slug = self.instance, self.cleaned_data["slug"]
        track.slug = self.initial["slug"]
        if self.cleaned_data["artwork_file"] is not None:
            track.artwork = self.cleaned_data["artwork_file"]
        elif self.cleaned_data["no_artwork"]:
            track.artwork = None
        track.save(update_fields=[*(name for name in self.Meta.fields if name != "slug"), "artwork", "changed_at"])
        slugs.move(track, slug, at)
        return track


class MetadataForm(forms.ModelForm[Track]):
    """What labels, shops and archives ask for."""

    isrc = forms.CharField(
        label=_("ISRC"),
        max_length=30,
        required=False,
        help_text=_("The code of this recording, if it has one, such as DE-A12-26-00001."),
    )

    iswc = forms.CharField(
        label=_("ISWC"),
        max_length=30,
        required=False,
        help_text=_("The code of the composition, if it has one, such as T-034.524.680-1."),
    )
    upc = forms.CharField(
        label=_("UPC or EAN"),
        max_length=30,
        required=False,
        help_text=_("The bar code of the release it is on: 12 or 13 digits."),
    )
    musicbrainz_recording = forms.CharField(
        label=_("MusicBrainz recording"),
        max_length=200,
        required=False,
        help_text=_("The address of its page on musicbrainz.org, or the id in it."),
    )
    musicbrainz_work = forms.CharField(
        label=_("MusicBrainz work"),
        max_length=200,
        required=False,
        help_text=_("The same of the composition."),
    )

    class Meta:
        model = Track
        fields = ["isrc", "iswc", "upc", "label", "release_date", "musicbrainz_recording", "musicbrainz_work"]
        field_classes = {"label": LineField}
        widgets = {"release_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "release_date": _("When it first came out, here or elsewhere. It publishes nothing by itself."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.isrc:
            self.initial["isrc"] = write_isrc(self.instance.isrc)
        if self.instance.iswc:
            self.initial["iswc"] = write_iswc(self.instance.iswc)
        if self.instance.upc:
            self.initial["upc"] = write_upc(self.instance.upc)

    def clean_isrc(self) -> str:
        typed = self.cleaned_data["isrc"]
        if not typed:
            return ""
        code = read_isrc(typed)
        if code is None:
            raise ValidationError(
                _("An ISRC has two letters, three letters or digits, and seven digits: DE-A12-26-00001.")
            )
        return code

    def clean_iswc(self) -> str:
        typed = self.cleaned_data["iswc"]
        code = read_iswc(typed) if typed else ""
        if code is None:
            raise ValidationError(
                _("An ISWC is a T and ten digits, the last of which follows from the others: T-034.524.680-1.")
            )
        return code

    def clean_upc(self) -> str:
        return checked_upc(self.cleaned_data["upc"])

    def clean_musicbrainz_recording(self) -> str:
        return checked_mbid(self.cleaned_data["musicbrainz_recording"], "recording")

    def clean_musicbrainz_work(self) -> str:
        return checked_mbid(self.cleaned_data["musicbrainz_work"], "work")

    def clean_release_date(self) -> date | None:
        return checked_release_date(self.cleaned_data["release_date"])


def checked_mbid(typed: str, kind: str) -> str:
    """An id of MusicBrainz's as it is stored, or nothing; says what is wrong with anything else."""
    found = read_mbid(typed, kind) if typed.strip() else ""
    if found is None:
        raise ValidationError(
            _("This is no %(kind)s of MusicBrainz’s: copy the address of its page, musicbrainz.org/%(kind)s/…"),
            params={"kind": kind},
        )
    return found


def checked_upc(typed: str) -> str:
    """A bar code as it is stored, or nothing; says what is wrong with anything else."""
    code = read_upc(typed) if typed else ""
    if code is None:
        raise ValidationError(
            _("A UPC has 12 digits, an EAN 13, and the last follows from the others. One of these is not right.")
        )
    return code


def checked_release_date(released: date | None) -> date | None:
    """A day on which music can have come out."""
    # The first recording of a sound that anybody made is of 1857.
    if released is not None and not 1857 <= released.year <= timezone.localdate().year + 10:
        raise ValidationError(_("This year cannot be right."))
    return released


class CreditForm(forms.Form):
    """Who did what. A row left empty is no credit."""

    role = LineField(label=_("What"), max_length=60, required=False, widget=forms.TextInput(attrs={"list": "roles"}))
    name = LineField(label=_("Who"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if bool(fields.get("role")) != bool(fields.get("name")) and not self.errors:
            raise ValidationError(_("A credit needs both: what they did, and who. Leave both empty to drop it."))
        return fields


CreditForms = forms.formset_factory(
    CreditForm, extra=3, max_num=MAX_CREDITS, absolute_max=MAX_CREDITS + 5, validate_max=True
)


def credit_rows(track: Track) -> list[dict[str, str]]:
    """A track's credits as the form shows them."""
    return [{"role": role_words(role), "name": name} for role, name in track.credits]


def read_credits(rows: BaseFormSet[Any]) -> list[list[str]]:
    return [[read_role(row["role"]), row["name"]] for row in rows.cleaned_data if row.get("name")]


class LicenceForm(forms.ModelForm[Track]):
    """How others may use the track."""

    class Meta:
        model = Track
        fields = ["licence"]
        widgets = {"licence": forms.RadioSelect}


class SharingForm(forms.ModelForm[Track]):
    """The nine switches of the Permissions tab, as rules.sharing names them."""

    countries = forms.MultipleChoiceField(
        label=_("Countries"), required=False, choices=countries.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Track
        fields = [
            "downloads",
            "offline_listening",
            "in_feed",
            "embeddable",
            "app_playback",
            "comments_allowed",
            "comments_public",
            "insights_public",
            "regions",
            "countries",
        ]
        help_texts = {
            "downloads": _(
                "Your file with its rights written in, the sound untouched, for anyone who can hear the track."
            ),
            "offline_listening": _("Apps may keep a copy on the device."),
            "in_feed": _("It appears in your public feed."),
            "embeddable": _("Others may place the player on their page."),
            "app_playback": _("Programs may play it through the HTTP API. On the site it plays either way."),
            "comments_allowed": _("At a moment of the track."),
            "comments_public": _("Off: only you read them."),
            "insights_public": _("Off: the number of plays is yours alone."),
            "regions": _("Where it may be heard."),
        }

    def switches(self) -> list[forms.BoundField]:
        """Those of the nine that are on or off, in their order."""
        return [self[name] for name in self.Meta.fields if name not in {"regions", "countries"}]

    def country_boxes(self) -> list[tuple[str, str, bool]]:
        """Letters, name and whether it is ticked, of every country.

        Written out by the page itself: 249 widgets, each a template, took a tenth of a second.
        """
        ticked = set(self["countries"].value() or ())
        return [(code, name, code in ticked) for code, name in countries.choices()]

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if (
            fields.get("regions") != Regions.WORLDWIDE
            and not fields.get("countries")
            and "countries" not in self.errors
        ):
            self.add_error("countries", _("Choose at least one country, or “Worldwide”."))
        return fields


class MomentField(forms.DateTimeField):
    """A day and a time, by the server's clock until `in_zone` knows better."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("This is not a date and time we can read. Try 2027-03-01 20:00.")}

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        # At the ends of the calendar a change of zone falls off it.
        if moment is not None and not 1970 <= moment.year <= 2999:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class VisibilityForm(forms.Form):
    """Who may hear a track, from when."""

    SKETCHBOOK = "sketchbook"

    visibility = forms.ChoiceField(
        label=_("Who can hear it"),
        choices=[(SKETCHBOOK, _("Sketchbook")), (Audience.FOLLOWERS, _("Followers")), (Audience.PUBLIC, _("Everyone"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who can hear it.")},
    )
    starts_at = MomentField(
        label=_("From"),
        required=False,
        help_text=_("Empty: at once. Until then it stays in your sketchbook."),
    )
    starts_at_zone = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    offline_until_then = forms.BooleanField(label=_("Yes, take it offline until then"), required=False)

    @property
    def audience(self) -> Audience | None:
        chosen = self.cleaned_data["visibility"]
        return None if chosen == self.SKETCHBOOK else Audience(chosen)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        fields["starts_at"] = in_zone(fields.get("starts_at"), fields.get("starts_at_zone", ""))
        if fields.get("visibility") == self.SKETCHBOOK:
            fields["starts_at"] = None
        return fields


class LinkForm(forms.Form):
    """A new secret link."""

    name = LineField(
        label=_("Whom it is for"), max_length=80, help_text=_("So that you know it again: “Mara, for the mix”.")
    )
    expires_at = MomentField(
        label=_("Ends"),
        required=False,
        help_text=_("Empty: it opens until you revoke it."),
    )
    expires_at_zone = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        ends = in_zone(fields.get("expires_at"), fields.get("expires_at_zone", ""))
        if ends is not None and ends <= timezone.now():
            self.add_error("expires_at", _("This moment has passed. Choose a later one, or leave it empty."))
        fields["expires_at"] = ends
        return fields


def in_zone(moment: datetime | None, zone: str) -> datetime | None:
    """What somebody typed by the clock of their own place, where their browser told us the place."""
    if moment is None or not zone:
        return moment
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return moment  # no place we know of: by the server's clock then, as without JavaScript
    # Django has read it by the server's clock; the digits stand, the zone changes.
    return timezone.make_naive(moment).replace(tzinfo=place)
