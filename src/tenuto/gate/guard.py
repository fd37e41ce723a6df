"""Watches what AI code does to the process it runs in: files, programs, networks and databases are refused to it.

Python tells an audit hook of each such attempt before it happens (PEP 578), and a hook cannot be taken away again. It
is a second lock behind the vocabulary of `tests/architecture`: that one reads the code, this one sees it run. What
neither can catch inside one process is written down in docs/decisions/0013.
"""

import _thread
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Forbidden(RuntimeError):
    """AI code tried something that only the gate may do."""


# What is refused whole. Names of https://docs.python.org/3/library/audit_events.html, up to their first full stop.
_FAMILIES = frozenset(
    {"socket", "subprocess", "ctypes", "urllib", "http", "ftplib", "smtplib", "webbrowser", "pty", "syslog", "shutil"}
)
_EVENTS = frozenset(
    {
        "sqlite3.connect",
        "sqlite3.enable_load_extension",
        "sqlite3.load_extension",
        "gc.get_objects",
        "gc.get_referrers",
        "gc.get_referents",
        "os.chmod",
        "os.chown",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.kill",
        "os.killpg",
        "os.link",
        "os.listxattr",
        "os.mkdir",
        "os.posix_spawn",
        "os.putenv",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.spawn",
        "os.startfile",
        "os.symlink",
        "os.system",
        "os.truncate",
        "os.unsetenv",
        "os.utime",
        "os.walk",
        "os.fwalk",
        "pickle.find_class",
        "shelve.open",
        "dbm.open",
        "sys.settrace",
        "sys.setprofile",
        "tempfile.mkstemp",
        "tempfile.mkdtemp",
    }
)
# Frames lead from any value to the variables of whoever made it.
_FRAMES = frozenset({"gi_frame", "cr_frame", "ag_frame"})
_WRITING = frozenset("wax+")

# Libraries load parts of themselves when first used: reading Python's own files is no way to a work. Each place by both
# its names: Python opens them by the one it was started with, which a link (`current -> releases/7`) may be part of.
_PLACES = [*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])]
_LIBRARIES = tuple({f"{name}/" for place in map(Path, _PLACES) for name in (place.absolute(), place.resolve())})


class _Watch(threading.local):
    on = False


_watch = _Watch()


def _heed(event: str, args: tuple[Any, ...]) -> None:
    if not _watch.on:
        return
    if event == "open":
        _heed_open(*args[:3])
    elif event in ("os.listdir", "os.scandir"):
        _heed_open(f"{args[0]}/", "r")  # as Python does where it looks for a part of a library
    elif event == "object.__getattr__":
        if args[1] in _FRAMES:
            _refuse(event, args[1])
    elif event in _EVENTS or event.partition(".")[0] in _FAMILIES:
        _refuse(event, *args[:1])


def _heed_open(path: Any, mode: Any, flags: Any = 0) -> None:
    if isinstance(path, int):  # a handle that is open already
        return
    name = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
    writing = bool(_WRITING.intersection(mode)) if isinstance(mode, str) else bool((flags or 0) & 0x3)
    if writing or ".." in name or not name.startswith(_LIBRARIES):
        _refuse("open", name)


def _refuse(event: str, *about: object) -> None:
    _watch.on = False  # saying so may itself open a file
    try:
        raise Forbidden(f"AI code is not allowed: {event} {' '.join(map(str, about))}"[:300])
    finally:
        _watch.on = True


@contextmanager
def watched() -> Iterator[None]:
    """What runs inside, in this thread, is watched."""
    before, _watch.on = _watch.on, True
    try:
        yield
    finally:
        _watch.on = before


@contextmanager
def trusted() -> Iterator[None]:
    """What runs inside is the gate's own work, done for AI code that is watched."""
    before, _watch.on = _watch.on, False
    try:
        yield
    finally:
        _watch.on = before


def _start_unless_watched(*args: Any) -> int:
    """A thread of its own would not be watched. Python 3.11 tells no hook that one starts."""
    if _watch.on:
        _refuse("thread")
    return _start(*args)


_start = _thread.start_new_thread
_thread.start_new_thread = threading._start_new_thread = _start_unless_watched  # type: ignore[attr-defined]
sys.addaudithook(_heed)
