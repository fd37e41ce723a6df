"""Writes the catalogue as files: composed, tagged, with covers. What was written before is not composed again."""

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from tenuto.demo.artwork.covers import cover
from tenuto.demo.artwork.paper import as_jpeg
from tenuto.demo.catalogue import ENTRIES, Entry, artist
from tenuto.demo.pieces.piece import Piece
from tenuto.dsp.encode import write_audio
from tenuto.dsp.tags import Tags, write_tags

HERE = Path(__file__).parent
# What shapes every file, besides the piece's own module.
SHARED_SOURCES = (
    *sorted((HERE / "synth").glob("*.py")),
    *sorted((HERE / "artwork").glob("*.py")),
    HERE / "pieces" / "piece.py",
    HERE / "write.py",
)

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # mallopt(3)

Progress = Callable[[Entry, int, int], None]  # this one is done; so many of so many


@dataclass(frozen=True)
class DemoFile:
    """One finished file, and what it is."""

    entry: Entry
    path: Path


def write_catalogue(into: Path, on_progress: Progress, entries: tuple[Entry, ...] = ENTRIES) -> list[DemoFile]:
    """Make sure that every entry's file is in `into`; return them in the order of the entries.

    A file lies in a folder named by the digest of what it is made from, and appears whole or not at all: a run that is
    killed goes on where it was.
    """
    into.mkdir(parents=True, exist_ok=True)
    files = [DemoFile(entry, into / file_name(entry)) for entry in entries]
    missing = [file.entry for file in files if not file.path.exists()]
    done = len(entries) - len(missing)
    for file in files:
        if file.entry not in missing:
            on_progress(file.entry, done, len(entries))
    for entry in _written(missing, into):
        done += 1
        on_progress(entry, done, len(entries))
    return files


def _written(entries: list[Entry], into: Path) -> Iterator[Entry]:
    if not entries:
        return
    # Fresh processes: a fork of a process with threads (a server, a test) may stop for ever.
    count = min(len(entries), os.cpu_count() or 1)
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_keep_memory) as workers:
        at_work = {workers.submit(write, entry, into): entry for entry in entries}
        for finished in as_completed(at_work):
            finished.result()
            yield at_work[finished]


def _keep_memory() -> None:
    """Let this process keep the memory it frees. A stereo minute is 21 MB, which glibc otherwise gives back and asks
    for anew at each step: of the time of three pieces, 6.5 s of 20 went to the kernel, and 2.3 s of 16 do now."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        for parameter, value in ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, 2**31 - 1)):
            mallopt(parameter, value)


def write(entry: Entry, into: Path) -> Path:
    """Compose one piece and write it, whatever is there."""
    piece = compose(entry.piece)
    path = into / file_name(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    # The suffix stays: it names the format.
    part = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        write_audio(part, piece.samples, piece.rate_hz, bit_rate=entry.bit_rate, bits=entry.bits)
        write_tags(part, tags(entry))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def compose(piece: str) -> Piece:
    made = import_module(f"tenuto.demo.pieces.{piece}").compose()
    if not isinstance(made, Piece):
        raise TypeError(f"{piece} composes {type(made).__name__}, not a Piece")
    return made


def tags(entry: Entry) -> Tags:
    """What the file says of itself."""
    name = artist(entry.artist).name
    return Tags(
        title=entry.title,
        artist=name,
        genre=entry.genre,
        comment=entry.description,
        composer="" if entry.credits else name,  # whoever credits people by name says it better
        picture=as_jpeg(cover(entry.piece)),
        picture_mime="image/jpeg",
    )


def file_name(entry: Entry) -> str:
    """In a folder named by its recipe, so that the file itself is called as an artist would call it."""
    return f"{recipe_digest(entry)[:12]}/{entry.piece.replace('_', '-')}{entry.suffix}"


def recipe_digest(entry: Entry) -> str:
    """Changes when anything changes that the file is made from: the entry's words, its module, our instruments."""
    digest = sha256(repr(entry).encode())
    for source in (*SHARED_SOURCES, HERE / "pieces" / f"{entry.piece}.py"):
        digest.update(source.read_bytes())
    return digest.hexdigest()
