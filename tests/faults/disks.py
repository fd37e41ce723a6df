"""Disks on which everything goes wrong that can: full, failing, torn, and without power in the middle.

They do what they are asked on real files, and keep account of what a disk would still have to be told. When the power
goes, any of what was not told may be lost, each piece for itself and in any order: bytes of a file that was not synced
(all, an end, whole blocks), and names in a folder that was not.
"""

import errno
import os
import random
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from tenuto.ledger.files import Disk

BLOCK = 512
FOLDER = -1  # what a name may stand for: a folder, a file by its number, or nothing


class PowerCut(BaseException):
    """The machine stops here. Nothing catches it but the test."""


@dataclass
class File:
    """A file's bytes, and what of them the disk has for certain."""

    content: bytearray = field(default_factory=bytearray)
    kept: bytes = b""


class FaultyDisk(Disk):
    """Everything below `root`. `cut_at`: the power goes at the so manieth thing that is asked, before it is done."""

    def __init__(self, root: Path, *, seed: int = 0) -> None:
        self.root = root
        self.random = random.Random(seed)
        self.cut_at: int | None = None
        self.asked: list[str] = []
        self.losses = 0  # pieces of which the disk chose to lose something
        self.fails: dict[str, int] = {}  # at the so manieth call of this kind: an error of the disk
        self.error = errno.EIO
        self.lies = False  # it says that it has what it has not
        self._files: dict[int, File] = {}
        self._open: dict[int, int] = {}
        self._now: dict[Path, int] = {}  # every name as a running program sees it
        self._kept: dict[Path, int | None] = {}  # and as the disk has it
        self._waiting: dict[Path, list[tuple[Path, int | None]]] = defaultdict(list)  # by folder, in order
        self._lock = Lock()
        self.take_in()

    # ——— what the log asks ———

    def make_folder(self, folder: Path, mode: int) -> None:
        with self._lock:
            self._ask("make_folder")
            if not folder.exists():
                super().make_folder(folder, mode)
                self._name(folder, FOLDER)

    def create(self, place: Path, mode: int) -> int:
        with self._lock:
            self._ask("create")
            handle = super().create(place, mode)
            number = len(self._files)
            self._files[number] = File()
            self._open[handle] = number
            self._name(place, number)
            return handle

    def write(self, handle: int, data: memoryview) -> int:
        with self._lock:
            self._ask("write")
            # Never all at once: a write may take less than it was given.
            taken = super().write(handle, data[: max(1, len(data) * 2 // 3)])
            self._files[self._open[handle]].content += data[:taken]
            return taken

    def sync(self, handle: int) -> None:
        with self._lock:
            self._ask("sync")
            file = self._files[self._open[handle]]
            if not self.lies:
                file.kept = bytes(file.content)

    def close(self, handle: int) -> None:
        with self._lock:  # also while it is closed: its number may be another's at once
            self._open.pop(handle)
            super().close(handle)  # the kernel does it for whoever is killed

    def rename(self, old: Path, new: Path) -> None:
        with self._lock:
            self._ask("rename")
            super().rename(old, new)
            self._name(new, self._now[old])
            self._name(old, None)

    def link(self, old: Path, new: Path) -> None:
        with self._lock:
            self._ask("link")
            super().link(old, new)
            self._name(new, self._now[old])

    def remove(self, place: Path) -> None:
        with self._lock:
            self._ask("remove")
            super().remove(place)
            self._name(place, None)

    def remove_tree(self, folder: Path) -> None:
        with self._lock:
            self._ask("remove_tree")
            for place in sorted(folder.rglob("*"), reverse=True):
                self._name(place, None)
            if folder.exists():
                super().remove_tree(folder)
                self._name(folder, None)

    def sync_folder(self, folder: Path) -> None:
        with self._lock:
            self._ask("sync_folder")
            if self.lies:
                return
            for place, what in self._waiting.pop(folder, []):
                self._kept[place] = what

    # ——— what befalls it ———

    def go_on(self) -> None:
        """Only the process was killed: the kernel still has what the disk has not."""
        self.cut_at, self.asked, self.fails = None, [], {}

    def restart(self) -> None:
        """The power is back. What the disk had not been told to keep is there, or is not, as chance will have it."""
        for waiting in self._waiting.values():
            by_name: dict[Path, list[int | None]] = defaultdict(list)
            for place, what in waiting:
                by_name[place].append(what)
            for place, states in by_name.items():
                states.insert(0, self._kept.get(place))
                chosen = self.random.randrange(len(states))
                self.losses += chosen != len(states) - 1
                self._kept[place] = states[chosen]
        self._waiting.clear()
        kept = {place: what for place, what in self._kept.items() if what is not None}
        for place in self.root.iterdir():
            if place.is_dir():
                shutil.rmtree(place)
        for place in sorted(kept):  # folders come before what is in them
            if not place.parent.is_dir():
                continue
            if kept[place] == FOLDER:
                place.mkdir(mode=0o700 if place.name == "ledger" else 0o777)
            else:
                place.write_bytes(self._left_of(self._files[kept[place]]))
                place.chmod(0o600 if place.name.endswith("-key") else 0o644)
        self.take_in()

    def _left_of(self, file: File) -> bytes:
        content = bytes(file.content)
        if file.kept == content:
            return content
        self.losses += 1
        lost = bytearray(content)
        match self.random.randrange(4):
            case 0:
                return file.kept
            case 1:
                return content[: self.random.randrange(len(content) + 1)]
            case 2:  # the length was written, the bytes were not
                return bytes(len(content))
            case _:
                for at in range(0, len(content), BLOCK):
                    if self.random.random() < 0.5:
                        lost[at : at + BLOCK] = bytes(len(lost[at : at + BLOCK]))
                return bytes(lost)

    # ——— its books ———

    def take_in(self) -> None:
        """What is there now is there for good."""
        self.cut_at, self.asked, self.fails = None, [], {}
        self._files, self._open, self._now, self._kept = {}, {}, {}, {}
        for place in sorted(self.root.rglob("*")):
            if place.parent == self.root and place.is_file():  # the vault looks after itself
                continue
            if place.is_dir():
                self._now[place] = self._kept[place] = FOLDER
            else:
                number = len(self._files)
                content = place.read_bytes()
                self._files[number] = File(bytearray(content), content)
                self._now[place] = self._kept[place] = number
        self._waiting.clear()

    def _ask(self, kind: str) -> None:
        self.asked.append(kind)
        if self.cut_at is not None and len(self.asked) >= self.cut_at:
            raise PowerCut  # and again at whatever is still tried
        if self.fails.get(kind) == self.asked.count(kind):
            raise OSError(self.error, os.strerror(self.error))

    def _name(self, place: Path, what: int | None) -> None:
        if what is None:
            self._now.pop(place, None)
        else:
            self._now[place] = what
        self._waiting[place.parent].append((place, what))
