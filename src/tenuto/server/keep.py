"""Keeps a web server and a worker alive until told to stop.

`tenuto serve` becomes this process once the house is prepared: what only looks after others knows nothing of
Django, and so takes a tenth of the memory. Standard library only.
"""

import ctypes
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from types import FrameType

log = logging.getLogger("tenuto.server.keep")

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1  # prctl(2)
SHORTEST_LIFE_SECONDS = 10.0  # a child that lives less than this is started again ever more slowly


@dataclass
class Child:
    """A process that is kept alive."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = field(default_factory=time.monotonic)

    def tend(self) -> None:
        """Start it when it is time; notice when it has died."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.process = subprocess.Popen(self.command, preexec_fn=_die_with_parent if LINUX else None)  # noqa: S603  # our own command; set before any thread starts
                self.started = now
        elif (code := self.process.poll()) is not None:
            self.deaths = self.deaths + 1 if now - self.started < SHORTEST_LIFE_SECONDS else 1
            pause = min(30.0, 0.5 * 2**self.deaths)
            log.error("%s ended with %s; starting it again in %.0f s", self.name, code, pause)
            self.process, self.start_at = None, now + pause


@dataclass
class Greeting:
    """What is said once, when somebody who opens the address is answered."""

    host: str
    port: int
    words: str
    said: bool = False

    def tend(self) -> None:
        if not self.said and listens(self.host, self.port):
            print(self.words, file=sys.stderr, flush=True)  # noqa: T201  # for whoever started it
            self.said = True


def become(commands: dict[str, list[str]], greeting: Greeting) -> None:
    """Turn this process into the one that keeps these alive, by their names. Does not return."""
    sys.stdout.flush()
    sys.stderr.flush()
    told = json.dumps({"commands": commands, "greeting": asdict(greeting)})
    os.execv(sys.executable, [sys.executable, "-P", "-m", __spec__.name, told])  # noqa: S606  # our own command


def keep(commands: dict[str, list[str]], greeting: Greeting) -> None:
    """Keep them alive until SIGTERM or SIGINT; then let them end what they are doing."""
    children = [Child(name, command) for name, command in commands.items()]
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        for child in children:
            child.tend()
        greeting.tend()
        time.sleep(0.2)
    for child in children:
        if child.process is not None:
            child.process.terminate()
    for child in children:
        if child.process is not None:
            try:
                child.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                child.process.kill()


def listens(host: str, port: int) -> bool:
    """Is a connection taken there? An address that stands for all of a machine's is asked as this machine."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  # nothing is bound
    try:
        socket.create_connection((here, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _die_with_parent() -> None:
    """Linux: should the supervisor be killed, its children are told to end as well."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setpgid(0, 0)  # Ctrl-C reaches the supervisor alone, which then ends them in order


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    told = json.loads(sys.argv[1])
    keep(told["commands"], Greeting(**told["greeting"]))
