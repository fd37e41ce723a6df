"""Answers that are files. A view decides which bytes; whoever serves the answer fetches them from the disk itself.

Our front (`server.front`) hands the stretch to granian, nginx is told by X-Accel-Redirect (TENUTO_SENDFILE=x-accel),
and under any other server, as in tests, the answer reads the stretch itself, a block at a time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date

from tenuto.rules.ranges import Answer, Asked, Held, answer, content_range

BLOCK_BYTES = 64 * 1024


@dataclass(frozen=True)
class SentFile:
    """A file as it is offered: what it is, and the headers that go with it."""

    path: Path
    size_bytes: int
    etag: str  # strong, without quotes: the digest of the bytes
    content_type: str
    modified: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    most_at_once: int | None = None  # of a range without an end

    @property
    def held(self) -> Held:
        return Held(self.size_bytes, f'"{self.etag}"', self.modified, self.most_at_once)


@dataclass(frozen=True)
class Repeat:
    """Leave for the front to give the same visitor, or everybody, the same file again for a moment, unasked.

    `admits` is asked before each answer given so, with the headers and the address of whoever asks: where it says no,
    the question goes to the view. `sent` is told of each, with their cookies. Neither may wait for anything.
    """

    seconds: float
    to_everybody: bool
    sent: Callable[[str, Asked, Answer], None] | None = None
    admits: Callable[[Callable[[str], str | None], str, Asked, Answer], bool] | None = None


class FileAnswer(StreamingHttpResponse):
    """A stretch of a file. `stretch` says which; the front sends it without ever iterating the answer."""

    repeat: Repeat | None = None

    def __init__(self, offered: SentFile, stretch: Answer, head: bool = False) -> None:
        self.offered = offered
        self.stretch = stretch
        super().__init__(() if head else blocks(offered.path, stretch), status=stretch.status)
        del self.headers["Content-Type"]  # only a body has one
        for name, value in file_headers(offered, stretch):
            self.headers[name] = value


def file_response(request: HttpRequest, offered: SentFile, repeat: Repeat | None = None) -> HttpResponseBase:
    """Answer a request for a file: the whole, a range of it, or why not (304, 412, 416)."""
    if settings.SENDFILE == "x-accel":
        return _by_nginx(offered)
    given = answer(Asked.by(request.method or "", lambda name: request.headers.get(name, "")), offered.held)
    response = FileAnswer(offered, given, head=request.method == "HEAD" or given.status not in {200, 206})
    response.repeat = repeat
    return response


def file_headers(offered: SentFile, given: Answer) -> list[tuple[str, str]]:
    """The headers of the answer, with those of the file itself only where there is a body to describe."""
    headers = [("ETag", f'"{offered.etag}"'), ("Accept-Ranges", "bytes"), *offered.headers.items()]
    if offered.modified is not None:
        headers.append(("Last-Modified", http_date(offered.modified.timestamp())))
    if given.status in {200, 206}:
        headers.append(("Content-Type", offered.content_type))
        headers.append(("Content-Length", str(given.length)))
    if given.status in {206, 416}:
        headers.append(("Content-Range", content_range(given, offered.size_bytes)))
    if given.status in {412, 416}:
        headers.append(("Content-Length", "0"))
    return headers


def blocks(path: Path, stretch: Answer) -> Iterator[bytes]:
    """The bytes themselves, for servers that cannot fetch them."""
    left = stretch.length
    with path.open("rb") as file:
        file.seek(stretch.first)
        while left > 0 and (block := file.read(min(BLOCK_BYTES, left))):
            left -= len(block)
            yield block


def _by_nginx(offered: SentFile) -> HttpResponse:
    """nginx makes an entity tag of its own and looks at ranges and conditions itself (deploy/nginx-x-accel.conf)."""
    inner = quote(str(offered.path.resolve().relative_to(_store())))
    response = HttpResponse(content_type=offered.content_type, headers={"X-Accel-Redirect": f"/_store/{inner}"})
    for name, value in offered.headers.items():
        response.headers[name] = value
    return response


@lru_cache(maxsize=1)
def _store() -> Path:
    return Path(settings.STORE_DIR).resolve()
