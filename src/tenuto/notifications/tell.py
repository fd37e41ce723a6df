"""Telling people that something happened: a row for each of them, with what happens or with its letter.

Nobody is told of what they did themselves, nor of what somebody does whom they blocked, muted, or were blocked by. The
same thing is told once, however often it is done.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from tenuto.accounts.models import Account
from tenuto.base import jobs
from tenuto.notifications.channels import Channel
from tenuto.notifications.choices import ways_to
from tenuto.notifications.kinds import Kind
from tenuto.notifications.models import Device, Notice
from tenuto.notifications.push import push_out
from tenuto.notifications.silence import deaf_to


def tell(
    kind: Kind,
    to: Iterable[int],
    *,
    about: int,
    at: datetime,
    on: int | None = None,
    by: Account | None = None,
    what: str = "",
) -> None:
    """Have these accounts told. Call it within the transaction of what happened, or in the job of its letter.

    Args:
        about: the id of the row that `kind` draws it from
        on: what notices are grouped by, where that is another id: a comment's track
        what: which of several things of this kind it was
    """
    people = _hearing({one for one in to if by is None or one != by.pk}, by)
    if not people:
        return
    ways = ways_to(people, kind)
    reachable = set(Device.objects.filter(account__in=people).values_list("account_id", flat=True))
    notices = [
        Notice(
            to_id=one,
            kind=kind.name,
            what=what,
            by=by,
            about=about,
            on=about if on is None else on,
            at=at,
            on_page=Channel.PAGE in ways[one],
            by_mail=Channel.MAIL in ways[one],
            by_push=Channel.PUSH in ways[one] and one in reachable,
        )
        for one in sorted(people)
        if ways[one]
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if any(notice.by_push for notice in notices):
        by_id = by.pk if by else 0
        jobs.send(push_out, kind.name, what, by_id, about, once=f"push:{kind.name}:{what}:{by_id}:{about}")


def _hearing(people: Collection[int], by: Account | None) -> set[int]:
    found = set(Account.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    return found - deaf_to(by.pk, found) if by is not None and found else found
