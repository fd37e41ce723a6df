"""`tenuto import DIR`: every recording in a folder, by the very same way as any upload."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tenuto.accounts.models import Account
from tenuto.audio import arrive, journey
from tenuto.base import storage
from tenuto.base.errors import BadRequest
from tenuto.server.worker import living_workers
from tenuto.tracks.models import Recording
from tenuto.tracks.refusals import refusal_words

SUFFIXES = {
    ".wav",
    ".wave",
    ".w64",
    ".aif",
    ".aiff",
    ".aifc",
    ".flac",
    ".mp3",
    ".m4a",
    ".mp4",
    ".aac",
    ".ogg",
    ".oga",
    ".opus",
}
Stage = Recording.Stage
ENDED = {Stage.READY, Stage.REFUSED, Stage.FAILED}


def import_from(folder: Path, handle: str | None, console: Console, *, wait: bool) -> int:
    """Upload what is not there yet, then wait until all is ready. Done again, it goes on where it stopped."""
    owner = _owner(handle, console)
    if owner is None:
        return 2
    if not folder.is_dir():
        console.print(f"{folder} is no folder.")
        return 2
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
    if not files:
        console.print(f"There are no recordings in {folder}. These are looked for: {', '.join(sorted(SUFFIXES))}.")
        return 1
    recordings, refused = _send(files, folder, owner, console)
    if wait:
        _wait(recordings, console)
    return _report(recordings, refused, console)


def _send(
    files: list[Path], folder: Path, owner: Account, console: Console
) -> tuple[dict[str, Recording], dict[str, str]]:
    recordings: dict[str, Recording] = {}
    refused: dict[str, str] = {}
    with _bar(console) as bar:
        for path in bar.track(files, description="uploading"):
            name = str(path.relative_to(folder))
            there = Recording.objects.filter(track__owner=owner, original=storage.digest_of(path)).first()
            try:
                recordings[name] = there or journey.receive_file(owner, path, arrive.Wish(), timezone.now())
            except (BadRequest, OSError) as error:
                refused[name] = str(getattr(error, "advice", error))
    return recordings, refused


def _wait(recordings: dict[str, Recording], console: Console) -> None:
    with _some_worker(console), _bar(console) as bar:
        task = bar.add_task("making ready", total=len(recordings))
        while True:
            for recording in recordings.values():
                if recording.stage not in ENDED:
                    recording.refresh_from_db(fields=["stage", "refusal"])
            ended = sum(recording.stage in ENDED for recording in recordings.values())
            bar.update(task, completed=ended)
            if ended == len(recordings):
                return
            time.sleep(0.3)


@contextmanager
def _some_worker(console: Console) -> Iterator[None]:
    """Whoever does the jobs: the worker that is running, else one of our own for as long as we wait."""
    if living_workers():
        yield
        return
    console.print("No worker is running, so this command makes them ready itself.")
    command = [sys.executable, "-P", "-m", "tenuto.server.command", "work"]
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  ourselves
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _report(recordings: dict[str, Recording], refused: dict[str, str], console: Console) -> int:
    table = Table("file", "stands", "", box=None, pad_edge=False)
    for name, recording in recordings.items():
        words = str(refusal_words(recording.refusal)) if recording.stage == Stage.REFUSED else ""
        table.add_row(name, recording.stage, words)
    for name, advice in refused.items():
        table.add_row(name, "refused", advice)
    console.print(table)
    wrong = len(refused) + sum(recording.stage in {Stage.REFUSED, Stage.FAILED} for recording in recordings.values())
    console.print(f"{len(recordings)} in the sketchbook, {wrong} not taken.")
    return 1 if wrong else 0


def _owner(handle: str | None, console: Console) -> Account | None:
    """Whose they become; without a handle the only account there is."""
    accounts = Account.objects.filter(is_active=True)
    found = list(accounts.filter(username=handle.lower().removeprefix("@")) if handle else accounts[:2])
    if len(found) == 1:
        return found[0]
    if handle:
        console.print(f"There is no account @{handle}.")
    else:
        console.print("Say whose they become, with --as HANDLE." if found else "Make an account first: create-admin.")
    return None


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)
