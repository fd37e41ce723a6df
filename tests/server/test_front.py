"""The web front, run by granian as in earnest: what arrives, what leaves, and who has to wait for whom."""

import gzip
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.ports import free_port

SONG = os.urandom(300_000)
LONG_BYTES = 30_000_000


@dataclass
class Running:
    """A front with one process, and a single thread for pages."""

    process: "subprocess.Popen[bytes]"
    port: int
    home: Path

    def ask(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> "Answer":
        with closing(self.line()) as line:
            return ask(line, path, method, body, **headers)

    def line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def send_raw(self, request: bytes) -> bytes:
        """Exactly these bytes; what comes back until the other side is done, or silent after it has begun."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            line.sendall(request)
            said = b""
            try:
                while block := line.recv(65536):
                    said += block
                    line.settimeout(1.0)
            except TimeoutError:
                pass
        return said

    def memory_mb(self) -> float:
        """The most that the web process has ever held at once."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        statuses = [Path(f"/proc/{child}/status").read_text() for child in children]
        return max(int(status.partition("VmHWM:")[2].split()[0]) for status in statuses if "VmHWM" in status) / 1024


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(line: http.client.HTTPConnection, path: str, method: str = "GET", body: Any = None, **headers: str) -> Answer:
    line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


@contextmanager
def running(home: Path) -> Iterator[Running]:
    (home / "store").mkdir()
    (home / "store" / "song").write_bytes(SONG)
    (home / "store" / "empty").write_bytes(b"")
    with (home / "store" / "long").open("wb") as file:
        file.truncate(LONG_BYTES)
    (home / "outside").write_bytes(b"a secret")
    (home / "store" / "way-out").symlink_to(home / "outside")
    (home / "static" / "web").mkdir(parents=True)
    (home / "static" / "web" / "site.0123456789ab.css").write_text("a{color:red}" * 200)
    (home / "static" / "web" / "plain.js").write_text("1")
    (home / "static" / "way-out").symlink_to(home / "outside")
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TENUTO_")}
    log = (home / "log").open("wb")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(port), "--no-ws"),
            *("--loop", "asyncio", "--log-level", "warning", "tenuto.server.front:app"),
        ],
        env=kept
        | {
            "TENUTO_HOME": str(home),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tests.server.front_settings",
        },
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    log.close()
    front = Running(process, port, home)
    try:
        wait_for(lambda: answers(front))
        yield front
    finally:
        process.terminate()
        process.wait(60)


def answers(front: Running) -> bool:
    try:
        return front.ask("/static/web/plain.js").status == 200
    except OSError:
        return False


def wait_for(true: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("front")) as started:
        yield started


# ——— what arrives ———


def test_django_sees_the_request_as_it_was_sent(front: Running) -> None:
    answer = front.ask(
        "/echo/Caf%C3%A9/%E2%82%AC?q=a%20b&q=%26",
        "POST",
        b"a=1&b=%C3%A9",
        Content_Type="application/x-www-form-urlencoded",
        Cookie="x=1",
    )
    found = json.loads(answer.body)
    assert found["rest"] == "Café/€"
    assert found["QUERY_STRING"] == "q=a%20b&q=%26"
    assert (found["body"], found["post"]) == (12, {"a": "1", "b": "é"})
    assert (found["REMOTE_ADDR"], found["SERVER_PORT"]) == ("127.0.0.1", str(front.port))
    assert (found["SERVER_PROTOCOL"], found["REQUEST_METHOD"]) == ("HTTP/1.1", "POST")
    assert found["HTTP_HOST"] == f"127.0.0.1:{front.port}"
    assert found["CONTENT_TYPE"] == "application/x-www-form-urlencoded"
    assert "HTTP_CONTENT_LENGTH" not in found


def test_repeated_headers_are_joined_and_underscores_pass_for_nothing(front: Running) -> None:
    said = front.send_raw(
        b"GET /echo HTTP/1.1\r\nHost: localhost\r\nX-Two: a\r\nX-Two: b\r\nCookie: a=1\r\nCookie: b=2\r\n"
        b"X_Forwarded_For: 10.0.0.1\r\nConnection: close\r\n\r\n"
    )
    found = json.loads(said.partition(b"\r\n\r\n")[2])
    assert (found["HTTP_X_TWO"], found["HTTP_COOKIE"]) == ("a,b", "a=1; b=2")
    assert "HTTP_X_FORWARDED_FOR" not in found


def test_what_never_reaches_django_tells_machines_too(front: Running) -> None:
    for request in (
        b"GET /static/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
    ):
        said = front.send_raw(request).lower()
        assert b"content-usage: train-ai=n\r\n" in said
        assert b"tdm-reservation: 1\r\n" in said


def test_two_hosts_are_one_too_many(front: Running) -> None:
    said = front.send_raw(b"GET /odd HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (b"400", b"411")),
        (b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n", (b"411",)),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", (b"400",)),
        (b"Content-Length : 3\r\n\r\nabc", (b"400",)),
        (b"Content-Length: +3\r\n\r\nabc", (b"400",)),
        (b"Content-Length: 1048577\r\n\r\n", (b"413",)),
    ],
)
def test_a_body_of_unclear_or_undue_length_never_reaches_django(
    front: Running, request_: bytes, status: tuple[bytes, ...]
) -> None:
    """And what follows it is never taken for a request of its own."""
    smuggled = b"GET /wrong HTTP/1.1\r\nHost: localhost\r\n\r\n"
    said = front.send_raw(b"POST /echo HTTP/1.1\r\nHost: localhost\r\n" + request_ + smuggled)
    assert said[9:12] in status
    assert b"500" not in said


def test_fifty_megabytes_stream_through_without_being_held(front: Running) -> None:
    block = os.urandom(1_000_000)
    before = front.memory_mb()

    def blocks() -> Iterator[bytes]:
        for _ in range(50):
            yield block

    answer = front.ask("/uploads", "PATCH", blocks(), Content_Length="50000000")
    assert answer.body.decode() == hashlib.sha256(block * 50).hexdigest()
    assert front.memory_mb() - before < 25


def test_of_an_upload_that_breaks_off_everything_that_came_is_kept(front: Running) -> None:
    (front.home / "kept").unlink(missing_ok=True)
    with socket.create_connection(("127.0.0.1", front.port)) as line:
        line.sendall(b"PATCH /uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n" + SONG)
        wait_for(lambda: (front.home / "kept").exists() and (front.home / "kept").stat().st_size > 200_000)
    wait_for((front.home / "left").exists)
    assert (front.home / "left").read_text() == "ClientGone"
    assert (front.home / "kept").read_bytes() == SONG


def test_a_small_body_that_breaks_off_is_no_request(front: Running) -> None:
    before = json.loads(front.ask("/tally").body)
    with socket.create_connection(("127.0.0.1", front.port)) as line:
        line.sendall(b"POST /again HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
    assert json.loads(front.ask("/tally").body) == before


# ——— what leaves ———


def test_a_range_holds_exactly_the_bytes_asked_for(front: Running) -> None:
    for header, first, last in (
        ("bytes=0-0", 0, 0),
        ("bytes=1000-250000", 1000, 250_000),
        ("bytes=-5", 299_995, 299_999),
    ):
        answer = front.ask("/file/song", Range=header)
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/300000"
        assert answer.headers.get_all("Content-Length") == [str(last - first + 1)]
        assert answer.body == SONG[first : last + 1]


def test_whole_files_heads_conditions_and_beyond_on_one_connection(front: Running) -> None:
    line = front.line()
    whole = ask(line, "/file/song")
    assert (whole.status, whole.body, whole.headers["Content-Type"]) == (200, SONG, "audio/mp4")
    head = ask(line, "/file/song", "HEAD", Range="bytes=0-9")
    assert (head.status, head.headers["Content-Length"], head.body) == (200, "300000", b"")
    same = ask(line, "/file/song", If_None_Match='"x"')
    assert (same.status, same.body, same.headers["Content-Type"]) == (304, b"", None)
    beyond = ask(line, "/file/song", Range="bytes=300000-")
    assert (beyond.status, beyond.headers["Content-Range"], beyond.body) == (416, "bytes */300000", b"")
    empty = ask(line, "/file/empty")
    assert (empty.status, empty.headers["Content-Length"], empty.body) == (200, "0", b"")
    page = ask(line, "/odd")
    assert (page.body, page.headers["X-Odd"]) == (b"odd", "caf?")
    line.close()


def test_nothing_tells_where_a_file_lies(front: Running) -> None:
    answer = front.ask("/file/song")
    assert str(front.home) not in str(answer.headers)
    assert not [name for name in answer.headers if name.lower().startswith(("x-accel", "x-sendfile", "x-tenuto"))]


@pytest.mark.parametrize("name", ["way-out", "../outside", "..%2Foutside", "%2e%2e/outside", "//etc/hostname"])
def test_no_file_outside_the_store_is_ever_sent(front: Running, name: str) -> None:
    answer = front.ask(f"/file/{name}")
    assert answer.status in {404, 500}
    assert b"secret" not in answer.body


def test_a_file_that_is_not_what_it_should_be_is_not_sent(front: Running) -> None:
    answer = front.ask("/torn")
    assert (answer.status, SONG[:20] in answer.body) == (500, False)


@pytest.mark.parametrize("path", ["/wrong", "/breaks"])
def test_an_error_is_a_plain_500_and_the_front_lives_on(front: Running, path: str) -> None:
    answer = front.ask(path)
    said = answer.body
    assert answer.status == 500
    assert b"RuntimeError" not in said
    assert b"secret" not in said
    assert front.ask("/odd").status == 200


def test_a_stream_that_a_view_makes_arrives_whole(front: Running) -> None:
    answer = front.ask("/made")
    assert answer.headers["Content-Length"] == "20000000"
    assert answer.body == b"".join(bytes([number]) * 1_000_000 for number in range(20))
    assert front.ask("/made", "HEAD").body == b""


def test_the_same_question_within_a_moment_is_answered_without_django(front: Running) -> None:
    def asked(cookie: str, query: str = "", **headers: str) -> tuple[int, bytes]:
        answer = front.ask(f"/again{query}", Cookie=cookie, **headers)
        return answer.status, answer.body

    def tally() -> Any:
        return json.loads(front.ask("/tally").body)

    start = tally()
    assert asked("who=bo", Range="bytes=0-9") == (206, SONG[:10])
    assert asked("who=bo", Range="bytes=10-19") == (206, SONG[10:20])
    assert asked("who=bo", If_None_Match='"song"')[0] == 304
    assert asked("who=bo", Range="bytes=9999999-")[0] == 416
    after = tally()
    assert after["asked"] == start["asked"] + 1
    assert after["again"][len(start["again"]) :] == [["who=bo", 10, 10], ["who=bo", 0, 0], ["who=bo", 0, 0]]
    asked("who=cy")
    asked("who=bo", "?x")
    asked("who=bo", Authorization="Bearer x")
    assert tally()["asked"] == start["asked"] + 4
    asked("who=bo", "?everybody")
    asked("who=cy", "?everybody")
    assert tally()["asked"] == start["asked"] + 5
    asked("who=bo", "?briefly")
    time.sleep(0.25)
    asked("who=bo", "?briefly")
    assert tally()["asked"] == start["asked"] + 7


# ——— who waits for whom ———


def test_slow_listeners_and_slow_uploads_keep_nobody_waiting(front: Running) -> None:
    """There is one thread for pages here, and it is free."""
    lines = [socket.create_connection(("127.0.0.1", front.port)) for _ in range(6)]
    try:
        for line in lines[:4]:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(b"GET /file/long HTTP/1.1\r\nHost: localhost\r\n\r\n")
            line.recv(100)
        for line in lines[4:]:
            line.sendall(b"PATCH /uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\nslowly")
        before = front.memory_mb()
        for _ in range(20):
            assert front.ask("/odd").body == b"odd"  # before those lines end, which they never do
        assert front.memory_mb() - before < 20
    finally:
        for line in lines:
            line.close()


def test_told_to_stop_it_ends_what_it_has_begun(tmp_path: Path) -> None:
    with running(tmp_path) as front:
        with closing(front.line()) as line:
            line.request("GET", "/nap")
            wait_for((tmp_path / "napping").exists)
            front.process.send_signal(signal.SIGTERM)
            assert line.getresponse().read() == b"slept"
        assert front.process.wait(60) == 0
        assert b"Traceback" not in (tmp_path / "log").read_bytes()


# ——— style sheets and scripts ———


def test_static_files_named_by_content_are_kept_for_ever(front: Running) -> None:
    answer = front.ask("/static/web/site.0123456789ab.css", Accept_Encoding="gzip, br")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(answer.body).decode() == "a{color:red}" * 200
    plain = front.ask("/static/web/site.0123456789ab.css")
    assert (plain.headers["Content-Encoding"], plain.headers["ETag"] != answer.headers["ETag"]) == (None, True)
    assert plain.body.decode() == "a{color:red}" * 200
    script = front.ask("/static/web/plain.js")
    assert (script.headers["Cache-Control"], script.headers["Content-Type"]) == (
        "no-cache",
        "text/javascript; charset=utf-8",
    )
    assert front.ask("/static/web/plain.js", If_None_Match=script.headers["ETag"]).status == 304


@pytest.mark.parametrize(
    "path",
    ["", "web", "web/", "nothing.css", "way-out", "../outside", "web/../../outside", "%2e%2e/outside", "web%00", ".."],
)
def test_what_is_not_listed_among_static_files_is_not_there(front: Running, path: str) -> None:
    answer = front.ask(f"/static/{path}")
    assert answer.status == 404
    assert b"secret" not in answer.body
