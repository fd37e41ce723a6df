"""`tenuto check`: what is in force, and what is wrong with it, in a table."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import av
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.models import Exists, OuterRef
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from tenuto.accounts.models import Account
from tenuto.audio.arrive import COMPARED
from tenuto.base.storage import SPARE_BYTES
from tenuto.consent.current import stopped
from tenuto.dsp.sandbox import Sandbox
from tenuto.gate import volumes
from tenuto.ledger import book, halting, logs
from tenuto.ledger.models import Entry
from tenuto.matches.lookup import KIND
from tenuto.safeguards.visitors.counts import CountsAway
from tenuto.safeguards.visitors.exchange import counts
from tenuto.server.serve import waiting_migrations
from tenuto.server.worker import alarm, living_workers
from tenuto.terms.models import Acceptance, Version
from tenuto.terms.versions import in_force
from tenuto.tracks.models import Hold

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
        yield ledger()
        yield counted()
        yield compared()
    yield "mail", True, settings.EMAIL_HOST or "written to the server's own output (TENUTO_SMTP_HOST is empty)"
    missing = [codec for codec in ("aac", "libopus") if codec not in av.codecs_available]
    yield "codecs", not missing, f"missing {', '.join(missing)}" if missing else f"FFmpeg in PyAV {av.__version__}"
    with Sandbox() as sandbox:
        holds = sandbox.level()
    ways = {"memory is limited": holds.memory, "only its own files": holds.files, "no network": holds.calls}
    lacking = [words for words, held in ways.items() if not held]
    yield "sandbox", True, f"this machine cannot promise: {', '.join(lacking)}" if lacking else ", ".join(ways)


def ledger() -> Finding:
    """How far the log is published, and what stands against it."""
    log = logs.current()
    if log is None:
        return "ledger", True, "not opened yet; `tenuto serve` does it"
    if words := halting.reason():
        return "ledger", False, f"signs nothing: {words} `tenuto ledger continue` says more"
    if log.origin != logs.origin_for(log.number):
        return "ledger", False, f"its name is {log.origin}, which TENUTO_URL no longer says; verifiers look there"
    waiting = book.size() - log.offset - log.size
    # Written for longer than ten checkpoints ago and not published: no worker does it, or it is refused.
    late = timezone.now() - timedelta(seconds=10 * settings.LEDGER_SECONDS)
    stuck = waiting and Entry.objects.filter(index=log.offset + log.size, at__lt=late).exists()
    return "ledger", not stuck, f"{log.origin}: {log.size} entries published, {waiting} wait for the next checkpoint"


def counted() -> Finding:
    """Where processes count together who takes how much music."""
    try:
        counts().most(timezone.now().date(), 1)
    except CountsAway as error:
        return "counts", False, f"{error}: each process weighs visitors alone, and tells the others when it is back"
    return "counts", True, "in Redis" if settings.REDIS else "in the database"


def compared() -> Finding:
    """Are uploads compared with registered works before others hear them, and with all of these?"""
    now, what = timezone.now(), "comparison"
    version = in_force(now)
    if version is None or COMPARED not in version.terms.needed:
        return what, False, "no terms in force name it, so uploads are heard uncompared; see `tenuto terms draft`"
    waiting = Hold.waiting().count()
    held = f"; {waiting} uploads wait for it" if waiting else ""
    if stopped() & COMPARED.bit:
        return what, True, f"stopped by you{held}; `tenuto resume identification`"
    accepted = Acceptance.objects.filter(version__in=_naming_it())
    mute = Account.objects.filter(Exists(Hold.waiting().filter(recording__track__owner=OuterRef("pk"))))
    unasked = mute.exclude(Exists(accepted.filter(account=OuterRef("pk")))).count()
    if unasked:
        held += f", {unasked} of their artists have accepted no terms that name it (theirs to do)"
    if volumes.is_lacking(KIND):
        return what, True, f"the index is being made again{held}: works are read again by themselves"
    moving = "" if volumes.is_settled(KIND) else ", being divided anew"
    return what, True, f"with {volumes.known(KIND)} registered works, in {settings.INDEX_SHARDS} parts{moving}{held}"


def _naming_it() -> list[int]:
    return [each.pk for each in Version.objects.all() if COMPARED in each.terms.needed]


def disk() -> Iterator[Finding]:
    home = Path(settings.HOME)
    if not home.is_dir():
        yield "home", False, f"{home} does not exist; `tenuto migrate` makes it"
        return
    free = shutil.disk_usage(home).free
    yield "home", free > SPARE_BYTES, f"{home}, {free / 1024**3:.1f} GB free"
