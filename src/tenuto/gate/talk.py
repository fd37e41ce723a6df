"""The wire between a room and its keeper: one question, one answer, in JSON and bytes; never a pickle.

A message is two lengths, then that many bytes of JSON and of values. The handle of a file may come with the lengths.
"""

import json
import os
import socket
import struct
from dataclasses import dataclass
from typing import Any

_LENGTHS = struct.Struct("<IIB")
MOST_WORDS_BYTES = 4 * 1024 * 1024
MOST_VALUES_BYTES = 64 * 1024 * 1024


class Cut(Exception):
    """The other side has gone, or said what makes no sense."""


@dataclass(frozen=True)
class Message:
    """What was said."""

    said: dict[str, Any]
    values: bytes = b""
    handle: int | None = None


def send(wire: socket.socket, message: Message) -> None:
    """Say it whole."""
    words = json.dumps(message.said).encode()
    lengths = _LENGTHS.pack(len(words), len(message.values), message.handle is not None)
    try:
        if message.handle is None:
            wire.sendall(lengths)
        else:
            socket.send_fds(wire, [lengths], [message.handle])
        wire.sendall(words)
        wire.sendall(message.values)
    except OSError as error:
        raise Cut(str(error)) from error


def receive(wire: socket.socket) -> Message:
    """Hear it whole. Raises Cut where it is too long, or no JSON; nothing that came with it then stays open."""
    handles: list[int] = []
    try:
        head, handles, _flags, _address = socket.recv_fds(wire, _LENGTHS.size, 1)
        head += _exactly(wire, _LENGTHS.size - len(head))
        words, values, has_handle = _LENGTHS.unpack(head)
        if words > MOST_WORDS_BYTES or values > MOST_VALUES_BYTES or bool(has_handle) != bool(handles):
            raise Cut("a message of another form")
        said = json.loads(_exactly(wire, words))
        if not isinstance(said, dict):
            raise Cut("a message without words")
        return Message(said, _exactly(wire, values), handles[0] if handles else None)
    except (Cut, OSError, ValueError, RecursionError) as error:
        for handle in handles:
            os.close(handle)
        raise Cut(str(error)) from error


def _exactly(wire: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        part = wire.recv(min(count, 1 << 20))
        if not part:
            raise Cut("it ended")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
