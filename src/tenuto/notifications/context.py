"""What every page says of notices: how many one has not read. One query along its own index, for members only."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tenuto.accounts.models import Account
from tenuto.base.questions import Question, number
from tenuto.notifications.models import Notice

MOST = 100  # more are not counted: nobody reads the difference
_UNREAD = Question(
    lambda: (
        Notice.objects.filter(to_id=number("account"), read_at=None, on_page=True).order_by().values_list("pk")[:MOST]
    )
)


def unread(request: HttpRequest) -> dict[str, Any]:
    """`unread_notices`: a number, up to MOST."""
    return {"unread_notices": SimpleLazyObject(lambda: _count(request))}


def _count(request: HttpRequest) -> int:
    if not isinstance(request.user, Account):
        return 0
    return len(_UNREAD.ask(account=request.user.pk))
