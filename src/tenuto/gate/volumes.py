"""The index of a feature of AI: immutable files of arrays, called volumes, and rows that say which of them count.

    add      a volume of a few works: written under another name, brought to the disk, renamed, then named by a row
    strike   a work is no longer to be found: from this moment, in every search
    erase    the volumes that hold struck works are written anew without them, and the old files are gone
    settle   several small volumes become a larger one; what belongs to another part of the index goes there

An index is divided into as many parts as the operator says; each volume is of one part (`rules.shards`).

A row makes a volume count. So a process may be killed at any line: a file that no row names is deleted, a row whose
file is lost has its works read again, and work that was begun is done again, to the same end. Readers map what they
have opened and are not disturbed. Whoever writes holds a lock, for each index one.
"""

import fcntl
import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from tenuto.audio.sandbox import SANDBOX
from tenuto.base.ids import new_key
from tenuto.consent.stances import batches
from tenuto.dsp.limits import Limits
from tenuto.gate.container import is_whole, unpack
from tenuto.gate.duties import Duty, duties
from tenuto.gate.models import Due, Kept, Run, Shelved, Volume
from tenuto.gate.rewriting import rewrite
from tenuto.rules.shards import shard_of

log = logging.getLogger(__name__)

SUFFIX = ".arrays"
MERGED_AT = 4  # volumes of one size become one: so each work is rewritten a logarithm of times
SMALLEST_BYTES = 256 * 1024  # below this all volumes are of one size
LARGEST_BYTES = 48 * 1024 * 1024  # none is merged beyond: some sixty hours of music
LOCK = 0x74656E  # "ten": PostgreSQL's advisory locks of indexes, one for each
MERGING = Limits(memory_bytes=1536 * 1024 * 1024, largest_output_bytes=256 * 1024 * 1024)


ReadAgain = Callable[[Sequence[int]], None]


def add(kind: str, works: Sequence[int], made: bytes) -> Volume:
    """These works can be found from now on. Raises NoContainer for bytes that are no arrays."""
    unpack(made)
    homes = set(_divided(works))
    with _writing(kind) as folder:
        # Of several parts, it is divided when the index is settled.
        part = Part(min(homes), settings.INDEX_SHARDS if len(homes) == 1 else 0, *_keep(folder, made), works)
        (volume,) = _replace([], kind, [part])
    return volume


def strike(kinds: Sequence[str], works: Sequence[int], at: datetime) -> int:
    """These works are found no more. Part of the caller's transaction; nothing is read or written but rows."""
    for kind in sorted(kinds):
        _hold_rows(kind)
    return sum(
        Shelved.objects.filter(volume__kind__in=kinds, track_id__in=ids, struck_at=None).update(struck_at=at)
        for ids in batches(works)
    )


def struck(kind: str) -> list[int]:
    """The works that a search must leave out, though a volume still holds them."""
    rows = Shelved.objects.filter(volume__kind=kind).exclude(struck_at=None)
    return sorted(set(rows.values_list("track_id", flat=True)))


def held(kind: str, works: Sequence[int]) -> set[int]:
    """Those of these works that a volume holds."""
    found: set[int] = set()
    for ids in batches(works):
        found.update(Shelved.objects.filter(volume__kind=kind, track_id__in=ids).values_list("track_id", flat=True))
    return found


def erase(duty: Duty, works: Sequence[int]) -> int:
    """Nothing of these works is in any file when this returns. How many volumes were written anew or deleted."""
    with _writing(duty.shelves) as folder:
        with transaction.atomic():
            strike([duty.shelves], works, timezone.now())
        rows = Shelved.objects.filter(volume__kind=duty.shelves).exclude(struck_at=None)
        volumes = list(Volume.objects.filter(pk__in=rows.values("volume_id")))
        for volume in volumes:
            _rewrite(duty, folder, [volume])
        _tidy(duty.shelves, folder)
    return len(volumes)


def settle(duty: Duty) -> int:
    """Put what belongs to another part of the index there, merge volumes until no four of one size are left in a part,
    and delete files that no row names. How many were written anew.
    """
    rewritten = 0
    with _writing(duty.shelves) as folder:
        while some := _misplaced(duty.shelves) or _of_one_size(duty.shelves):
            _rewrite(duty, folder, some)
            rewritten += 1
        _tidy(duty.shelves, folder)
    return rewritten


def is_settled(kind: str) -> bool:
    """Is everything where the setting wants it?"""
    return not _misplaced(kind)


def opened(kind: str) -> list[int]:
    """Handles of all volumes that count, for reading. Whoever asked closes them.

    One that was merged away between the question and the opening is asked for again, in its new place.
    """
    for _attempt in range(5):
        handles: list[int] = []
        try:
            for volume in _volumes(kind):
                handles.append(os.open(path_of(volume), os.O_RDONLY))
        except FileNotFoundError:
            for handle in handles:
                os.close(handle)
            continue
        return handles
    raise FileNotFoundError(f"a volume of {kind} is lost; the next sweep has its works read again")


def by_shard(kind: str) -> dict[int, list[Path]]:
    """Where the volumes of each part lie, at one moment: so none is missed that goes from one part to another."""
    found: dict[int, list[Path]] = defaultdict(list)
    for volume in _volumes(kind):
        found[volume.shard].append(path_of(volume))
    return dict(sorted(found.items()))


def known(kind: str) -> int:
    """How many works can be found."""
    return Shelved.objects.filter(volume__kind=kind, struck_at=None).values("track_id").distinct().count()


def damaged(kind: str) -> list[Volume]:
    """Volumes whose file is not as it was written. Reads every byte."""
    return [each for each in _volumes(kind) if not (path_of(each).is_file() and is_whole(path_of(each).read_bytes()))]


def drop(volume: Volume, read_again: ReadAgain) -> None:
    """The volume counts no longer, and the works that it held are to be read again: both or neither."""
    with _writing(volume.kind) as folder:
        _let_go([volume], read_again)
        _tidy(volume.kind, folder)


def lose(kind: str, read_again: ReadAgain) -> int:
    """Volumes that are not on the disk, or not all of them, count no longer, and their works are to be read again."""
    with _writing(kind) as folder:
        if lost := [volume for volume in _volumes(kind) if not _is_there(volume)]:
            log.error("%s volumes of %s are lost; their works are read again", len(lost), kind)
            _let_go(lost, read_again)
            _tidy(kind, folder)
    return len(lost)


def _let_go(volumes: Sequence[Volume], read_again: ReadAgain) -> None:
    with transaction.atomic():
        held_there = Shelved.objects.filter(volume__in=volumes, struck_at=None)
        works = sorted(set(held_there.values_list("track_id", flat=True)))
        Volume.objects.filter(pk__in=[each.pk for each in volumes]).delete()
        if works:
            read_again(works)


def _is_there(volume: Volume) -> bool:
    path = path_of(volume)
    return path.is_file() and path.stat().st_size == volume.size_bytes


def is_lacking(kind: str) -> bool:
    """Is a volume lost, or do works that one held wait to be read again? A search would miss them."""
    if not all(map(_is_there, _volumes(kind))):
        return True
    for duty in duties():
        if duty.shelves == kind:
            waiting = Due.objects.filter(duty=duty.name, track_id=OuterRef("track_id"))
            if _lacking(duty).filter(Exists(waiting)).exists():
                return True
    return False


def lacking(duty: Duty) -> list[int]:
    """Works of which the duty should have put something into its index, and the index has nothing."""
    return list(_lacking(duty).order_by("track_id").values_list("track_id", flat=True))


def _lacking(duty: Duty) -> QuerySet[Kept]:
    there = Shelved.objects.filter(volume__kind=duty.shelves, track_id=OuterRef("track_id"))
    kept = Kept.objects.filter(~Exists(there), duty=duty.name)
    return kept.exclude(run__outcome=Run.Outcome.OPEN, since__gte=F("run__opened_at"))  # just being read at first


def path_of(volume: Volume) -> Path:
    return folder_of(volume.kind) / f"{volume.name}{SUFFIX}"


def folder_of(kind: str) -> Path:
    """Where the volumes of an index lie."""
    return Path(settings.INDEX_DIR) / kind


def _volumes(kind: str) -> QuerySet[Volume]:
    return Volume.objects.filter(kind=kind).order_by("pk")


class Part(NamedTuple):
    """What becomes a volume: of which part of how many, the file and its bytes, the works in it."""

    shard: int
    shards: int
    name: str
    size_bytes: int
    works: Sequence[int]


def _rewrite(duty: Duty, folder: Path, volumes: Sequence[Volume]) -> None:
    """One volume in the place of these, or one for each part of the index, without what is struck in them."""
    rows = Shelved.objects.filter(volume__in=volumes)
    everything = set(rows.values_list("track_id", flat=True))
    left = set(rows.filter(struck_at=None).values_list("track_id", flat=True))
    sources, parts = [path_of(volume) for volume in volumes], []
    for shard, works in sorted(_divided(left).items()):
        made = _made(duty, sources, sorted(everything.difference(works)))
        parts.append(Part(shard, settings.INDEX_SHARDS, *_keep(folder, made), works))
    _replace(volumes, duty.shelves, parts)


def _made(duty: Duty, sources: Sequence[Path], without: Sequence[int]) -> bytes:
    """The bytes of one volume out of these, without these works."""
    assert duty.merges is not None
    place = Path(settings.SCRATCH_DIR) / f"volume-{new_key()}"
    place.mkdir(parents=True)
    made = place / "made"
    try:
        SANDBOX.run(rewrite, duty.merges, sources, without, made, reads=sources, writes=[place], limits=MERGING)
        return made.read_bytes()
    finally:
        made.unlink(missing_ok=True)
        place.rmdir()


def _divided(works: Iterable[int]) -> dict[int, list[int]]:
    """These works by the part of the index to which each belongs."""
    found: dict[int, list[int]] = defaultdict(list)
    for work in sorted(works):
        found[shard_of(work, settings.INDEX_SHARDS)].append(work)
    return found


def _keep(folder: Path, made: bytes) -> tuple[str, int]:
    """The file is on the disk, whole, under the name of its digest, when this returns."""
    name = sha256(made).hexdigest()
    begun = folder / f".{new_key()}"
    with begun.open("wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    begun.rename(folder / f"{name}{SUFFIX}")
    _sync(folder)
    return name, len(made)


def _replace(former: Sequence[Volume], kind: str, parts: Sequence[Part]) -> list[Volume]:
    """The moment at which the new count and the former no longer do. What was struck meanwhile stays struck."""
    with transaction.atomic():
        _hold_rows(kind)
        marks = Shelved.objects.filter(volume__in=former).exclude(struck_at=None)
        struck_at = dict(marks.values_list("track_id", "struck_at"))
        Volume.objects.filter(pk__in=[each.pk for each in former]).delete()
        volumes = []
        for part in parts:
            volume = Volume.objects.create(
                kind=kind, name=part.name, size_bytes=part.size_bytes, shard=part.shard, shards=part.shards
            )
            rows = [Shelved(volume=volume, track_id=work, struck_at=struck_at.get(work)) for work in part.works]
            Shelved.objects.bulk_create(rows, batch_size=1_000)
            volumes.append(volume)
    return volumes


def _hold_rows(kind: str) -> None:
    """Whoever strikes and whoever replaces wait for one another, to the end of the transaction: a mark that was made
    upon a row that is just being replaced would be lost. (SQLite lets one writer in anyway.)
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, kind])


def _misplaced(kind: str) -> list[Volume]:
    """A volume from when the index was divided into more or fewer parts; none where none is left."""
    return list(_volumes(kind).exclude(shards=settings.INDEX_SHARDS)[:1])


def _of_one_size(kind: str) -> list[Volume]:
    """Some volumes that are due to become one; none where there are fewer than four of each size in a part."""
    classes: dict[tuple[int, int], list[Volume]] = defaultdict(list)
    for volume in _volumes(kind).filter(size_bytes__lte=LARGEST_BYTES // MERGED_AT):
        size = max(0, (volume.size_bytes // SMALLEST_BYTES).bit_length() // 2)
        classes[volume.shard, size].append(volume)
    return next((some[:MERGED_AT] for _size, some in sorted(classes.items()) if len(some) >= MERGED_AT), [])


def _tidy(kind: str, folder: Path) -> None:
    """Delete what no row names. Only while writing: nobody else has just written what no row names yet."""
    named = {f"{name}{SUFFIX}" for name in _volumes(kind).values_list("name", flat=True)}
    for path in folder.iterdir():
        if path.name not in named and path.name != "lock":
            path.unlink(missing_ok=True)
    _sync(folder)


@contextmanager
def _writing(kind: str) -> Iterator[Path]:
    """One writer of an index at a time. The lock goes with its process."""
    folder = folder_of(kind)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
