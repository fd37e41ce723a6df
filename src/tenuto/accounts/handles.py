"""Handles: the names in addresses. Which ones may be taken, and how one is exchanged for another."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account, FormerHandle
from tenuto.base.errors import NotFound
from tenuto.base.questions import Question, word

# Nobody may speak as the house, and no handle may look like one of its pages.
_HOUSE_WORDS = """
    about abuse account accounts admin administrator api app apps artist artists artwork assets auth blog charts contact
    copyright dashboard demo discover dmca docs download embed everyone explore feed feeds follow guest help here home
    house info jobs ledger legal library listen listens log login logout mail me media moderator moderators music news
    nobody notifications oembed official operator owner player playlist playlists postmaster press privacy profile
    public robots root rss search security settings sign-in sign-up signin signup site sketchbook staff static
    status support system team tenuto terms track tracks trending undefined upload uploads user users webmaster welcome
    well-known witness www you
"""
RESERVED = frozenset(_HOUSE_WORDS.split())

# Each exchange keeps the former handle from everybody else for good: without an end one person could take them all.
MOST_EXCHANGES = 3
WITHIN = timedelta(days=30)


def person_called(handle: str) -> Account:
    """Whoever has this handle, in letters of either size. Raises NotFound; a closed account answers like none."""
    person: Account | None = _CALLED.first(handle=handle.lower())
    if person is None:
        raise NotFound(f"nobody is called {handle}")
    return person


_CALLED = Question(lambda: Account.objects.filter(username=word("handle"), is_active=True))


def free(handle: str, for_account: Account | None = None) -> str:
    """Return `handle` in small letters if it may be taken (by `for_account`), else say why not."""
    handle = handle.strip().removeprefix("@").lower()
    for validator in Account._meta.get_field("username").validators:
        validator(handle)
    if handle in RESERVED:
        raise ValidationError(
            _("“%(handle)s” is kept for the house. Please choose another."), params={"handle": handle}
        )
    others = Account.objects.filter(username=handle)
    former = FormerHandle.objects.filter(handle=handle)
    if for_account is not None:
        others = others.exclude(pk=for_account.pk)
        former = former.exclude(account=for_account)
    if others.exists() or former.exists():
        ideas = ", ".join(islice(suggestions(handle), 3))
        raise ValidationError(
            _("“%(handle)s” is taken. Still free: %(ideas)s."), params={"handle": handle, "ideas": ideas}
        )
    return handle


def suggestions(wish: str) -> Iterator[str]:
    """Free handles near to the one that somebody wished for, without end."""
    stem = re.sub(r"[^a-z0-9-]", "", slugify(wish)).strip("-")[:24] or "musician"
    endings = ["music", "sound", "plays"]
    candidates = [f"{stem}-{ending}"[:30] for ending in endings]
    for batch in _batches(stem, candidates):
        taken = set(Account.objects.filter(username__in=batch).values_list("username", flat=True))
        taken |= set(FormerHandle.objects.filter(handle__in=batch).values_list("handle", flat=True))
        yield from (handle for handle in batch if handle not in taken and handle not in RESERVED)


def _batches(stem: str, first: list[str]) -> Iterator[list[str]]:
    yield first
    for start in count(2, 20):
        yield [f"{stem}{number}" for number in range(start, start + 20)]


def change(account: Account, handle: str, at: datetime) -> None:
    """Give the account another handle. Its old addresses go on leading to it. Says why if it cannot be had.

    Raises:
        ValidationError: it is taken, kept, or no handle; or this account took too many new ones lately
    """
    try:
        with transaction.atomic():
            _change(account, handle, at)
    except IntegrityError:
        free(handle, for_account=account)  # somebody took it after we had looked: say so
        raise


def _change(account: Account, handle: str, at: datetime) -> None:
    # Locked and read anew: of two presses of one button, the second finds all done.
    account.refresh_from_db(fields=["username"], from_queryset=Account.objects.select_for_update())
    handle = free(handle, for_account=account)
    if handle == account.username:
        return
    # Back to a former one is always open: it takes none from anybody.
    is_new = not FormerHandle.objects.filter(handle=handle, account=account).delete()[0]
    if is_new and FormerHandle.objects.filter(account=account, until__gt=at - WITHIN).count() >= MOST_EXCHANGES:
        raise ValidationError(
            _("You have taken %(most)d new handles within a month. Wait some weeks, then take another."),
            params={"most": MOST_EXCHANGES},
        )
    FormerHandle.objects.create(handle=account.username, account=account, until=at)
    account.username = handle
    account.save(update_fields=["username"])
