"""`bin/demo`: tables, then the server at once, and beside it, the first time, whoever composes and uploads the pieces.

The server takes this process's place, so that stopping one stops the other. The loader is a process of its own.
"""

import os
import subprocess
import sys
from pathlib import Path

import django
from django.conf import settings
from rich.console import Console

from tenuto.base.tables import migrate
from tenuto.demo.catalogue import ARTISTS, LISTENERS, PASSWORD

ONLY_LOAD = "--only-load"


def main(typed: list[str]) -> None:
    serve = [sys.executable, "-P", "-m", "tenuto.server.command", "serve", "--next-free-port", *typed]
    if not {"-h", "--help"}.isdisjoint(typed):
        os.execv(sys.executable, serve)  # noqa: S606  # whoever asks what there is wants no catalogue yet
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenuto.server.settings")
    django.setup()
    from tenuto.demo import load  # knows tables, so it needs Django to be set up

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    migrate()
    load.publish_terms()
    if ONLY_LOAD in typed:
        load.load_catalogue(console.print)
        return
    names = ", ".join([*(artist.handle for artist in ARTISTS), *(handle for handle, _, _ in LISTENERS)])
    console.print(f"Sign in as [bold]{names}[/]; the password of each is [bold]{PASSWORD}[/].")
    if not load.is_loaded():
        subprocess.Popen([sys.executable, "-P", "-m", "tenuto.demo.start", ONLY_LOAD])  # noqa: S603  # this very program
    os.execv(sys.executable, serve)  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
