"""Whoever draws up a list and is killed before it is kept leaves a file that nothing names. It does not stay."""

import os
import signal
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.utils import timezone
from rich.console import Console

from tenuto.ledger import leftovers, manifests
from tenuto.ledger.models import Log
from tenuto.server.fsck import check_everything
from tests.ledger.writing import OPEN, SONG, draw_up, published_log, write_uses

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(days=2)


def files() -> set[str]:
    return {place.name for place in (settings.LOG_DIR / "manifest").iterdir()}


def killed_between() -> str:
    """The file that is left by a process that was killed between drawing up a list and keeping it."""
    before = files()
    if not (child := os.fork()):
        manifests.prepare([SONG], OPEN | {"job": "killed"})
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    (left,) = files() - before
    return left


def test_a_list_whose_job_was_killed_is_removed_and_no_other() -> None:
    published_log()
    kept = draw_up([SONG], OPEN).root.hex()
    left = killed_between()
    now = timezone.now()
    assert leftovers.clear(now) == 0  # its job may be about to keep it
    assert files() == {kept, left}
    assert leftovers.clear(now + LATER) == 1
    assert files() == {kept}
    assert leftovers.clear(now + LATER) == 0


def test_a_list_that_was_half_written_is_removed_too() -> None:
    published_log()
    draw_up([SONG], OPEN)
    half = settings.LOG_DIR / "manifest" / f".{'a' * 64}.draft"
    half.write_bytes(bytes(64))
    assert leftovers.leftovers(timezone.now() + LATER) == [half]


def test_fsck_names_it_and_removes_it() -> None:
    published_log()
    draw_up([SONG], OPEN)
    place = settings.LOG_DIR / "manifest" / killed_between()
    two_days_ago = (timezone.now() - LATER).timestamp()
    os.utime(place, (two_days_ago, two_days_ago))
    said = Console(file=StringIO(), record=True, width=400)
    assert check_everything(said) == 0  # older than the log: what was before it may name it
    Log.objects.update(opened_at=timezone.now() - 2 * LATER)
    assert check_everything(said) == 1
    assert f"ledger: {place} is a list that no job kept" in said.export_text()
    assert check_everything(said, repair=True) == 0
    assert not place.exists()
    assert check_everything(said) == 0


def test_nothing_is_removed_while_rows_and_log_contradict_each_other() -> None:
    """After a restored backup, what was drawn up since is named in the public log, and by no row."""
    published_log()
    draw_up([SONG], OPEN)
    left = killed_between()
    checkpoint = settings.LOG_DIR / "checkpoint"
    there = checkpoint.read_bytes()
    checkpoint.write_bytes(there.replace(b"\n48\n", b"\n64\n"))
    assert checkpoint.read_bytes() != there
    assert leftovers.clear(timezone.now() + LATER) == 0
    checkpoint.write_bytes(there)
    write_uses(1)  # what is not published yet contradicts nothing
    assert leftovers.clear(timezone.now() + LATER) == 1
    assert left not in files()
