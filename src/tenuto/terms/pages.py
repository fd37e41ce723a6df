"""The public pages of the terms: every version, what changed between any two, and the form by which one answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_safe

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotFound
from tenuto.rules.terms_diff import compare, word_changes
from tenuto.terms.accepting import accept, is_asked, latest
from tenuto.terms.models import Acceptance, Version
from tenuto.terms.versions import coming, in_force, version


class AnswerForm(forms.Form):
    """Which of the clauses that may be declined one agrees to. The text that was on the screen comes with it."""

    digest = forms.CharField(widget=forms.HiddenInput)
    clauses = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    whole = forms.BooleanField(
        label=gettext_lazy("I agree to these terms"),
        error_messages={"required": gettext_lazy("Tick the box to agree. You can also go on without an answer.")},
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["clauses"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(clause.number, clause.heading) for clause in version.terms.clauses if clause.is_choice]
        self.fields["digest"].initial = version.digest

    def declined(self) -> list[int]:
        field = self.fields["clauses"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        offered = {int(number) for number, _heading in field.choices}  # type: ignore[misc, union-attr]  # a list of pairs
        return sorted(offered - set(self.cleaned_data["clauses"]))


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """The version in force; before there is one, the page says so."""
    found = in_force(timezone.now())
    if found is None:
        return render(request, "terms/none.html")
    return _page(request, found)


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version there ever was, with its dates."""
    found = list(Version.objects.all())
    context = {
        "versions": found,
        "numbers": [each.number for each in reversed(found)],
        "now": timezone.now(),
        "before": found[1] if len(found) > 1 else None,
        "after": found[0] if found else None,
    }
    return render(request, "terms/versions.html", context)


@require_safe
def text(request: HttpRequest, number: int) -> HttpResponse:
    """A version as it was written, byte for byte: its SHA-256 is what an acceptance names."""
    response = HttpResponse(version(number).text, content_type="text/markdown; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def changes(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """Two versions beside each other, each changed word marked."""
    before, after = version(old), version(new)
    if old == new:
        raise NotFound("a version does not differ from itself")
    found = compare(before.terms, after.terms)
    return render(
        request,
        "terms/changes.html",
        {
            "before": before,
            "after": after,
            "changes": [change for change in found if not change.is_same],
            "same": sum(change.is_same for change in found),
            "opened": set().union(*(change.opened for change in found)),
            "closed": set().union(*(change.closed for change in found)),
            "summary": word_changes("\n".join(before.terms.summary), "\n".join(after.terms.summary)),
            "summary_is_same": before.terms.summary == after.terms.summary,
            "numbers": list(Version.objects.values_list("number", flat=True).order_by("number")),
        },
    )


@require_safe
def any_two(request: HttpRequest) -> HttpResponse:
    """Where a form asked for `?old=` and `?new=`: leads to their page, or back to the list if it makes no sense."""
    try:
        old, new = int(request.GET.get("old", "")), int(request.GET.get("new", ""))
    except ValueError:
        return redirect("terms:versions")
    if old == new or old < 1 or new < 1:
        messages.info(request, _("Choose two different versions."))
        return redirect("terms:versions")
    return redirect("terms:changes", old, new)


class VersionView(View):
    """GET shows one version; POST answers it."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        return _page(request, version(number))

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        if not isinstance(request.user, Account):
            return redirect(f"{reverse('account_login')}?next={request.path}")
        asked = version(number)
        form = AnswerForm(request.POST, version=asked)
        if not form.is_valid():
            return _page(request, asked, form, status=422)
        try:
            accept(
                request.user,
                asked,
                form.cleaned_data["digest"],
                form.declined(),
                Acceptance.How.PAGE,
                at=timezone.now(),
            )
        except BadRequest as refusal:
            typed = request.POST.copy()
            typed["digest"] = asked.digest  # what comes back is agreed to as it stands there now
            form = AnswerForm(typed, version=asked)
            form.add_error(None, str(refusal.advice))
            return _page(request, asked, form, status=refusal.status)
        messages.success(request, _("Thank you. Your answer is written down; you can change it here at any time."))
        return redirect(asked)


def _agreed_before(mine: Acceptance, found: Version) -> list[int]:
    """The clauses of a version not yet answered by which something goes on that she agreed to in her own one."""
    if mine.version_id == found.pk:
        return []
    permitted = mine.version.terms.permitted(frozenset(mine.declined))
    return [clause.number for clause in found.terms.clauses if clause.permits & permitted]


def _page(request: HttpRequest, found: Version, form: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    account = request.user if isinstance(request.user, Account) else None
    mine = latest(account) if account else None
    newest = Version.objects.first()
    can_answer = account is not None and newest is not None and found.number == newest.number
    if can_answer and form is None:
        declined = set(mine.declined) if mine and mine.version_id == found.pk else set()
        agreed = [clause.number for clause in found.terms.clauses if clause.is_choice and clause.number not in declined]
        # Nothing is ticked for whoever has not answered yet.
        form = AnswerForm(initial={"clauses": agreed if mine and mine.version_id == found.pk else []}, version=found)
    return render(
        request,
        "terms/version.html",
        {
            "version": found,
            "terms": found.terms,
            "now": now,
            "is_in_force": found == in_force(now),
            "coming": coming(now),
            "mine": mine,
            "agreed_before": _agreed_before(mine, found) if mine else [],
            "is_asked": account is not None and is_asked(account) is not None,
            "form": form if can_answer else None,
            "previous": Version.objects.filter(number__lt=found.number).first(),
        },
        status=status,
    )
