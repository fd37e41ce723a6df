"""The process that forks a confined child for every file. Started by tenuto.dsp.sandbox; not for anybody else.

It has imported everything and read no file, so that a fork costs milliseconds where a start costs half a second. For
each job it forks a *keeper*, and the keeper forks the *child*. The child reads the file. The keeper never does: it
waits for the child, or for the clock, or for the asker to go away, and then kills whatever is left.

    asker ── line ──▶ zygote          one byte and two sockets for each job
      ├──── watch ──▶ keeper          the seconds allowed; back comes how the child ended
      └──── talk ───▶ child           the job; back come progress and result
"""

import codecs
import contextlib
import errno
import gc
import importlib
import os
import pickle
import pkgutil
import select
import signal
import socket
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import av
import numpy as np

from tenuto.dsp import confine
from tenuto.dsp.encode import write_audio
from tenuto.dsp.errors import SoundError, TooMuchMemory
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.look import look
from tenuto.dsp.marking import Words, prepare
from tenuto.dsp.mono import write_mono, write_sides
from tenuto.dsp.render import render
from tenuto.dsp.sandbox import ENDED, SECONDS

_CODECS = ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "unicode_escape")
_FIRST_USED_BY_A_CHILD = ("scipy.fft",)  # those who compare recordings load it late, to spare the web 26 MB of it

_PROGRESS_STEP = 0.005

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)  # no fault of the file's


def main() -> None:
    """Serve jobs from the socket that is our first argument, until its other end is closed."""
    line = socket.socket(fileno=int(sys.argv[1]))
    _rehearse()
    # Keepers are collected as they end.
    signal.signal(signal.SIGCHLD, _collect)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks; we end with them
    gc.collect()
    gc.freeze()
    line.send(b"!")
    while True:
        word, handles, _, _ = socket.recv_fds(line, 1, 2)
        if not word:
            return
        if os.fork() == 0:
            line.close()
            _keep(talk=handles[0], watch=handles[1])
        for handle in handles:
            os.close(handle)


def _rehearse() -> None:
    """Load what libraries load when they first need it, from a disk that the child can no longer read.

    Much of it is found by doing the work once, on a sound of our own; the rest is named.
    """
    for name in _CODECS:
        codecs.lookup(name)
    for name in _FIRST_USED_BY_A_CHILD:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name not in ("av.__main__", "av.datasets"):  # a command line, and a downloader
            importlib.import_module(module.name)
    with TemporaryDirectory() as place:
        path = Path(place) / "rehearsal.wav"
        # Four seconds, because a loudness range takes three.
        write_audio(path, np.random.default_rng(0).normal(0, 0.1, (32_000, 2)).astype(np.float32), 8_000)
        look(path)
        render(path, Path(place))
        prepare(path, "wav", Path(place) / "copy", Words("", "", "", {}), 2_000, os.urandom(16))
        write_mono(path, Path(place) / "mono", 22_050, ROOMY)
        write_sides(path, Path(place), 12_000, ROOMY)


def _collect(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _keep(talk: int, watch: int) -> NoReturn:
    """Be the keeper of one child, to its end."""
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker)
    child = os.fork()
    if child == 0:
        for handle in (wake, waker, watch):
            os.close(handle)
        _work(talk)
    os.close(talk)
    asker = socket.socket(fileno=watch)
    (seconds,) = SECONDS.unpack(asker.recv(SECONDS.size, socket.MSG_WAITALL) or SECONDS.pack(0))
    deadline = time.monotonic() + seconds
    timed_out = False
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            break
        ready, _, _ = select.select([wake, watch], [], [], max(0.0, deadline - time.monotonic()))
        if watch in ready or not ready:  # the asker has gone, or the time is over
            timed_out = not ready
            _kill(child)
            _, status, usage = os.wait4(child, 0)
            break
        os.read(wake, 64)
    _kill(child)  # whatever it may have started
    unit = 1 if sys.platform == "darwin" else 1024
    with contextlib.suppress(OSError):
        asker.send(ENDED.pack(status, timed_out, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * unit))
    os._exit(0)


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _work(talk: int) -> NoReturn:
    """Be the child: take the job, give everything else away, do it."""
    try:
        os.setsid()
        confine.die_with_parent()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        asker = Connection(talk)
        # From the process that started us: trusted. What goes back is not, and is read as such.
        function, args, reports, reads, writes, limits = pickle.loads(asker.recv_bytes())  # noqa: S301
        confine.held["memory"] = confine.limit(limits)
        confine.forbid_new_privileges()
        confine.held["files"] = confine.restrict_files(map(Path, reads), map(Path, writes))
        confine.held["calls"] = confine.restrict_calls()
        _answer(asker, function, args, reports)
        os._exit(0)
    finally:
        os._exit(1)


def _answer(asker: Connection, function: object, args: tuple[object, ...], reports: bool) -> None:
    last = -1.0

    def report(done: float) -> None:
        nonlocal last
        if done - last >= _PROGRESS_STEP or done >= 1.0 > last:
            last = done
            asker.send_bytes(pickle.dumps(("progress", float(done))))

    assert callable(function)
    try:
        answer: tuple[object, ...] = ("result", function(*args, **({"on_progress": report} if reports else {})))
    except SoundError as error:
        answer = ("refused", error.code, str(error))
    except MemoryError:
        answer = ("refused", TooMuchMemory.code, "memory limit reached")
    except OSError as error:
        answer = ("no_room", error.errno, str(error)) if error.errno in NO_ROOM else _failed()
    except BaseException:  # noqa: BLE001  nothing above us could tell it
        answer = _failed()
    asker.send_bytes(pickle.dumps(answer))


def _failed() -> tuple[str, str]:
    return "failed", traceback.format_exc(limit=-8)
