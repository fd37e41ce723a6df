"""A served Tenuto with one member and her token, whose processes can be killed all at once."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

from bench.processes import tree

from tests.ports import free_port
from tests.server.house import House, until

MAKE_ALMA = """
from tests.people import person
from tenuto.accounts.tokens import issue
print(issue(person("alma", "Alma Ferreira"), "a program", None)[1])
"""


@dataclass
class Served:
    """A home, what serves it, and how to speak to it."""

    house: House
    port: int
    token: str
    process: "subprocess.Popen[bytes]"

    @property
    def home(self) -> Path:
        return self.house.home

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sql(self, question: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.home / "tenuto.sqlite3", timeout=20)) as database:
            return database.execute(question, values).fetchall()

    def line(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=30)

    def tus(self, method: str, path: str, body: bytes = b"", **headers: str) -> "tuple[int, dict[str, str]]":
        """One request of the protocol, on a connection of its own."""
        with closing(self.line()) as line:
            line.request(method, path, body, self.headers(**headers))
            answer = line.getresponse()
            answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}

    def headers(self, **more: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }


@contextmanager
def serving(home: Path, *options: str) -> Iterator[Served]:
    """Serve a new home until the block ends."""
    house = House(home, TENUTO_JOB_LEASE_SECONDS="2")
    house.make()
    token = house.inside(MAKE_ALMA).strip()
    port = free_port()
    served = Served(house, port, token, start(house, port, *options))
    try:
        yield served
    finally:
        kill_9(served.process)


def start(house: House, port: int, *options: str) -> "subprocess.Popen[bytes]":
    process = house.start("serve", "--port", str(port), *options)

    def answers() -> bool:
        assert process.poll() is None
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/manifest.webmanifest", timeout=2):
            return True
        return False

    until(answers)
    return process


def kill_9(process: "subprocess.Popen[bytes]") -> None:
    """The whole tree at once, as a failing power supply would."""
    # Halted first: who saw a child of theirs die would start another, which nobody here knows of.
    for pid in tree(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    pids = tree(process.pid)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    until(lambda: not any(map(_runs, pids)))  # else the port may still be theirs


def _runs(pid: int) -> bool:
    """Does it still hold anything? What is dead and was not waited for holds nothing."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
