"""What a hijacked decoder might try, for the sandbox to stop. Runs in the child."""

import ctypes
import errno
import os
import pickle
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread


def answer(value: object) -> object:
    return value


def environment() -> dict[str, str]:
    return dict(os.environ)


def read_wild_address() -> None:
    ctypes.string_at(0)


def abort() -> None:
    os.abort()


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(3)


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(60)


def hoard() -> None:
    kept = []
    while True:
        kept.append(bytearray(8_000_000))


def raise_memory_error() -> None:
    raise MemoryError


def fill_the_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def fail() -> None:
    raise LookupError("a fault of ours")


def why_not(deed: Callable[[], object]) -> str:
    """The name of the error that stops a deed, or "done"."""
    try:
        deed()
    except OSError as error:
        return type(error).__name__
    return "done"


def read(path: str) -> str:
    return why_not(Path(path).read_bytes)


def write(path: str) -> str:
    return why_not(lambda: Path(path).write_bytes(b"here"))


def write_too_much(path: str) -> str:
    return why_not(lambda: Path(path).write_bytes(bytes(3_000_000)))


def open_socket(family: int) -> str:
    return why_not(lambda: socket.socket(family))


def fork() -> str:
    def deed() -> None:
        if os.fork() == 0:
            time.sleep(60)

    return why_not(deed)


def start_program() -> str:
    return why_not(lambda: subprocess.run(["/bin/true"], check=False))


def kill_parent() -> str:
    return why_not(lambda: os.kill(os.getppid(), signal.SIGKILL))


def change_rights(path: str) -> str:
    return why_not(lambda: Path(path).chmod(0o777))


def open_many() -> str:
    return why_not(lambda: [os.dup(0) for _ in range(500)])


def lift_limits() -> str:
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (ValueError, OSError) as error:
        return type(error).__name__
    return "done"


def use_threads() -> int:
    counted: list[int] = []
    threads = [Thread(target=counted.append, args=(1,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(counted)


class Payload:
    """Runs a command in whoever unpickles it."""

    def __init__(self, command: str) -> None:
        self._command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self._command,)


def answer_with_code(command: str) -> object:
    return Payload(command)


def answer_at_length() -> bytes:
    return bytes(100_000_000)


def answer_halfway() -> None:
    """Begin a message, and never end it: a reader without a clock would wait for ever."""
    for number in range(3, 20):
        try:
            os.write(number, b"\0\0\1\0" + pickle.dumps(b"x"))
        except OSError:
            continue
    time.sleep(60)


def report(count: int, on_progress: Callable[[float], None]) -> str:
    for number in range(count + 1):
        on_progress(number / count)
    return "reported"


def own_pid_then_sleep(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(60)
