"""Where a log or a kit is read from: an address, a folder, or a zip."""

import gzip
import io
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path, PurePosixPath

from ..rules.lines import Refused
from ..rules.tiles import WIDTH, Bundle, Tile, bundled, unbundled
from ..rules.tree import HASH_BYTES

SECONDS = 30
MOST_BYTES = 20_000_000  # a full bundle of the longest entries has 16.8 million

Read = Callable[[str], bytes]  # a file by its path; Refused if it is not there

_ABSENT = (404, 410)  # any other status says something of the server, and nothing of the log


class Unreachable(OSError):
    """Nothing can be said, for nothing could be read."""


def opened(place: str) -> Read:
    """How to read what is at an address, in a folder or in a zip."""
    if place.startswith(("http://", "https://")):
        return lambda path: _fetched(f"{place.rstrip('/')}/{path}")
    folder = Path(place)
    if folder.is_dir():
        return lambda path: _read(folder, path)
    if zipfile.is_zipfile(folder):
        return lambda path: _unzipped(folder, path)
    raise Refused(f"{place} is no address, no folder and no zip")


class LogFiles:
    """A log's tiles and bundles. One that is partial may have given way to the full one: then that is read."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def tile(self, tile: Tile) -> bytes:
        """The hashes of a tile."""
        try:
            return self._read(tile.path)
        except Refused:
            if tile.width == WIDTH:
                raise
            return self._read(tile._replace(width=WIDTH).path)[: tile.width * HASH_BYTES]

    def bundle(self, bundle: Bundle) -> bytes:
        """The entries of a bundle, as bytes."""
        try:
            return self._read(bundle.path)
        except Refused:
            if bundle.width == WIDTH:
                raise
            return bundled(unbundled(self._read(bundle._replace(width=WIDTH).path), WIDTH)[: bundle.width])

    def checkpoint(self) -> bytes:
        """What the log says of itself now. Where there is none, there is no log: Unreachable."""
        try:
            return self._read("checkpoint")
        except Refused as error:
            raise Unreachable(str(error)) from error


def _fetched(url: str) -> bytes:
    # The scheme was looked at in `opened`: no file:// and no ftp:// comes here.
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip", "User-Agent": "tenuto-verify"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(MOST_BYTES + 1)
            if answer.headers.get("Content-Encoding") == "gzip":
                content = _unpacked(content)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in _ABSENT:
            raise Refused(f"{url} is not there") from error
        raise Unreachable(f"{url}: {error}") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refused(f"{url} is packed wrongly") from error
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"{url}: {error}") from error
    return _bounded(url, content)


def _unpacked(content: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
        return packed.read(MOST_BYTES + 1)


def _read(folder: Path, path: str) -> bytes:
    try:
        with _inside(folder, path).open("rb") as file:
            return _bounded(path, file.read(MOST_BYTES + 1))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise Refused(f"{path} is not there") from error


def _unzipped(archive: Path, path: str) -> bytes:
    try:
        with zipfile.ZipFile(archive) as zipped, zipped.open(path) as file:
            return _bounded(path, file.read(MOST_BYTES + 1))
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, ValueError) as error:
        raise Refused(f"{path} is not in {archive.name}, or not readable there") from error


def _inside(folder: Path, path: str) -> Path:
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/"):
        raise Refused(f"“{path}” does not lie in the folder")
    return folder.joinpath(*parts)


def _bounded(path: str, content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise Refused(f"{path} has more than {MOST_BYTES} bytes")
    return content
