"""A job that has got past everything within Python: it turns the watch off, and tries what then is left to it."""

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from tenuto.ai.organisation.models import Heard
from tenuto.gate import guard
from tenuto.gate.handle import Asset, Door, Purpose, Use, ai_job


@ai_job(Purpose.ORGANISATION, Use.INPUT, Asset.RECORDING, keeps=(Heard,))
def probe(door: Door) -> None:
    """What is to be tried stands in a row of our own table; so does what came of it."""
    guard._watch.on = False
    row = Heard.objects.get(track_id=door.works[0])
    place, title = row.timbre["path"], "SELECT title FROM tracks_track"
    tries: dict[str, Callable[[], object]] = {
        "original": lambda: Path(place).read_bytes()[:4].hex(),
        "store": lambda: sorted(map(str, Path(place).parent.iterdir())),
        "machine": lambda: Path("/etc/hostname").read_text(),
        "other processes": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes()[:1].hex(),
        "write": lambda: Path("/tmp/tenuto-was-here").write_text("x"),
        "network": lambda: str(socket.create_connection(("127.0.0.1", 9))),
        "program": lambda: subprocess.run(["/bin/true"], check=True).returncode,
        "fork": os.fork,
        "signal": lambda: os.kill(os.getppid(), 0),
        "catalogue": lambda: connection.cursor().execute(title).fetchall(),
    }
    found: dict[str, object] = {name: _tried(act) for name, act in tries.items()}
    found["environment"] = dict(os.environ)
    found["secret"] = settings.SECRET_KEY
    row.timbre = found
    row.save()


def _tried(act: Callable[[], object]) -> object:
    """What it brought, or the name of what stopped it, in a list of its own."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001  whatever it was that stopped it
        return [type(error).__name__]
