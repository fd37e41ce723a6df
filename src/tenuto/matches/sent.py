"""A file that a program sends to be compared: one at a time of each account, told as far as its sender may know.

Nothing of it is kept: the file goes with the request, and no row is written. A file is no work here, so this is not the
comparison at upload that the terms name as *needed*, and takes nothing from it (`lookup`).
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base import storage
from tenuto.base.errors import BadRequest, OverLimit
from tenuto.base.ids import new_key
from tenuto.base.remembered import DAY_SECONDS, times_today
from tenuto.dsp.errors import SoundError, TooLong
from tenuto.matches.lookup import identify, longest
from tenuto.matches.works import Shown, shown_to
from tenuto.tracks.refusals import refusal_words

LONGEST_SECONDS = 15 * 60.0  # whoever asks waits for it; half an hour of processor time would be an attack
MOST_A_DAY = 40  # of one account, so ten hours of sound
MOST_AT_ONCE = 4  # in one process: pages are answered meanwhile


class Unreadable(BadRequest):
    """No sound that can be used; `code` is that of `dsp.errors`."""

    status = 422

    def __init__(self, error: SoundError) -> None:
        words = _("Up to 15 minutes are compared this way. Cut it, or upload it: of an upload, all is compared.")
        super().__init__(str(error), advice=words if isinstance(error, TooLong) else refusal_words(error.code))
        self.code = error.code


class OneAtATime(OverLimit):
    advice = _("Another file of yours is just being compared. Send this one when that has been answered.")
    status = 429
    code = "one_at_a_time"


class EnoughToday(OverLimit):
    advice = _("Those were many files today. Go on tomorrow, or upload the recording: of an upload, all is compared.")
    status = 429
    code = "enough_today"

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.headers = {"Retry-After": str(_left_of_day(at))}


class Busy(OverLimit):
    advice = _("Many files are being compared just now. Send yours again in a minute.")
    status = 503
    code = "busy"
    headers = {"Retry-After": "60"}


def compare(file: UploadedFile[bytes], by: Account, at: datetime) -> list[Shown]:
    """The registered works in a file, each as its sender may see it. Raises those above, and Stopped."""
    storage.make_room(file.size or 0)
    with _turn_of(by), _laid_down(file) as path:
        if times_today(f"files compared for {by.pk}", at) > MOST_A_DAY:
            raise EnoughToday(at)
        try:
            found = identify(path, longest(LONGEST_SECONDS))
        except SoundError as error:
            raise Unreadable(error) from error
    return shown_to(by, found, at)


@contextmanager
def _laid_down(file: UploadedFile[bytes]) -> Iterator[Path]:
    """Where the sandbox can read it, and only for as long."""
    place = Path(settings.SCRATCH_DIR) / f"identify-{new_key()}"
    place.mkdir(parents=True)
    try:
        path = place / "sent"
        with path.open("wb") as out:
            shutil.copyfileobj(file, out)
        yield path
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _left_of_day(at: datetime) -> int:
    return DAY_SECONDS - int(at.timestamp()) % DAY_SECONDS


_turns: set[int] = set()
_lock = threading.Lock()  # guards the turns of this process


@contextmanager
def _turn_of(account: Account) -> Iterator[None]:
    with _lock:
        if account.pk in _turns:
            raise OneAtATime(f"account {account.pk}")
        if len(_turns) >= MOST_AT_ONCE:
            raise Busy(f"{len(_turns)} at once")
        _turns.add(account.pk)
    try:
        yield
    finally:
        with _lock:
            _turns.discard(account.pk)
