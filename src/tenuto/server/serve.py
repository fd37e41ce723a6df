"""`tenuto serve`: prepares the house, then keeps a web server and a worker alive until told to stop."""

import ctypes
import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

log = logging.getLogger(__name__)

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1  # prctl(2)
SHORTEST_LIFE_SECONDS = 10.0  # a child that lives less than this is started again ever more slowly


def prepare(say: Callable[[str], None]) -> None:
    """Bring tables and static files up to this version. Quick when there is nothing to do."""
    for folder in (settings.HOME, settings.STORE_DIR, settings.UPLOADS_DIR, settings.SCRATCH_DIR):
        Path(folder).mkdir(parents=True, exist_ok=True)
    waiting = waiting_migrations()
    if waiting:
        say(f"Bringing the database up to date ({waiting} steps)…")
        call_command("migrate", verbosity=0, interactive=False)
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = digest_of_statics()
    if not stamp.exists() or stamp.read_text() != digest:
        say("Collecting style sheets and scripts…")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(digest)
    connection.close()


def waiting_migrations() -> int:
    """How many steps the database is behind the code."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def digest_of_statics() -> str:
    """Changes when any static file does."""
    names = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            names.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return names.hexdigest()


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


def serve(host: str, port: int, *, web_processes: int, worker_threads: int, with_worker: bool) -> None:
    """Keep web and worker alive until SIGTERM or SIGINT; then let them end what they are doing."""
    children = [Child("web", web_command(host, port, web_processes))]
    if with_worker:
        command = [sys.executable, "-m", "tenuto.server.command", "work", "--threads", str(worker_threads)]
        children.append(Child("worker", command))
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        for child in children:
            child.tend()
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


def web_command(host: str, port: int, processes: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port)),
        *("--workers", str(processes), "--respawn-failed-workers", "--workers-kill-timeout", "20"),
        *("--loop", "asyncio", "--backpressure", "1024", "--no-ws", "--log-level", "warning"),
        "tenuto.server.front:app",
    ]


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    for port in range(wanted, wanted + 50):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"No free port between {wanted} and {wanted + 49}.")


def _die_with_parent() -> None:
    """Linux: should the supervisor be killed, its children are told to end as well."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setpgid(0, 0)  # Ctrl-C reaches the supervisor alone, which then ends them in order
