"""Notices through the HTTP API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from tenuto.accounts.callers import account_calling, member
from tenuto.notifications.models import Notice
from tenuto.notifications.reading import heard, lines_of
from tenuto.tracks.api import Mark
from tenuto.tracks.paging import some

router = Router(tags=["Notifications"])
PAGE_SIZE = 100


class NoticeShown(Schema):
    """One line: what happened, by whom, and where to read on."""

    kind: str
    what: str
    words: str
    quote: str
    url: str
    by: list[str]
    at: datetime
    is_new: bool


class NoticePage(Schema):
    """Newest first. Ask again with `before` for those that come after."""

    notices: list[NoticeShown]
    before: str | None


@router.get("/me/notifications", auth=member, response=NoticePage)
def my_notices(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """What happened around you and your works. Reading them here leaves them new."""
    account, at = account_calling(request), timezone.now()
    found = some(heard(account, at).filter(on_page=True), before, PAGE_SIZE)
    lines = lines_of(account, found.rows, at)
    return {
        "notices": [
            {
                "kind": line.notices[0].kind,
                "what": line.notices[0].what,
                "words": line.text,
                "quote": line.told.quote,
                "url": line.told.url,
                "by": [person.username for person in line.people],
                "at": line.at,
                "is_new": line.is_new,
            }
            for line in lines
        ],
        "before": found.before,
    }


@router.put("/me/notifications/read", auth=member, response={204: None})
def read_notices(request: HttpRequest) -> Status[None]:
    """Say that you have read all there is until now."""
    at = timezone.now()
    Notice.objects.filter(to=account_calling(request), read_at=None, at__lte=at).update(read_at=at)
    return Status(204, None)
