"""Files of the log: written beside their place, on disk before they get their name, and never half."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from tenuto.base.ids import new_key


class Disk:
    """What is asked of the operating system, one step a method.

    All that the public files and the keys rest on goes through `disk` below, so that a test can have in its place one
    that is full, that fails, or that loses its power and everything it had not been told to keep.
    """

    def make_folder(self, folder: Path, mode: int) -> None:
        folder.mkdir(mode=mode, exist_ok=True)

    def create(self, place: Path, mode: int) -> int:
        """A handle on a file that was not there."""
        return os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)

    def write(self, handle: int, data: memoryview) -> int:
        """How many of the bytes were taken."""
        return os.write(handle, data)

    def sync(self, handle: int) -> None:
        os.fsync(handle)

    def close(self, handle: int) -> None:
        os.close(handle)

    def rename(self, old: Path, new: Path) -> None:
        old.replace(new)

    def link(self, old: Path, new: Path) -> None:
        os.link(old, new)

    def remove(self, place: Path) -> None:
        place.unlink()

    def remove_tree(self, folder: Path) -> None:
        """The folder with all that is in it; nothing, where it is not there."""
        shutil.rmtree(folder, ignore_errors=True)

    def sync_folder(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


disk = Disk()


def put(place: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a whole file durably. Whoever looks sees what was there before, or all of this."""
    make_folder(place.parent)
    write(place, data, mode)
    sync_folder(place.parent)


def put_first(place: Path, data: bytes, mode: int = 0o644) -> None:
    """As `put`, but what is there stays: of two processes that begin at once, one wins, and both read its file."""
    draft = place.with_name(f".{place.name}.{new_key()}")
    put(draft, data, mode)
    try:
        disk.link(draft, place)
    except FileExistsError:
        pass
    finally:
        disk.remove(draft)
    sync_folder(place.parent)


def write(place: Path, data: bytes, mode: int = 0o644, drafts: Path | None = None) -> None:
    """As `put`, but the folder's list of names is still to be brought to disk: many files in one folder, one fsync.

    `drafts`: a folder on the same disk for what is not whole yet, so that whoever is killed leaves nothing elsewhere.
    """
    for folder in _missing(place.parent):
        disk.make_folder(folder, 0o777)
    draft = (drafts or place.parent) / f".{place.name}.{new_key()}"
    try:
        handle = disk.create(draft, mode)
        try:
            left = memoryview(data)
            while left:
                left = left[disk.write(handle, left) :]
            disk.sync(handle)
        finally:
            disk.close(handle)
        disk.rename(draft, place)
    except BaseException:
        with suppress(OSError):
            disk.remove(draft)
        raise


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Have a folder whose own name is on disk: a file that is safe in it is lost if the folder is not."""
    missing = _missing(folder)
    for each in missing:
        disk.make_folder(each, mode if each == folder else 0o777)
    for each in missing:
        sync_folder(each.parent)


def settle(folder: Path) -> None:
    """Bring to disk the names in a folder, and its own. Whoever gave them may have been killed before he did so."""
    make_folder(folder)
    sync_folder(folder)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's list of names."""
    disk.sync_folder(folder)


def _missing(folder: Path) -> list[Path]:
    """This folder and those above it that are not there, the uppermost first."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    return missing[::-1]
