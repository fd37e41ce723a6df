"""The form in which an agreement is written down: everything that it says, but for its documents."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements.drafting import Unsound, thing
from tenuto.agreements.forms import HandleField, cell_choices
from tenuto.agreements.models import Reach
from tenuto.agreements.reading import COVERABLE, GRANTABLE, recipients, written
from tenuto.agreements.wording import Content, Thing
from tenuto.base.errors import NotFound
from tenuto.base.lines import WordsField
from tenuto.rules.agreements import Recipient
from tenuto.rules.cells import Asset, cell_named
from tenuto.rules.visibility import Visitor
from tenuto.terms.words import ASSETS
from tenuto.tracks.access import track_at
from tenuto.tracks.countries import choices as countries

MOST_TRACK_LINES = 500  # each is looked up


class DraftForm(forms.Form):
    """Everything that an agreement says, but for its documents."""

    title = forms.CharField(label=_("What to call it"), max_length=120, required=False)
    assets = forms.TypedMultipleChoiceField(
        label=_("Assets"),
        coerce=Asset,
        choices=[(asset.value, ASSETS[asset]) for asset in COVERABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In these, only what the agreement grants is allowed. Everything else stays as the artist says."),
    )
    whole_catalogue = forms.BooleanField(label=_("The artist’s whole catalogue, now and later"), required=False)
    isrcs = forms.CharField(label=_("Recordings, by ISRC"), required=False)
    iswcs = forms.CharField(label=_("Compositions, by ISWC"), required=False)
    upcs = forms.CharField(label=_("Releases, by UPC or EAN"), required=False)
    tracks = forms.CharField(label=_("Tracks, by the address of their page or their key"), required=False)
    labels = forms.CharField(label=_("Everything under a label, by its name"), required=False)
    grants = forms.TypedMultipleChoiceField(
        coerce=cell_named,
        choices=cell_choices(GRANTABLE),
        required=False,
        error_messages={"invalid_choice": _("“%(value)s” is no use of AI that can be granted.")},
    )
    recipients = forms.CharField(
        label=_("For whom, or for which model"),
        required=False,
        help_text=_(
            "Only for generative models and third parties. One a line: a company, or a company | a model, or | a model."
        ),
    )
    everywhere = forms.TypedChoiceField(
        label=_("Where it holds"),
        choices=[("yes", _("Everywhere")), ("no", _("Only in these countries"))],
        coerce=lambda chosen: chosen == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    countries = forms.MultipleChoiceField(label=_("Countries"), required=False, choices=countries)
    first_day = forms.DateField(
        label=_("First day"),
        required=False,
        help_text=_("Empty: from the moment both have signed. Never sooner."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("It still counts. Empty: until it is ended."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    notice_days = forms.IntegerField(
        label=_("Days of notice"),
        required=False,
        min_value=0,
        help_text=_("So long ahead either side may end it alone. Empty: only both together."),
    )
    words = WordsField(
        label=_("In your own words"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    over = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    LISTS = {
        "isrcs": Reach.Kind.ISRC,
        "iswcs": Reach.Kind.ISWC,
        "upcs": Reach.Kind.UPC,
        "tracks": Reach.Kind.TRACK,
        "labels": Reach.Kind.LABEL,
    }

    def __init__(self, *args: Any, by: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        for name in (*self.LISTS, "recipients"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        things: set[Thing] = set()
        if len(_lines(fields.get("tracks", ""))) > MOST_TRACK_LINES:
            self.add_error("tracks", _("Name a label or the whole catalogue instead of so many tracks."))
            fields["tracks"] = ""
        for name, kind in self.LISTS.items():
            for line in _lines(fields.get(name, "")):
                try:
                    things.add(thing(kind, self._key(line) if kind == Reach.Kind.TRACK else line))
                except (Unsound, NotFound) as refusal:
                    self.add_error(name, str(refusal.advice))
        if fields.get("whole_catalogue"):
            things.add(Thing(Reach.Kind.CATALOGUE))
        fields["things"] = frozenset(things)
        fields["named"] = frozenset(self._recipients(fields.get("recipients", "")))
        for day in ("first_day", "last_day"):
            if (chosen := fields.get(day)) is not None and not 1970 <= chosen.year <= 2999:
                self.add_error(day, _("This year cannot be right."))
        return fields

    def content(self) -> Content:
        """What was typed, as an agreement says it."""
        fields = self.cleaned_data
        return Content(
            title=" ".join(fields["title"].split()),
            assets=frozenset(fields["assets"]),
            things=fields["things"],
            grants=frozenset(fields["grants"]),
            recipients=fields["named"],
            countries=None if fields["everywhere"] else frozenset(fields["countries"]),
            first_day=fields["first_day"],
            last_day=fields["last_day"],
            notice_days=fields["notice_days"],
            words=fields["words"].replace("\r\n", "\n").strip(),
        )

    def country_boxes(self) -> list[tuple[str, str, bool]]:
        ticked = set(self["countries"].value() or ())
        return [(code, name, code in ticked) for code, name in countries()]

    def granted(self) -> list[str]:
        return [str(one) for one in self["grants"].value() or ()]

    def _key(self, line: str) -> str:
        """A track's key, from itself or from the address of its page, where whoever types may meet that page."""
        if "/@" not in line:
            return line
        handle, _slash, slug = line.partition("/@")[2].partition("?")[0].partition("/")
        try:
            return track_at(Visitor(self.by.pk), handle.lower(), slug.strip("/"), timezone.now()).key
        except NotFound as missing:
            raise Unsound(
                advice=_("There is no track at %(address)s, or you may not see it.") % {"address": line[:120]}
            ) from missing

    def _recipients(self, typed: str) -> Iterable[Recipient]:
        for line in _lines(typed):
            licensee, _bar, model = (" ".join(part.split()) for part in line.partition("|"))
            if (not licensee and not model) or max(len(licensee), len(model)) > 120:
                self.add_error("recipients", _("Each line names a company, a model, or both."))
                continue
            yield Recipient(licensee, model)


def written_down(content: Content) -> dict[str, Any]:
    """A content as the form shows it."""
    by_kind = {
        name: "\n".join(written(kind, one.value) for one in sorted(content.things) if one.kind == kind)
        for name, kind in DraftForm.LISTS.items()
    }
    return by_kind | {
        "title": content.title,
        "assets": [asset.value for asset in content.assets],
        "whole_catalogue": any(one.kind == Reach.Kind.CATALOGUE for one in content.things),
        "grants": [str(one) for one in content.grants],
        "recipients": "\n".join(
            f"{licensee} | {model}" if model else licensee for licensee, model in recipients(content)
        ),
        "everywhere": "yes" if content.countries is None else "no",
        "countries": sorted(content.countries or ()),
        "first_day": content.first_day,
        "last_day": content.last_day,
        "notice_days": content.notice_days,
        "words": content.words,
    }


class NewDraftForm(DraftForm):
    """The first draft on behalf of an organisation: with whom."""

    artist = HandleField(
        label=_("Artist, by handle"), help_text=_("The end of the address of their profile: /@handle.")
    )

    field_order = ["artist"]


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]
