"""`tenuto backup` and `tenuto restore`: everything in one tar file, written while the site runs.

The database is copied first, at one moment, and every stored file is given a second name, so that what somebody
deletes while it is written does not tear a hole. Stored files never change: both together are a whole. Unfinished
uploads are left out: their owners still have the files and go on with them.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from tenuto import __version__
from tenuto.base import storage
from tenuto.base.errors import TenutoError
from tenuto.base.ids import new_key
from tenuto.base.models import Blob
from tenuto.server import ledger_parts

FORMAT = 1


class NoBackup(Exception):
    """Why a backup cannot be written or read, as a sentence for the operator."""


def write_backup(file: Path, console: Console) -> int:
    """Write everything into `file`. It appears under its name only when it is whole."""
    draft = file.with_name(f".{file.name}.{new_key()}")
    for left in Path(settings.HOME).glob(".backup-*"):  # by one that was killed
        shutil.rmtree(left, ignore_errors=True)
    try:
        with (
            tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder,
            tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".backup-") as held,
        ):
            # Files first: what arrives between the two is one file too many, and nothing refers to it.
            files = _hold(Path(held))
            database = dump(Path(folder))
            files |= _hold(Path(held), besides=files)
            # Keys after the rows they belong to: one too many hides nothing, one too few loses openings.
            parts = ledger_parts.parts(Path(folder))
            with draft.open("wb") as out, tarfile.open(fileobj=out, mode="w|") as tar:
                _pack(tar, database, files, parts, console)
                out.flush()
            storage.sync(draft)
        draft.replace(file)
    except (NoBackup, OSError) as error:
        draft.unlink(missing_ok=True)
        console.print(f"No backup was written. {error}")
        return 1
    console.print(f"{file}: {file.stat().st_size / 1024**2:.1f} MB. It holds secrets: keep it as safe as the server.")
    return 0


def read_backup(file: Path, console: Console) -> int:
    """Make an empty home, and an empty database, from `file`. Refuses over anything that is there."""
    try:
        _refuse_over_data()
        with tarfile.open(file, mode="r|*") as tar:
            count = _unpack(tar, console)
        halted = ledger_parts.settle()
    except (NoBackup, TenutoError, OSError, tarfile.TarError, EOFError, ValueError) as error:  # the last: no JSON
        console.print(f"Not restored. {error or 'The file is damaged.'}", markup=False)
        return 1
    console.print(f"Restored {count} files, each with the digest it had. `tenuto serve` starts it.")
    if halted:
        console.print("Its ledger signs nothing until it is settled what came after: tenuto ledger continue")
    return 0


def dump(folder: Path) -> Path:
    """A copy of the database at one moment: SQLite's online backup, or pg_dump."""
    if connection.vendor == "sqlite":
        copy = folder / "database.sqlite3"
        with (
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]), uri=_is_uri())) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return copy
    copy = folder / "database.dump"
    _run_postgres("pg_dump", "--format=custom", "--no-owner", f"--file={copy}")
    return copy


def _is_uri() -> bool:
    return str(connection.settings_dict["NAME"]).startswith("file:")


def _hold(folder: Path, besides: Collection[str] = ()) -> dict[str, Path]:
    """A second name for every stored file, by digest: so it stays until it is packed, whoever lets go of it."""
    held = {}
    for digest in Blob.objects.order_by("digest").values_list("digest", flat=True).iterator():
        if digest in besides:
            continue
        place = storage.place_of(digest)
        try:
            os.link(place, folder / digest)
            held[digest] = folder / digest
        except FileNotFoundError:
            if Blob.objects.filter(digest=digest).exists():  # else somebody let go of it this very moment
                raise NoBackup(f"The file {digest} is missing. `tenuto fsck` says what it was.") from None
        except OSError:  # a disk without links
            held[digest] = place
    return held


def _pack(
    tar: tarfile.TarFile, database: Path, files: dict[str, Path], parts: dict[str, Path], console: Console
) -> None:
    about = {
        "format": FORMAT,
        "tenuto": __version__,
        "made_at": timezone.now().isoformat(),
        "database": {"file": database.name, "sha256": storage.digest_of(database)},
        "files": len(files),
    }
    _add_bytes(tar, "manifest.json", json.dumps(about, indent=1).encode())
    tar.add(database, database.name)
    key = Path(settings.HOME) / "secret_key"
    if key.exists():
        tar.add(key, "secret_key")
    for name, place in parts.items():
        tar.add(place, name)
    with _bytes_bar(console) as bar:
        task = bar.add_task("files", total=sum(place.stat().st_size for place in files.values()))
        for digest, place in files.items():
            tar.add(place, f"store/{digest}")
            bar.advance(task, place.stat().st_size)


def _unpack(tar: tarfile.TarFile, console: Console) -> int:
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    members = _files(tar)
    name, stream = next(members, ("", io.BytesIO()))
    if name != "manifest.json":
        raise NoBackup("This is not a backup of Tenuto.")
    about = json.load(stream)
    if not isinstance(about, dict) or not {"format", "tenuto", "database", "files"} <= about.keys():
        raise NoBackup("This is not a backup of Tenuto: its manifest does not say what is in it.")
    if about["format"] > FORMAT:
        raise NoBackup(f"It was written by Tenuto {about['tenuto']}, which is newer. Install that version first.")
    database, count = home / f".{new_key()}.database", 0
    with _bytes_bar(console) as bar:
        task = bar.add_task("files", total=None)
        for name, stream in members:
            if name == about["database"]["file"]:
                _copy(stream, database, about["database"]["sha256"])
            elif name == "secret_key":
                _copy(stream, home / "secret_key", None)
                (home / "secret_key").chmod(0o600)
            elif there := ledger_parts.place_for(name):
                ledger_parts.put_aside(there)  # keys are never written over: an unfinished restore may have left some
                _copy(stream, there, None)
                there.chmod(ledger_parts.mode_of(name))
            elif name.startswith("store/"):
                digest = name.removeprefix("store/")
                bar.advance(task, _copy(stream, storage.place_of(_hex(digest)), digest))
                count += 1
    if count != about["files"]:
        raise NoBackup(f"It ends early: {count} of {about['files']} files were in it.")
    if not database.exists():
        raise NoBackup("There is no database in it.")
    _load(database)
    return count


def _load(database: Path) -> None:
    """Last of all, so that an interrupted restore has no database and can simply be done again."""
    if connection.vendor == "sqlite":
        connection.close()
        database.replace(connection.settings_dict["NAME"])
    else:
        _run_postgres("pg_restore", "--no-owner", "--single-transaction", str(database))
        database.unlink()


def _refuse_over_data() -> None:
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        if place.exists():
            raise NoBackup(f"{place} exists. Restore into an empty home: set TENUTO_HOME to a new folder.")
    elif connection.introspection.table_names():
        raise NoBackup("The database has tables. Restore into an empty one.")


def _files(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in tar:
        stream = tar.extractfile(member) if member.isfile() else None
        if stream is not None:
            yield member.name, stream


def _copy(stream: IO[bytes], place: Path, digest: str | None) -> int:
    """Write a stream to its place, a piece at a time, and check what it is."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft, sha256, size_bytes = place.with_name(f".{place.name}.{new_key()}"), hashlib.sha256(), 0
    with draft.open("wb") as out:
        while chunk := stream.read(storage.CHUNK_BYTES):
            out.write(chunk)
            sha256.update(chunk)
            size_bytes += len(chunk)
    if digest is not None and sha256.hexdigest() != digest:
        draft.unlink()
        raise NoBackup(f"{place.name} in it is damaged: its digest is {sha256.hexdigest()}.")
    storage.sync(draft)
    draft.replace(place)
    return size_bytes


def _hex(digest: str) -> str:
    """A digest becomes a path: nothing else may."""
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise NoBackup(f"It names a file {digest!r}, which is no digest.")
    return digest


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def _run_postgres(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise NoBackup(f"{program} is not installed; it comes with PostgreSQL's client programs.")
    to = connection.settings_dict
    # By environment, so that the password stands in no list of processes.
    named = {"PGHOST": to["HOST"], "PGPORT": to["PORT"], "PGUSER": to["USER"], "PGPASSWORD": to["PASSWORD"]}
    ran = subprocess.run(  # noqa: S603  # a fixed program with our own arguments
        [program, f"--dbname={to['NAME']}", *arguments],
        env=os.environ | {name: str(value) for name, value in named.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise NoBackup(f"{program}: {ran.stderr.strip()}")


def _bytes_bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console
    )
