"""A request as WSGI wants it: its environment, and a body that is read as it comes and never held whole."""

import asyncio
import io
import sys
import threading
from collections import deque
from typing import Any, Protocol

Environ = dict[str, Any]
Pairs = list[tuple[str, str]]

# At most so much of a body waits in memory. granian hands over up to 408 KiB at once.
AHEAD_BYTES = 1024 * 1024
# A client that sends nothing for so long is gone: its thread is needed.
SILENCE_SECONDS = 60.0


class Headers(Protocol):
    def items(self) -> list[tuple[str, str]]: ...

    def get(self, key: str, default: str | None = None) -> str | None: ...


class Scope(Protocol):
    """What granian tells of a request (RSGI 1.5)."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Headers


class Transport(Protocol):
    """How granian takes an answer. Any thread may call; the first call counts."""

    async def __call__(self) -> bytes: ...

    def __aiter__(self) -> Any: ...

    def response_empty(self, status: int, headers: Pairs) -> None: ...

    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None: ...

    def response_file(self, status: int, headers: Pairs, file: str) -> None: ...

    def response_file_range(self, status: int, headers: Pairs, file: str, start: int, end: int) -> None: ...


class ClientGone(ConnectionError):
    """The client left, or fell silent, before its whole body had come. What was read until then is good."""


def environ(scope: Scope, content_length: int, body: Any) -> Environ:
    """PEP 3333's environment of one request."""
    server, _, port = scope.server.rpartition(":")
    found: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # granian has undone the percent signs and read UTF-8; WSGI wants the bytes in Latin-1's clothes.
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{'1.0' if scope.http_version == '1' else scope.http_version}",
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if content_length:
        found["CONTENT_LENGTH"] = str(content_length)
    for name, value in scope.headers.items():
        # A name with an underscore could pass for one with a hyphen, say X_Forwarded_For: nobody honest sends such.
        if "_" in name or name == "content-length":
            continue
        key = "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")
        if key in found:
            value = f"{found[key]}{'; ' if name == 'cookie' else ','}{value}"
        found[key] = value
    if scope.authority and scope.http_version == "2":
        found.setdefault("HTTP_HOST", scope.authority)
    return found


class Body:
    """A body on its way in. The event loop fills it, a thread reads it, and the faster of the two waits."""

    def __init__(self, transport: Transport, length: int, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._missing = length  # still to come from the client
        self._loop = loop
        self._chunks: deque[bytes] = deque()
        self._held = 0
        self._ended = False
        self._changed = threading.Condition()  # guards the four above; held only for moments
        self._room = asyncio.Event()  # belongs to the loop

    async def fill(self) -> None:
        """Take the body from granian until it ends, pausing while enough waits to be read."""
        try:
            async for chunk in self._transport:
                with self._changed:
                    self._missing -= len(chunk)
                    if chunk:
                        self._chunks.append(chunk)
                        self._held += len(chunk)
                    full = self._held >= AHEAD_BYTES
                    self._changed.notify()
                    if full:
                        self._room.clear()
                if full:
                    await self._room.wait()
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify()

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer only at the end or when the client has left; after that, ClientGone."""
        parts: list[bytes] = []
        wanted = sys.maxsize if size is None or size < 0 else size
        while wanted > 0 and (part := self._take(wanted, parts)):
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _take(self, most: int, already: list[bytes]) -> bytes:
        with self._changed:
            if not self._chunks and not self._ended and not self._changed.wait_for(self._ready, SILENCE_SECONDS):
                self._ended = True
            if not self._chunks:
                if self._missing > 0 and not already:
                    raise ClientGone(f"{self._missing} bytes of the body never came")
                return b""
            chunk = self._chunks.popleft()
            if len(chunk) > most:
                self._chunks.appendleft(chunk[most:])
                chunk = chunk[:most]
            self._held -= len(chunk)
            if self._held < AHEAD_BYTES // 2:
                self._loop.call_soon_threadsafe(self._room.set)
            return chunk

    def _ready(self) -> bool:
        return bool(self._chunks) or self._ended

    def readline(self, size: int = -1) -> bytes:
        """For WSGI's sake; Django reads by blocks."""
        line = io.BytesIO()
        while (size < 0 or line.tell() < size) and (letter := self.read(1)):
            line.write(letter)
            if letter == b"\n":
                break
        return line.getvalue()

    def readlines(self, hint: int = -1) -> list[bytes]:
        return list(self)

    def __iter__(self) -> "Body":
        return self

    def __next__(self) -> bytes:
        line = self.readline()
        if not line:
            raise StopIteration
        return line
