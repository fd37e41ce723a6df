"""The room in which one run of a job happens, where the database cannot be closed within a process: PostgreSQL.

A process of its own, started by `rooms` with nothing in its environment but the address of a database role that has
rights on the tables of AI features alone. It connects, gives away the network and every file but Python's own, runs the
job, and asks for everything else over the one wire that it was given.
"""

import contextlib
import os
import socket
import sys
import sysconfig
from pathlib import Path
from typing import Any

import django

from tenuto.dsp import confine
from tenuto.gate.talk import Message, receive, send


def main() -> None:
    """Be the room for the run that our first message names. The wire is the socket whose number is our argument."""
    wire = socket.socket(fileno=int(sys.argv[1]))
    confine.die_with_parent()
    django.setup()
    from tenuto.gate.duties import duty_named  # Django must be there first

    first = receive(wire).said
    duty = duty_named(first["duty"])
    assert duty is not None
    try:
        _run(wire, duty, first["works"], rehearsal=bool(first["rehearsal"]))
    except BaseException as error:  # noqa: BLE001  nothing above us could tell it
        with contextlib.suppress(Exception):
            send(wire, Message({"ended": f"{type(error).__name__}: {error}"[:300]}))
        os._exit(1)
    send(wire, Message({"ended": ""}))
    os._exit(0)


def _run(wire: socket.socket, duty: Any, works: list[int], *, rehearsal: bool) -> None:
    from django.db import connection, transaction

    from tenuto.gate.door import Answer, Door
    from tenuto.gate.guard import trusted, watched

    class Wire:
        """The door's line, to the process that keeps this room."""

        def ask(self, word: str, said: dict[str, Any], values: bytes = b"") -> Answer:
            with trusted():
                send(wire, Message({"ask": word, "said": said}, values))
                answer = receive(wire)
                if "no" in answer.said:
                    raise PermissionError(answer.said["no"])
                return Answer(answer.said, answer.values, answer.handle)

    connection.ensure_connection()
    confine.forbid_new_privileges()
    # Python's own files, because libraries load parts of themselves when first used. None of them is anybody's music.
    libraries = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])}
    confine.restrict_files([Path(place) for place in libraries if Path(place).exists()], [])
    confine.restrict_calls()
    with transaction.atomic() if rehearsal else contextlib.nullcontext():
        with watched():
            duty.work(Door(Wire(), works, duty.looks_up))
        if rehearsal:  # nothing that was written is kept
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
