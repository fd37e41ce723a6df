"""Hands answers to granian: pages as bytes, files as stretches that it sends by itself."""

import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from django.conf import settings

from tenuto.rules.ranges import Answer
from tenuto.server.incoming import Pairs, Transport

_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e]")


class Heading:
    """PEP 3333's start_response: keeps the status and the headers until the body is known."""

    status = 500
    headers: Pairs = []

    def __call__(
        self,
        status: str,
        headers: Pairs,
        exc_info: tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None = None,
        /,
    ) -> Callable[[bytes], object]:
        self.status = int(status[:3])
        # granian stops at a header that is not plain ASCII; Django has refused line breaks already.
        self.headers = [(name, _UNPRINTABLE.sub("?", value.strip())) for name, value in headers]
        return _write

    def has(self, wanted: str) -> bool:
        return any(name.lower() == wanted for name, _ in self.headers)

    def without(self, names: Iterable[str]) -> Pairs:
        return [(name, value) for name, value in self.headers if name.lower() not in names]


def _write(body: bytes) -> object:
    raise NotImplementedError("Django never writes through PEP 3333's old way")


def send(method: str, status: int, headers: Pairs, body: bytes, transport: Transport) -> None:
    if method == "HEAD" or not body:
        transport.response_empty(status, headers)
    else:
        transport.response_bytes(status, headers, body)


def send_stretch(method: str, path: Path, given: Answer, headers: Pairs, transport: Transport) -> None:
    """Send the bytes that were decided on. `path` must have been checked by whoever calls."""
    if method == "HEAD" or given.length == 0:
        transport.response_empty(given.status, headers)
    elif given.status == 206:
        transport.response_file_range(206, headers, str(path), given.first, given.first + given.length)
    else:
        transport.response_file(given.status, headers, str(path))


def send_spooled(method: str, heading: Heading, blocks: Iterable[bytes], transport: Transport) -> Path | None:
    """Send what a view makes block by block, through a file, so that a slow reader holds no thread.

    granian's own streams take everything into memory at once: 200 MB for a client that reads nothing (2.8.7).
    Returns the file, to be removed once granian has opened it.
    """
    if method == "HEAD":
        transport.response_empty(heading.status, heading.headers)
        return None
    scratch = Path(settings.SCRATCH_DIR)
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=scratch, prefix="answer-", delete=False) as file:
        for block in blocks:
            file.write(block)
        length = file.tell()
    headers = [*heading.without({"content-length"}), ("content-length", str(length))]
    transport.response_file(heading.status, headers, file.name)
    return Path(file.name)
