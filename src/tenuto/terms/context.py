"""What every page may say of the terms: that a version waits for one's answer. One query, for members only."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tenuto.accounts.models import Account
from tenuto.base.questions import Question, number
from tenuto.terms.models import Acceptance, Version


def unanswered(request: HttpRequest) -> dict[str, Any]:
    """`asked_terms`: the newest version while this member has not accepted it, else None. `asked_at`: now."""
    return {"asked_terms": SimpleLazyObject(lambda: _asked(request)), "asked_at": timezone.now()}


def _asked(request: HttpRequest) -> Version | None:
    if not isinstance(request.user, Account):
        return None
    newest = _NEWEST.first(account=request.user.pk)
    return None if newest is None or newest.is_accepted else newest


def _newest() -> QuerySet[Version]:
    accepted = Acceptance.objects.filter(version=OuterRef("pk"), account_id=number("account"))
    return Version.objects.annotate(is_accepted=Exists(accepted)).defer("text").order_by("-number")[:1]


_NEWEST = Question(_newest)
