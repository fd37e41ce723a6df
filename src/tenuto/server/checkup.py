"""`tenuto check`: what is in force, and what is wrong with it, in a table."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import av
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from rich.console import Console
from rich.table import Table

from tenuto.base.storage import SPARE_BYTES
from tenuto.dsp.sandbox import Sandbox
from tenuto.server.serve import waiting_migrations
from tenuto.server.worker import alarm, living_workers

Finding = tuple[str, bool, str]  # of what, is it well, in words


def examine(console: Console) -> int:
    """Print every finding. 0 when all are well."""
    table = Table("", "what", "how it stands", box=None, pad_edge=False)
    wrong = 0
    for what, well, words in findings():
        table.add_row("[green]ok[/]" if well else "[red]no[/]", what, words)
        wrong += not well
    console.print(table)
    return 1 if wrong else 0


def findings() -> Iterator[Finding]:
    for message in checks.run_checks(include_deployment_checks=False):
        yield "settings", not message.is_serious(), f"{message.id}: {message.msg} {message.hint or ''}"
    yield "address", True, settings.SITE_URL
    try:
        waiting = waiting_migrations()
    except DatabaseError as error:
        yield "database", False, f"{connection.vendor}: {error}"
        return
    name = connection.settings_dict["NAME"]
    yield "database", not waiting, f"{connection.vendor} {name}" + (f", {waiting} steps behind" if waiting else "")
    yield from disk()
    if not waiting:
        workers = living_workers()
        yield "worker", workers > 0, f"{workers} alive" if workers else "none seen for a minute: start `tenuto work`"
        ringing = alarm()
        yield "queue", not ringing, ringing or "nothing waits for long"
    yield "mail", True, settings.EMAIL_HOST or "written to the server's own output (TENUTO_SMTP_HOST is empty)"
    missing = [codec for codec in ("aac", "libopus") if codec not in av.codecs_available]
    yield "codecs", not missing, f"missing {', '.join(missing)}" if missing else f"FFmpeg in PyAV {av.__version__}"
    with Sandbox() as sandbox:
        holds = sandbox.level()
    ways = {"memory is limited": holds.memory, "only its own files": holds.files, "no network": holds.calls}
    lacking = [words for words, held in ways.items() if not held]
    yield "sandbox", True, f"this machine cannot promise: {', '.join(lacking)}" if lacking else ", ".join(ways)


def disk() -> Iterator[Finding]:
    home = Path(settings.HOME)
    if not home.is_dir():
        yield "home", False, f"{home} does not exist; `tenuto migrate` makes it"
        return
    free = shutil.disk_usage(home).free
    yield "home", free > SPARE_BYTES, f"{home}, {free / 1024**3:.1f} GB free"
