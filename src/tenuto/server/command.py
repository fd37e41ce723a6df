"""The command line: `tenuto serve | work | import | create-admin | terms | check | fsck | backup | restore | …`.

This module reads what was typed; each command's work is in a module of its own.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from rich.console import Console

from tenuto import __version__

Run = Callable[[argparse.Namespace, Console], int]


def main(typed: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 well, 1 something is wrong, 2 the command made no sense."""
    arguments = parser().parse_args(typed)
    console = Console(stderr=True, highlight=False)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenuto.server.settings")
    try:
        django.setup()
        run: Run = arguments.run
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

    def command(name: str, run: Run, words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        return made

    made = command("serve", serve, "Serve the site, with a worker beside it.")
    made.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine alone)")
    made.add_argument("--port", type=int, default=8000)
    made.add_argument("--next-free-port", action="store_true", help="if the port is taken, use the next free one")
    made.add_argument("--workers", type=int, default=2, metavar="N", help="web processes (default 2)")
    made.add_argument("--jobs", type=int, default=2, metavar="N", help="jobs at once in the worker (default 2)")
    made.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere, by `tenuto work`")

    made = command("work", work, "Do the jobs in the background: look at uploads, make streams, clean up.")
    made.add_argument("--threads", type=int, default=2, metavar="N", help="jobs at once (default 2)")
    made.add_argument("--queues", default="default,audio", help="which queues, with commas (default: all)")
    made.add_argument("--until-idle", action="store_true", help="stop when nothing is left to do")

    made = command("import", import_folder, "Upload every recording in a folder, by the same way as any upload.")
    made.add_argument("folder", type=Path)
    made.add_argument("--as", dest="handle", help="whose tracks they become (default: the only account there is)")
    made.add_argument("--no-wait", action="store_true", help="do not wait until they are ready")

    made = command("create-admin", create_admin, "Make an account that may use the operator's pages.")
    made.add_argument("--handle")
    made.add_argument("--email")
    made.add_argument("--password-from", type=Path, metavar="FILE", help="read the password from a file, not by asking")

    made = command("terms", terms, "Change the terms of use: begin a draft, publish it, see what changed.")
    steps = made.add_subparsers(metavar="STEP", required=True, dest="step")
    steps.add_parser("draft", help="make the draft, or say what publishing it would change")
    made = steps.add_parser("publish", help="make the draft the next version")
    made.add_argument("--in-force", metavar="DAY", help="the day it comes into force (default: as soon as it may)")
    made = steps.add_parser("diff", help="what changed between two versions")
    made.add_argument("old", type=int, nargs="?", help="(default: the one before)")
    made.add_argument("new", type=int, nargs="?", help="(default: the newest)")

    command("check", check, "Say what is in force and what is wrong with it.")

    made = command("fsck", fsck, "Check that everything stored is there and unchanged.")
    made.add_argument("--repair", action="store_true", help="mend what can be made again from the originals")
    made.add_argument("--quick", action="store_true", help="do not read the files, only look whether they are there")

    made = command("backup", backup, "Write everything into one file, while the site runs.")
    made.add_argument("file", type=Path)

    made = command("restore", restore, "Make an empty home from a backup.")
    made.add_argument("file", type=Path)

    command("migrate", migrate, "Bring the database up to this version.")

    made = command("manage", manage, "Run one of Django's own commands.")
    made.add_argument("rest", nargs=argparse.REMAINDER)
    return whole


# Each command's module is imported when it runs: they need Django to be set up, and `--help` should be quick.


def serve(arguments: argparse.Namespace, console: Console) -> int:
    from django.conf import settings

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
    console.print(f"[bold]{settings.SITE_NAME}[/] is at [bold]{address}[/]  (Ctrl-C stops it)")
    keep_serving(
        arguments.host,
        port,
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
