"""Runs a function of ours on a stranger's file in a process of its own, which can harm nothing.

    sandbox = Sandbox()
    found = sandbox.run(probe, path, reads=[path])
    made = sandbox.run(render, path, into, plan, limits, reads=[path], writes=[into], limits=limits, on_progress=show)

The process has no secrets in its environment, reads and writes the named paths only, reaches no network, starts no
program, and ends when its time or memory does, or ours. What it answers is read as a stranger's words too.
"""

import contextlib
import io
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, is_dataclass
from enum import Enum
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeVar

from tenuto.dsp.confine import what_holds
from tenuto.dsp.errors import BY_CODE, Crashed, Interrupted, SoundError, TooSlow
from tenuto.dsp.limits import QUICK, Limits

T = TypeVar("T")

# A cover picture is the largest thing that comes back.
_LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
# Between us and the keeper: the seconds allowed; and how it ended: wait status, out of time, user and system seconds,
# peak bytes.
SECONDS = struct.Struct("<d")
ENDED = struct.Struct("<i?ddq")

_PROGRAM = "from tenuto.dsp.zygote import main; main()"
_START_SECONDS = 60
_GRACE_SECONDS = 10


@dataclass(frozen=True)
class Level:
    """How much of the confinement this machine gives. On Linux since 5.13 all of it."""

    memory: bool  # bounded
    files: bool  # only the named paths can be opened (Landlock)
    calls: bool  # no network, no other processes (seccomp)


@dataclass(frozen=True)
class Usage:
    """What one run cost."""

    cpu_seconds: float
    peak_bytes: int


class Sandbox:
    """Processes with limits, forked from one that is kept ready. One for each of our processes; any thread may use it.

    The ready process starts with the first run and ends with `close`, or with us.
    """

    def __init__(self) -> None:
        self._lock = Lock()  # guards the three below
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._owner = 0

    def run(
        self,
        function: Callable[..., T],
        *args: Any,
        reads: Iterable[Path] = (),
        writes: Iterable[Path] = (),
        limits: Limits = QUICK,
        on_progress: Callable[[float], None] | None = None,
    ) -> T:
        """What `function(*args)` returns in a child that may read `reads` and write into the directories `writes`.

        With `on_progress`, the function is given an `on_progress` of its own. Whatever goes wrong in the child, be it a
        crash, is a SoundError here; save what is no fault of the file's: a full disk is an OSError, a child killed
        from outside is Interrupted.
        """
        result, _ = self.measure(function, *args, reads=reads, writes=writes, limits=limits, on_progress=on_progress)
        return result

    def measure(
        self,
        function: Callable[..., T],
        *args: Any,
        reads: Iterable[Path] = (),
        writes: Iterable[Path] = (),
        limits: Limits = QUICK,
        on_progress: Callable[[float], None] | None = None,
    ) -> tuple[T, Usage]:
        """As `run`, and what it cost."""
        places = [[os.fspath(path.absolute()) for path in paths] for paths in (reads, writes)]
        job = pickle.dumps((function, args, on_progress is not None, *places, limits))
        talk, watch = self._ask()
        with contextlib.closing(talk), contextlib.closing(watch):
            watch.send(SECONDS.pack(limits.wall_seconds))
            # The keeper ends the child on time; this is for the day when it is the keeper that hangs.
            watch.settimeout(limits.wall_seconds + _GRACE_SECONDS)
            with contextlib.suppress(OSError):  # it may have ended already; then `watch` says how
                talk.send_bytes(job)
            answer = _listen(talk, on_progress)
            talk.close()  # a child that goes on talking gets an error, not our ear
            status, timed_out, usage = _how_it_ended(watch)
        return _judged(answer, status, timed_out), usage

    def level(self) -> Level:
        """What holds in a child on this machine."""
        return Level(**self.run(what_holds))

    def close(self) -> None:
        """End the ready process and wait for it. Runs in other threads end with an error."""
        with self._lock:
            self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ask(self) -> tuple[Connection, socket.socket]:
        """Have a child made; return our ends of the two sockets to it and to its keeper."""
        talk, childs_talk = socket.socketpair()
        watch, keepers_watch = socket.socketpair()
        with childs_talk, keepers_watch:
            handles = [childs_talk.fileno(), keepers_watch.fileno()]
            try:
                with self._lock:
                    try:
                        socket.send_fds(self._ready(), [b"."], handles)
                    except OSError:  # it was killed; no job was lost with it
                        self._forget()
                        socket.send_fds(self._ready(), [b"."], handles)
            except BaseException:
                talk.close()
                watch.close()
                raise
        return Connection(talk.detach()), watch

    def _forget(self) -> None:
        """Let go of the ready process, which ends when it loses us."""
        if self._line is not None:
            self._line.close()
        # A process that was forked from ours has no right to wait for it.
        if self._process is not None and self._owner == os.getpid():
            self._process.wait(_GRACE_SECONDS)
        self._line = self._process = None

    def _ready(self) -> socket.socket:
        # A process that was forked from ours must not share our line.
        if self._line is None or self._owner != os.getpid():
            self._forget()
            self._line, self._process = _start()
            self._owner = os.getpid()
        return self._line


def _start() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603  our own interpreter, our own module
            [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={
                # None of ours: it may hold keys and passwords.
                "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path),
                "LC_ALL": "C.UTF-8",
                # Threads do not survive a fork, and our matrices are small.
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
            },
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    ours.settimeout(_START_SECONDS)
    if ours.recv(1) != b"!":
        raise RuntimeError(f"the sandbox did not start: exit code {process.wait(_GRACE_SECONDS)}")
    ours.settimeout(None)
    return ours, process


def _listen(talk: Connection, on_progress: Callable[[float], None] | None) -> tuple[Any, ...] | None:
    """The child's last word, or None if it ended, or spoke nonsense, before it."""
    while True:
        try:
            wait([talk])
            match _Guarded(io.BytesIO(talk.recv_bytes(_LARGEST_ANSWER_BYTES))).load():
                case ("progress", float(done)):
                    if on_progress is not None:
                        on_progress(done)
                case (
                    ("result", _) | ("refused", str(), str()) | ("no_room", int(), str()) | ("failed", str()) as answer
                ):
                    return answer  # type: ignore[no-any-return]  # a tuple; mypy sees Any in a pattern
                case _:
                    return None
        except (EOFError, OSError, pickle.UnpicklingError):
            return None


def _how_it_ended(watch: socket.socket) -> tuple[int, bool, Usage]:
    try:
        word = watch.recv(ENDED.size, socket.MSG_WAITALL)
    except TimeoutError as error:
        raise TooSlow("neither the child nor its keeper answered in time") from error
    if len(word) != ENDED.size:
        raise Interrupted("the keeper was killed")
    status, timed_out, user, system, peak_bytes = ENDED.unpack(word)
    return status, timed_out, Usage(user + system, peak_bytes)


def _judged(answer: tuple[Any, ...] | None, status: int, timed_out: bool) -> Any:
    match answer:
        case ("result", result):
            return result
        case ("refused", code, message):
            raise BY_CODE.get(code, SoundError)(message)
        case ("no_room", number, message):
            raise OSError(number, message)
        case ("failed", trace):
            raise Crashed(trace)
    if timed_out:
        raise TooSlow("out of time")
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU:
        raise TooSlow("out of processor time")
    if number == signal.SIGKILL:  # not by our keeper: the machine goes down, or lacks memory that the limits allow
        raise Interrupted("killed from outside")
    raise Crashed(f"ended by {signal.Signals(number).name}" if number else f"ended without an answer, status {status}")


class _Guarded(pickle.Unpickler):
    """Reads the plain values of tenuto.dsp, and nothing that could run code of a child's choice."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "pathlib" and name in ("PosixPath", "PurePosixPath"):
            return Path
        if module.startswith("tenuto.dsp.") and module in sys.modules and name.isidentifier():
            found = getattr(sys.modules[module], name, None)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not an answer")
