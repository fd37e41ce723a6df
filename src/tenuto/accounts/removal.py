"""Takes an account away: every row, and every byte that nobody else needs.

Each slice says what it holds of an account and lets go of it in batches (`Part`). With the rows of a batch, its digests
are written into the Removal, where they stand until their files are gone: a worker killed at any moment leaves work
that can be taken up, never bytes that are forgotten.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.translation import ngettext
from django_tasks import task

from tenuto.accounts import export_page
from tenuto.accounts.models import Account, Export, Removal
from tenuto.base import jobs, pictures, storage
from tenuto.base.models import Blob


@dataclass(frozen=True)
class Part:
    """One slice's share of an account."""

    # What will go, in words: "12 tracks".
    names: Callable[[Account], list[str]]
    # Out of everybody's sight at once; quick, in the transaction that takes the account's leave.
    hide: Callable[[Account], None]
    # Delete some rows and return the digests of the bytes they used; None when there are no more rows.
    # Runs in a transaction, perhaps twice.
    remove: Callable[[Account], list[str] | None]


_parts: list[Part] = []


def register(part: Part) -> None:
    """Have `part` go with the account. Registered when its app is ready; the topmost slice goes first."""
    if part not in _parts:
        _parts.append(part)


def what_goes(account: Account) -> list[str]:
    """What the account's owner is about to lose, in words."""
    return [words for part in _parts for words in part.names(account)]


@transaction.atomic
def ask(account: Account, at: datetime) -> None:
    """Close the account now and have it removed. From here on nobody can sign in to it or see anything of it."""
    removal, _new = Removal.objects.get_or_create(account=account, defaults={"asked_at": at})
    Account.objects.filter(pk=account.pk).update(is_active=False)
    account.tokens.all().delete()
    end_sessions(account)
    for part in _parts:
        part.hide(account)
    jobs.send(remove_account, removal.pk, once=f"removal:{removal.pk}")


@task(queue_name="default")
def remove_account(removal_id: int) -> None:
    """Remove one account. Run twice, the second takes up where the first stopped, or finds nothing to do."""
    removal = Removal.objects.select_related("account").filter(pk=removal_id).first()
    if removal is None:
        return
    _forget_bytes(removal)
    for part in reversed(_parts):
        while _remove_batch(part, removal):
            _forget_bytes(removal)
    # What hangs on the account by cascade goes with it: addresses, keys, codes, follows, links, tokens, the Removal.
    removal.account.delete()


def _remove_batch(part: Part, removal: Removal) -> bool:
    with transaction.atomic():
        digests = part.remove(removal.account)
        if digests is None:
            return False
        removal.digests = sorted(set(digests))
        removal.save(update_fields=["digests"])
    return True


def _forget_bytes(removal: Removal) -> None:
    """Remove the files of the last batch, save those that somebody else's rows still point to."""
    storage.forget(removal.digests)
    needed = set(Blob.objects.filter(digest__in=removal.digests).values_list("digest", flat=True))
    for digest in set(removal.digests) - needed:
        pictures.forget(digest)
    removal.digests = []
    removal.save(update_fields=["digests"])


def end_sessions(account: Account) -> None:
    """Sign the account out everywhere."""
    store: type[SessionBase] = importlib.import_module(settings.SESSION_ENGINE).SessionStore
    for key in UserSession.objects.filter(user=account).values_list("session_key", flat=True):
        store(key).delete()


def _names(account: Account) -> list[str]:
    links, followers = account.links.count(), account.followers.count()
    return [
        *([ngettext("%d link", "%d links", links) % links] if links else []),
        *([ngettext("%d follower", "%d followers", followers) % followers] if followers else []),
    ]


def _hide(account: Account) -> None:
    """An account that is not active is seen by nobody."""


def _remove(account: Account) -> list[str] | None:
    for copy in Export.objects.filter(account=account):
        export_page.drop(copy)
    digests = [digest for digest in (account.avatar_id, account.banner_id) if digest]
    if not digests:
        return None
    account.avatar = account.banner = None
    account.save(update_fields=["avatar", "banner"])
    return digests


register(Part(_names, _hide, _remove))
