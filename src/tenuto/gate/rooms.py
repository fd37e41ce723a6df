"""Where a job runs: on SQLite here, in a database that is closed to it; on PostgreSQL in a room of its own."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from typing import Any

from django.db import connection, transaction

from tenuto.base.errors import TenutoError
from tenuto.gate.attendant import Attendant, NotAskedFor
from tenuto.gate.closure import Shut
from tenuto.gate.door import Answer, Door
from tenuto.gate.role import address_for_rooms
from tenuto.gate.talk import Cut, Message, receive, send

LONGEST_SILENCE_SECONDS = 3 * 3600  # of a room: a recording of six hours is described in much less


class RoomFailed(TenutoError):
    """A job did not end well in its room."""


def enter(attendant: Attendant, works: list[int]) -> None:
    """Run the attendant's duty on these works, with everything else closed to it. Raises what it raises."""
    if connection.vendor == "sqlite":
        duty = attendant.duty
        shut = Shut(duty.own_tables, duty.consulted_tables)
        with shut.around():
            duty.work(Door(_Here(attendant, shut), works, duty.looks_up))
    else:
        _in_a_room(attendant, works)


def rehearse(attendant: Attendant, works: list[int]) -> None:
    """The same; and everything that the job has written is as if it had never been."""
    if connection.vendor == "sqlite":
        with transaction.atomic():
            enter(attendant, works)
            transaction.set_rollback(True)
    else:
        _in_a_room(attendant, works, rehearsal=True)


class _Here:
    """Both sides in one process: the gate opens what is closed for as long as it answers."""

    def __init__(self, attendant: Attendant, shut: Shut) -> None:
        self._attendant = attendant
        self._shut = shut

    def ask(self, word: str, said: dict[str, Any], values: bytes = b"") -> Answer:
        with self._shut.opened():
            return self._attendant.ask(word, said, values)


def _in_a_room(attendant: Attendant, works: list[int], rehearsal: bool = False) -> None:
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryDirectory(prefix="tenuto-room-") as nowhere, ours:
        with theirs:
            process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-P", "-m", "tenuto.gate.room", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=_environment(nowhere),
                cwd=nowhere,
                stdin=subprocess.DEVNULL,
            )
        try:
            ours.settimeout(LONGEST_SILENCE_SECONDS)
            send(ours, Message({"duty": attendant.duty.name, "works": works, "rehearsal": rehearsal}))
            _attend(ours, attendant)
        except Cut as cut:
            raise RoomFailed(f"{attendant.duty.name}: its room fell silent: {cut}") from cut
        finally:
            process.kill()
            process.wait()


def _attend(wire: socket.socket, attendant: Attendant) -> None:
    """Answer until the room says that it has ended."""
    while True:
        heard = receive(wire)
        if heard.handle is not None:
            os.close(heard.handle)  # nobody sends us files
        if "ended" in heard.said:
            if heard.said["ended"]:
                raise RoomFailed(str(heard.said["ended"])[:300])
            return
        said = heard.said.get("said")
        if not isinstance(said, dict):
            raise NotAskedFor("a question without words")
        try:
            answer = attendant.ask(str(heard.said.get("ask")), said, heard.values)
        except (NotAskedFor, KeyError, TypeError, ValueError) as no:
            send(wire, Message({"no": str(no)[:300]}))
            raise NotAskedFor(str(no)) from no
        try:
            send(wire, Message(answer.said, answer.values, answer.handle))
        finally:
            if answer.handle is not None:
                os.close(answer.handle)


def _environment(nowhere: str) -> dict[str, str]:
    """Nothing of ours: no key that signs, no way to the store, another role's word for the database."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "tenuto.server.settings",
        "TENUTO_DATABASE": address_for_rooms(),
        "TENUTO_SECRET_KEY": secrets.token_urlsafe(32),
        "TENUTO_HOME": nowhere,
    }
