"""Requests to addresses that others told us: files of crawlers' operators, push services of people's browsers.

Over https, to the public network alone, to an address that was looked at before it is connected to, without following
redirects, and within narrow limits of size and time: nobody can make this server speak to its own neighbours by telling
it an address.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from threading import Timer
from urllib.parse import quote, urlsplit

from tenuto.base.errors import TenutoError

TIMEOUT_SECONDS = 5.0
MOST_SECONDS = 20.0  # for the whole of it: a server that sends a byte every four seconds is too slow
_AT_ONCE = 16 * 1024

NOT_REACHED = (OSError, HTTPException)


class NotFetched(TenutoError):
    """What answered was nothing that may be used."""


def fetch(address: str, accept: str, most_bytes: int) -> bytes:
    """What lies at this address; only a plain 200 from the public network counts."""
    with _asked("GET", address, {"Accept": accept}, MOST_SECONDS) as (line, answered):
        if answered.status != 200:
            raise NotFetched(f"it answers {answered.status}")
        body = b""
        while not line.is_hung_up and (chunk := answered.read1(_AT_ONCE)):
            body += chunk
            if len(body) > most_bytes:
                raise NotFetched(f"more than {most_bytes} bytes")
    return body


def post(address: str, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
    """Send something to this address within so long; the status of the answer. Nothing else of it is read."""
    with _asked("POST", address, headers, seconds, body) as (_line, answered):
        return answered.status


@contextmanager
def _asked(
    method: str, address: str, headers: Mapping[str, str], seconds: float, body: bytes | None = None
) -> Iterator[tuple["_ByAddress", HTTPResponse]]:
    """The line to this address, and the answer on it: to be read within the time there is."""
    host, port, place = parts_of(address)
    line = _ByAddress(host, port, public_address(host, port))
    clock = Timer(seconds, line.hang_up)
    clock.daemon = True
    clock.start()
    try:
        line.request(method, place, body, dict(headers))
        yield line, line.getresponse()
    except NOT_REACHED as error:
        if line.is_hung_up:
            raise _too_slow() from error
        raise
    finally:
        clock.cancel()
        line.close()
    if line.is_hung_up:  # what came until then may be the beginning of something
        raise _too_slow()


def parts_of(address: str) -> tuple[str, int, str]:
    """Host, port, and what is asked for there."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or 443
        if parts.scheme == "https" and host and parts.username is None:
            host.encode("idna")  # as a look-up would
            place = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            return host, port, quote(place, safe="/?&=%:;,+@!$'()*~[]")
    except ValueError as error:
        raise NotFetched(f"this is no address: {error}") from error
    raise NotFetched("only https addresses are fetched")


def public_address(host: str, port: int) -> str:
    """An address of this host that lies in the public network; an error where it has none, or any that does not."""
    found = {str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not found or not all(ip_address(each).is_global for each in found):
        raise NotFetched(f"{host} does not lie in the public network alone")
    return min(found)


class _ByAddress(HTTPSConnection):
    """Speaks to a given address, and checks the certificate of the host that was meant."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        self._address = address
        self.is_hung_up = False
        # The line itself lets go of the socket once an answer has begun that ends with the connection.
        self._socket: socket.socket | None = None

    def connect(self) -> None:
        # By the address that was looked at, so that a second look-up cannot lead elsewhere.
        plain = socket.create_connection((self._address, self.port), TIMEOUT_SECONDS)
        self.sock = self._socket = self.secured(plain)
        # From here on whoever hangs up finds the socket; who did before must be seen here.
        if self.is_hung_up:
            raise _too_slow()
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()  # where the certificate and its name are checked

    def secured(self, plain: socket.socket) -> socket.socket:
        """The connection that is yet to shake hands with whoever can show that they are the host that was meant."""
        context = ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)

    def hang_up(self) -> None:
        """From another thread: whoever reads here reads no further."""
        self.is_hung_up = True
        if self._socket is not None:
            with suppress(OSError):
                # Not the method of an SSLSocket, which takes from whoever reads what they read by.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _too_slow() -> NotFetched:
    return NotFetched("it takes longer than it may")
