"""A small object store that speaks S3's protocol over real HTTP, and believes nobody.

It checks each signature from the bytes that came, by AWS's description and with nothing of ours; dates, digests of
content, and conditions as S3 does.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

KEY, SECRET, REGION = "AKIDTENUTO", "a secret of the tests alone", "eu-test-1"


class ObjectStore(ThreadingHTTPServer):
    """One bucket, `music`. `asked` is every request; `dies_after` so many writes it answers no more."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.asked: list[tuple[str, str, int]] = []
        self.dies_after: int | None = None
        self.lock = Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/music"


class Handler(BaseHTTPRequestHandler):
    server: ObjectStore
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_PUT(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"] or 0)))

    def do_DELETE(self) -> None:
        self._answer(b"")

    def _answer(self, content: bytes) -> None:
        with self.server.lock:
            status, etag, body = self._done(content)
            self.server.asked.append((self.command, self.path, status))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def _done(self, content: bytes) -> tuple[int, str, bytes]:
        name = self.path.removeprefix("/music/")
        if why := self._refused(content):
            return 403, "", why.encode()
        there = self.server.objects.get(name)
        etag = f'"{md5(there).hexdigest()}"' if there is not None else ""
        if self.command == "GET":
            return (404, "", b"NoSuchKey") if there is None else (200, etag, there)
        if self.server.dies_after == 0:
            return 503, "", b"SlowDown"
        if self.server.dies_after is not None:
            self.server.dies_after -= 1
        if self.command == "DELETE":
            self.server.objects.pop(name, None)
            return 204, "", b""
        if self.headers["If-None-Match"] == "*" and there is not None:
            return 412, "", b"PreconditionFailed"
        if self.headers["If-Match"] and self.headers["If-Match"] != etag:
            return 412, "", b"PreconditionFailed"
        self.server.objects[name] = content
        self.server.headers[name] = dict(self.headers)
        return 200, f'"{md5(content).hexdigest()}"', b""

    def _refused(self, content: bytes) -> str:
        kind, _, rest = (self.headers["Authorization"] or "").partition(" ")
        said = dict(part.strip().split("=", 1) for part in rest.split(","))
        if kind != "AWS4-HMAC-SHA256" or not {"host", "x-amz-date"} <= {*said["SignedHeaders"].split(";")}:
            return "AccessDenied"
        at = self.headers["x-amz-date"]
        if abs(datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) - datetime.now(UTC)) > timedelta(minutes=15):
            return "RequestTimeTooSkewed"
        if self.headers["x-amz-content-sha256"] != sha256(content).hexdigest():
            return "XAmzContentSHA256Mismatch"
        scope = f"{at[:8]}/{REGION}/s3/aws4_request"
        names = said["SignedHeaders"].split(";")
        path, _, query = self.path.partition("?")
        headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
        digest = self.headers["x-amz-content-sha256"]
        canonical = f"{self.command}\n{path}\n{query}\n{headers}\n{said['SignedHeaders']}\n{digest}"
        key = ("AWS4" + SECRET).encode()
        for part in (at[:8], REGION, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), sha256).digest()
        text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        right = hmac.new(key, text.encode(), sha256).hexdigest() == said["Signature"]
        return "" if right and said["Credential"] == f"{KEY}/{scope}" else "SignatureDoesNotMatch"

    def log_message(self, *_arguments: object) -> None:
        """Nothing: the tests look at `asked`."""


@contextmanager
def serving() -> Iterator[ObjectStore]:
    with ObjectStore() as store:
        Thread(target=store.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield store
        store.shutdown()
