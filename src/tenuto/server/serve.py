"""`tenuto serve`: prepares the house, then has a web server and a worker kept alive until told to stop."""

import hashlib
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tenuto.base.tables import migrate
from tenuto.gate.role import prepare_role
from tenuto.ledger import logs
from tenuto.server.keep import Greeting, become
from tenuto.web import networks


def prepare(say: Callable[[str], None]) -> None:
    """Bring tables and static files up to this version. Quick when there is nothing to do."""
    for folder in (settings.HOME, settings.STORE_DIR, settings.UPLOADS_DIR, settings.SCRATCH_DIR):
        Path(folder).mkdir(parents=True, exist_ok=True)
    waiting = waiting_migrations()
    if waiting:
        say(f"Bringing the database up to date ({waiting} steps)…")
        migrate()
    if waiting and not prepare_role():
        say("The database role for AI could not be made: no AI runs until it is there (tenuto check says more).")
    if problem := networks.problem():
        say(f"TENUTO_COUNTRY_FILE cannot be read: {problem}. Countries are not known until it can.")
    logs.open_log()  # with its key, the first time
    collect(say)
    connection.close()


def collect(say: Callable[[str], None]) -> None:
    """Bring the static files up to this version."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = digest_of_statics()
    if not stamp.exists() or stamp.read_text() != digest:
        say("Collecting style sheets and scripts…")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(digest)


def waiting_migrations() -> int:
    """How many steps the database is behind the code."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_new() -> bool:
    """Has nobody ever made tables here?"""
    return not MigrationExecutor(connection).loader.applied_migrations


def digest_of_statics() -> str:
    """Changes when any static file does."""
    names = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            names.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return names.hexdigest()


def serve(greeting: Greeting, *, web_processes: int, worker_threads: int, with_worker: bool) -> None:
    """Become the process that keeps web and worker alive until told to stop. Does not return."""
    commands = {"web": web_command(greeting.host, greeting.port, web_processes)}
    if with_worker:
        command = [sys.executable, "-P", "-m", "tenuto.server.command", "work", "--threads", str(worker_threads)]
        commands["worker"] = command
    become(commands, greeting)


def web_command(host: str, port: int, processes: int) -> list[str]:
    return [
        *(sys.executable, "-P", "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port)),
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
