"""What is fetched from elsewhere: one plain answer, of a size and within a time."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from tenuto.base import fetching
from tenuto.base.fetching import NotFetched, fetch, post

SECURED = fetching._ByAddress.secured
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


class Server:
    """On loopback; gives each who asks the same bytes, and then hangs up, or says nothing more."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.answer, self.hangs_up = b"", True
        self.asked: list[bytes] = []
        self.lines: list[socket.socket] = []
        self.thread = Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.listening.getsockname()[1]}/list.json?v=1"

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.listening.accept()
                self.lines.append(line)
                self.asked.append(line.recv(4096))
                with suppress(OSError):  # whoever had enough
                    line.sendall(self.answer)
                if self.hangs_up:
                    line.close()

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join()
        for line in self.lines:
            line.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """As if loopback were the public network and spoke TLS; `test_crawlers.py` shows that it is refused."""
    monkeypatch.setattr(fetching, "public_address", lambda host, port: host)
    monkeypatch.setattr(fetching._ByAddress, "secured", lambda line, plain: plain)
    made = Server()
    yield made
    made.close()


def test_one_plain_answer_is_taken(server: Server) -> None:
    server.answer = OK + b"{}"
    assert fetch(server.address, "application/json", 2) == b"{}"
    assert server.asked[0].startswith(b"GET /list.json?v=1 HTTP/1.1\r\n")
    assert b"Accept: application/json\r\n" in server.asked[0]


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"{ }",  # a byte more than may be
        b"HTTP/1.1 301 Moved\r\nLocation: https://crawler.example/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_nothing_else_is(server: Server, answer: bytes) -> None:
    """No redirect is followed, and no more is read than is wanted."""
    server.answer = answer
    with pytest.raises(NotFetched):
        fetch(server.address, "*/*", 2)
    assert len(server.asked) == 1


@pytest.fixture
def patient(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """No wait ends by itself here: where nothing hangs up, `fetch` does not return."""
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", None)
    monkeypatch.setattr(fetching, "MOST_SECONDS", 0.05)
    server.hangs_up = False
    return server


def test_whoever_never_ends_is_hung_up_on(patient: Server) -> None:
    """Whether the time is over before there is a connection, while it asks, or while it reads: that is up to chance."""
    patient.answer = OK + b"{"
    with pytest.raises(NotFetched, match="longer"):
        fetch(patient.address, "*/*", 100)


def test_so_is_whoever_never_shows_who_they_are(patient: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching._ByAddress, "secured", SECURED)
    with pytest.raises(NotFetched, match="longer"):
        fetch(patient.address, "*/*", 100)


def test_a_time_that_is_over_before_anybody_answers_is_seen_when_they_do(patient: Server) -> None:
    line = fetching._ByAddress("127.0.0.1", patient.listening.getsockname()[1], "127.0.0.1")
    line.hang_up()
    with pytest.raises(NotFetched, match="longer"):
        line.connect()
    line.close()


def test_who_cannot_show_who_they_are_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching._ByAddress, "secured", SECURED)
    server.answer = OK + b"{}"
    with pytest.raises(ssl.SSLError):
        fetch(server.address, "*/*", 100)


@pytest.mark.parametrize(
    "address", ["https://[::1/", "https://a:99999/", "https://a:b/", f"https://{'a' * 64}.example/", "https://a..b/"]
)
def test_a_mistyped_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(NotFetched, match="no address"):
        fetch(address, "*/*", 1)


def test_what_is_asked_for_begins_at_the_root(server: Server) -> None:
    server.answer = OK + b"{}"
    base = server.address.removesuffix("/list.json?v=1")
    asked = ["", "?v=1", "/lists/ä.json?of=%20x"]
    assert [fetch(base + place, "*/*", 2) for place in asked] == [b"{}"] * 3
    lines = [each.partition(b" HTTP")[0] for each in server.asked]
    assert lines == [b"GET /", b"GET /?v=1", b"GET /lists/%C3%A4.json?of=%20x"]


def test_what_is_sent_arrives_and_the_status_comes_back(server: Server) -> None:
    """A redirect is an answer like others: what is sent goes nowhere else."""
    for answered in (201, 307):
        server.answer = f"HTTP/1.1 {answered} So\r\nLocation: https://a.example/\r\nContent-Length: 0\r\n\r\n".encode()
        assert post(server.address, {"TTL": "60"}, b"sealed", 5.0) == answered
    assert len(server.asked) == 2
    head, _line, body = server.asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /list.json?v=1 HTTP/1.1\r\n")
    assert b"TTL: 60" in head
    assert body in (b"sealed", b"")  # in one piece with the head, or after it
