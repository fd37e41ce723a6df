"""The log that is being written: its name, its row, its files, its keys."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tenuto.base.signatures import verify
from tenuto.ledger import book, keys
from tenuto.ledger.models import Log
from tenuto.ledger.shelf import Shelf
from tenuto.rules.canonical import moment
from tenuto.rules.checkpoints import Signed, opened
from tenuto.rules.notes import Key


def current() -> Log | None:
    """The log that takes entries now. None until one was opened."""
    return Log.objects.order_by("-number").first()


def open_log() -> Log:
    """The log that takes entries now; the first one is opened, with its own key, where there is none."""
    log = current()  # asked with every step: whoever writes is not held up for it
    if log is not None:
        return log
    with transaction.atomic():
        book.hold()  # two processes that begin at once open one log
        log = current()
        if log is None:
            log = begin(1, origin_for(1), offset=0)  # whatever was written before is part of it
    return log


def begin(number: int, origin: str, offset: int) -> Log:
    """Open a log whose first entry is the book's at `offset`. A record names it and its key; in a transaction."""
    signer = keys.made_for_log(origin)
    log = Log.objects.create(number=number, origin=origin, offset=offset)
    record: dict[str, object] = {"v": 1, "t": "log.open", "ts": moment(timezone.now()), "origin": origin}
    book.write([book.public(record | {"key": str(signer.key), "offset": offset})])
    return log


def origin_for(number: int) -> str:
    """The name of a log is the address of its files, without the scheme."""
    site = urlsplit(settings.SITE_URL)
    first = f"{site.netloc}{site.path.rstrip('/')}/log"
    return first if number == 1 else f"{first}/{number}"


def prefix_of(log: Log) -> str:
    """Where its files are served here."""
    return "/log/" if log.number == 1 else f"/log/{log.number}/"


def shelf_of(log: Log) -> Shelf:
    """Its files. Those of the first log lie where the address begins, those of a later one in a folder below."""
    folder = Path(settings.LOG_DIR)
    return Shelf(folder if log.number == 1 else folder / str(log.number))


def verifiers(log: Log) -> list[Key]:
    """The keys with which it signs."""
    return [signer.key for signer in keys.of_log(log.origin)]


def head_of(log: Log) -> Signed | None:
    """Its signed head, checked with its own keys. None while nothing is signed. Raises Refused for a false one."""
    return opened(bytes(log.note), verifiers(log), verify) if log.note else None
