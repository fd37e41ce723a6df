"""The command line: `tenuto serve | work | import | create-admin | terms | consent | identify | check | backup | …`.

This module reads what was typed; each command's work is in a module of its own.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from rich.console import Console

from tenuto import __version__
from tenuto.base.starting import nothing_collected
from tenuto.rules.cells import Purpose

Run = Callable[[argparse.Namespace, Console], int]


class Tables(Enum):
    """What a command needs of the database before it begins."""

    ANY = "nothing: it makes them, or says how they stand"
    MADE = "where there are none yet, they are made: it may be the first command in a new home"
    THERE = "those of this version"


def main(typed: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 well, 1 something is wrong, 2 the command made no sense."""
    arguments = parser().parse_args(typed)
    console = Console(stderr=True, highlight=False)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenuto.server.settings")
    try:
        with nothing_collected():
            django.setup()
        run: Run = arguments.run
        if arguments.tables is not Tables.ANY and not _has_tables(arguments.tables, console):
            return 1
        return run(arguments, console)
    except ImproperlyConfigured as error:
        console.print(f"[bold]A setting makes no sense.[/] {error}")
        return 2
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="tenuto", description="A place to share and hear music.")
    whole.add_argument("--version", action="version", version=f"tenuto {__version__}")
    commands = whole.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: Run, words: str, tables: Tables = Tables.ANY) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=run, tables=tables)
        return made

    made = command("serve", serve, "Serve the site, with a worker beside it.")
    made.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine alone)")
    made.add_argument("--port", type=int, default=8000)
    made.add_argument("--next-free-port", action="store_true", help="if the port is taken, use the next free one")
    made.add_argument("--workers", type=int, default=2, metavar="N", help="web processes (default 2)")
    made.add_argument("--jobs", type=int, default=2, metavar="N", help="jobs at once in the worker (default 2)")
    made.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere, by `tenuto work`")

    made = command(
        "work", work, "Do the jobs in the background: look at uploads, make streams, clean up.", Tables.THERE
    )
    made.add_argument("--threads", type=int, default=2, metavar="N", help="jobs at once (default 2)")
    made.add_argument(
        "--queues", default="default,push,audio,ai", help="which queues, with commas (default: %(default)s)"
    )
    made.add_argument("--until-idle", action="store_true", help="stop when nothing is left to do")

    made = command(
        "import", import_folder, "Upload every recording in a folder, by the same way as any upload.", Tables.MADE
    )
    made.add_argument("folder", type=Path)
    made.add_argument("--as", dest="handle", help="whose tracks they become (default: the only account there is)")
    made.add_argument("--no-wait", action="store_true", help="do not wait until they are ready")

    made = command("create-admin", create_admin, "Make an account that may use the operator's pages.", Tables.MADE)
    made.add_argument("--handle")
    made.add_argument("--email")
    made.add_argument("--password-from", type=Path, metavar="FILE", help="read the password from a file, not by asking")

    made = command("terms", terms, "Change the terms of use: begin a draft, publish it, see what changed.", Tables.MADE)
    _terms_steps(made)

    made = command(
        "consent",
        consent,
        "What AI may do with somebody's music: show, hold, allow, read the history.",
        Tables.THERE,
    )
    _consent_steps(made)
    _ledger_steps(command("ledger", ledger, "Check, prove and look after the transparency log.", Tables.THERE))

    _stop_options(
        command(
            "stop", stop, "Stop all AI of one purpose, for everybody and at once. Nothing is deleted.", Tables.THERE
        )
    )
    _purpose(command("resume", resume, "Let AI of a stopped purpose go on.", Tables.THERE))

    words = "Which networks are whose crawlers': load what their operators publish."
    _crawlers_steps(command("crawlers", crawlers, words, Tables.THERE))

    _search_steps(command("search", search, "Look after the index in which people search.", Tables.THERE))

    _identify_options(command("identify", identify, "Which registered works are in a file, and where.", Tables.THERE))
    command("check", check, "Say what is in force and what is wrong with it.")

    made = command("fsck", fsck, "Check that everything stored is there and unchanged.", Tables.THERE)
    made.add_argument("--repair", action="store_true", help="mend what can be made again from the originals")
    made.add_argument("--quick", action="store_true", help="do not read the files, only look whether they are there")

    made = command("backup", backup, "Write everything into one file, while the site runs.", Tables.THERE)
    made.add_argument("file", type=Path)

    made = command("restore", restore, "Make an empty home from a backup.")
    made.add_argument("file", type=Path)

    command("migrate", migrate, "Bring the database up to this version.")

    made = command("manage", manage, "Run one of Django's own commands.")
    made.add_argument("rest", nargs=argparse.REMAINDER)
    return whole


def _purpose(made: argparse.ArgumentParser) -> None:
    purposes = [purpose.value for purpose in Purpose]
    made.add_argument("purpose", choices=purposes, metavar="PURPOSE", help=", ".join(purposes))


def _stop_options(made: argparse.ArgumentParser) -> None:
    _purpose(made)
    made.add_argument("--reason", required=True, help="why, in words that everybody can read")


def _search_steps(made: argparse.ArgumentParser) -> None:
    steps = made.add_subparsers(metavar="STEP", required=True, dest="step")
    steps.add_parser("rebuild", help="make it anew from the rows")


def _identify_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("file", type=Path)
    made.add_argument("--json", action="store_true", help="for programs")


def _has_tables(wanted: Tables, console: Console) -> bool:
    """Are the tables those of this version? In a home that has some, only `serve` and `migrate` change them."""
    from django.db import DatabaseError

    from tenuto.server.serve import is_new, prepare, waiting_migrations

    try:
        waiting = waiting_migrations()
    except DatabaseError as error:
        console.print(f"The database does not answer. {error}")
        return False
    if waiting and wanted is Tables.MADE and is_new():
        prepare(console.print)
        return True
    if waiting:
        console.print(f"The database is {waiting} steps behind. `tenuto migrate` brings it up to this version.")
    return not waiting


def _terms_steps(made: argparse.ArgumentParser) -> None:
    steps = made.add_subparsers(metavar="STEP", required=True, dest="step")
    steps.add_parser("draft", help="make the draft, or say what publishing it would change")
    made = steps.add_parser("publish", help="make the draft the next version")
    made.add_argument("--in-force", metavar="DAY", help="the day it comes into force (default: as soon as it may)")
    made = steps.add_parser("diff", help="what changed between two versions")
    made.add_argument("old", type=int, nargs="?", help="(default: the one before)")
    made.add_argument("new", type=int, nargs="?", help="(default: the newest)")


def _consent_steps(made: argparse.ArgumentParser) -> None:
    steps = made.add_subparsers(metavar="STEP", required=True, dest="step")
    for step, words in (
        ("show", "what holds in every cell, and why"),
        ("hold", "hold these cells; without any, everything"),
        ("allow", "allow these cells"),
        ("history", "every answer that was given"),
    ):
        made = steps.add_parser(step, help=words)
        made.add_argument("handle", nargs="?", metavar="@HANDLE", help="whose music (a track, an album says it itself)")
        if step in {"hold", "allow"}:
            made.add_argument("cells", nargs="*", metavar="CELL", help="asset/purpose/use, as in recording/fraud/train")
        which = made.add_mutually_exclusive_group()
        which.add_argument("--track", metavar="KEY", help="one track alone")
        which.add_argument("--album", metavar="KEY", help="what is on one album")
        made.add_argument("--json", action="store_true", help="for programs")


def _crawlers_steps(whole: argparse.ArgumentParser) -> None:
    steps = whole.add_subparsers(dest="step", metavar="STEP", required=True)
    step = steps.add_parser("refresh", help="fetch the published lists, or read one from a file")
    step.add_argument("names", nargs="*", metavar="NAME", help="of which crawlers (default: all that publish a list)")
    step.add_argument("--from", dest="source", metavar="FILE_OR_URL", help="the list of the named crawlers")
    steps.add_parser("show", help="how each known crawler can be told, and what is loaded")


def _ledger_steps(made: argparse.ArgumentParser) -> None:
    steps = made.add_subparsers(metavar="STEP", required=True, dest="step")
    steps.add_parser("audit", help="look at every byte of the log, its rows and what opens them")
    step = steps.add_parser("prove", help="write proofs as files")
    step.add_argument("what", help="the number of an entry, or the key of a track")
    step.add_argument("--to", default="proofs", metavar="FOLDER", help="where (default: proofs)")
    step = steps.add_parser("witness", help="who witnesses whom; add a witness, or a log to be witnessed")
    step.add_argument("--add", nargs=3, metavar=("NAME", "VKEY", "URL"), help="have this witness cosign our log")
    step.add_argument("--quorum", type=int, metavar="N", help="so many are enough (default: more than half)")
    step.add_argument("--watch", metavar="VKEY", help="cosign the log with this key")
    step = steps.add_parser("rotate-key", help="sign with a new key, beside the old one")
    step.add_argument("--drop-old", action="store_true", help="sign with the newest key alone")
    step = steps.add_parser("export", help="copy all public files, for a mirror")
    step.add_argument("folder")
    steps.add_parser("rebuild", help="make the public files again from the rows")
    step = steps.add_parser("retrain", help="make a model again from its list of works, and compare bit for bit")
    step.add_argument("job", nargs="?", metavar="JOB", help="the job that made it (default: say which there are)")
    step = steps.add_parser(
        "continue", help="after a backup was restored: what stands against signing, and how to go on"
    )
    ways = step.add_mutually_exclusive_group()
    ways.add_argument(
        "--from", dest="source", metavar="FOLDER", help="get back what is missing from newer public files"
    )
    ways.add_argument("--nothing-was-lost", action="store_true", help="nothing was published after the backup")
    ways.add_argument("--another-log", action="store_true", help="begin a log that openly continues this one")


# Each command's module is imported when it runs: they need Django to be set up, and `--help` should be quick.


def serve(arguments: argparse.Namespace, console: Console) -> int:
    from django.conf import settings

    from tenuto.server.keep import Greeting
    from tenuto.server.serve import free_port, prepare
    from tenuto.server.serve import serve as keep_serving

    prepare(console.print)
    port = free_port(arguments.host, arguments.port)
    if port != arguments.port:
        if not arguments.next_free_port:
            console.print(f"Port {arguments.port} is taken. Stop what listens there, or choose another with --port.")
            return 1
        console.print(f"Port {arguments.port} is taken; using {port}.")
    if port != 8000:  # what the settings assume when nobody names an address
        os.environ.setdefault("TENUTO_URL", f"http://localhost:{port}")
    address = os.environ.get("TENUTO_URL") or settings.SITE_URL
    keep_serving(
        Greeting(arguments.host, port, f"{settings.SITE_NAME} is at {address}  (Ctrl-C stops it)"),
        web_processes=arguments.workers,
        worker_threads=arguments.jobs,
        with_worker=not arguments.no_worker,
    )
    return 0


def work(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.worker import work as run_jobs

    run_jobs(arguments.threads, arguments.queues.split(","), until_idle=arguments.until_idle)
    return 0


def import_folder(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.importing import import_from

    return import_from(arguments.folder, arguments.handle, console, wait=not arguments.no_wait)


def create_admin(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.admins import make_admin

    return make_admin(arguments.handle, arguments.email, arguments.password_from, console)


def terms(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.terms import diff, draft, publish_draft

    if arguments.step == "draft":
        return draft(console)
    if arguments.step == "publish":
        return publish_draft(arguments.in_force, console)
    return diff(arguments.old, arguments.new, console)


def consent(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.consent import About, allow, history, hold, show

    about = About(arguments.handle, arguments.track, arguments.album)
    if arguments.step in {"show", "history"}:
        tell = show if arguments.step == "show" else history
        return tell(about, console, as_json=arguments.json)
    cells = list(arguments.cells)
    if about.handle and "/" in about.handle:  # with --track or --album, the first word is already a cell
        about, cells = about._replace(handle=None), [about.handle, *cells]
    say = hold if arguments.step == "hold" else allow
    return say(about, cells, console, as_json=arguments.json)


def ledger(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.ledger import run

    return run(arguments, console)


def stop(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.stops import stop as stop_purpose

    return stop_purpose(Purpose(arguments.purpose), arguments.reason, console)


def resume(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.stops import resume as resume_purpose

    return resume_purpose(Purpose(arguments.purpose), console)


def crawlers(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.crawlers import refresh, show

    return show(console) if arguments.step == "show" else refresh(arguments.names, arguments.source, console)


def search(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.search import rebuild

    return rebuild(console)


def identify(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.identify import identify as identify_file

    return identify_file(arguments.file, console, as_json=arguments.json)


def check(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.checkup import examine

    return examine(console)


def fsck(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.fsck import check_everything

    return check_everything(console, repair=arguments.repair, quick=arguments.quick)


def backup(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.backup import write_backup

    return write_backup(arguments.file, console)


def restore(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.backup import read_backup

    return read_backup(arguments.file, console)


def migrate(arguments: argparse.Namespace, console: Console) -> int:
    from tenuto.server.serve import prepare

    prepare(console.print)
    console.print("The database is up to date.")
    return 0


def manage(arguments: argparse.Namespace, console: Console) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tenuto manage", *arguments.rest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
