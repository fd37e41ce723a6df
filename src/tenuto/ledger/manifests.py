"""The works of one job under one root, drawn up and stored before the job reads the first of them.

It takes seconds where the works are many, so it is prepared while others write; to keep it is one row.

What is stored, and public, is blinded: a place and a value for each work, both derived from its key and the job, and
dummies up to a power of two. Nobody can tell from it which works, or whether two jobs had one in common.
"""

import mmap
import os
from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from tenuto.ledger import files, vault
from tenuto.ledger.models import DrawnManifest
from tenuto.ledger.subjects import Subject
from tenuto.rules import manifests
from tenuto.rules.canonical import canonical, digest_words
from tenuto.rules.commitments import manifest_lines


@dataclass(frozen=True)
class Manifest:
    """A manifest that is stored. The log says its root and size; the true count stays here."""

    header: bytes  # what the log says of the job, canonical
    id: bytes  # the header's SHA-256
    root: bytes
    size: int  # dummies included
    count: int

    @property
    def path(self) -> Path:
        """The public file: a place and a value of 32 bytes each, sorted by place."""
        return path_of(self.root)

    @property
    def said(self) -> dict[str, object]:
        """What is added to the job's header to make its `job.open` record (`rules.job_manifests`)."""
        return {"manifest": digest_words(self.root), "size": self.size}


def prepare(subjects: Collection[Subject], header: dict[str, object]) -> Manifest:
    """Compute the list of what a job may read, and bring its file to disk. It binds nobody until it is kept.

    `header` is what the log says of the job. One job, one header: it must hold something that no other job has, and
    its manifest's id follows from it.
    """
    written = canonical(header)
    name = sha256(written).digest()
    works = manifest_lines(vault.bare_keys_of(subjects), name)
    tree = manifests.Manifest(manifests.padded(works, os.urandom(32)))
    files.put(path_of(tree.root), bytes(tree))
    return Manifest(written, name, tree.root, len(tree), len(works))


def keep(made: Manifest) -> None:
    """Fix what the job may read, in the caller's transaction."""
    DrawnManifest.objects.create(
        manifest=made.id.hex(), header=made.header, root=made.root.hex(), size=made.size, count=made.count
    )


def drop(made: Manifest) -> None:
    """Remove the file of a manifest that was not kept, and will not be."""
    made.path.unlink(missing_ok=True)


def kept_of(roots: Collection[str]) -> set[str]:
    """Those of these roots, in hex, that jobs have kept."""
    return set(DrawnManifest.objects.filter(root__in=roots).values_list("root", flat=True))


def leaves_of(root: bytes) -> dict[bytes, bytes]:
    """The stored places and values of a manifest."""
    data = path_of(root).read_bytes()
    return {data[at : at + 32]: data[at + 32 : at + 64] for at in range(0, len(data), 64)}


def found_in(root: bytes, places: Iterable[bytes]) -> list[bytes]:
    """Those of these places that a stored manifest has. Its file is sorted, so little of it is read."""
    with path_of(root).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        stored = _Places(data)
        found = []
        for place in places:
            at = bisect_left(stored, place)
            if at < len(stored) and stored[at] == place:
                found.append(place)
        return found


class _Places:
    """The places of a stored manifest, in order."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data) // 64

    def __getitem__(self, number: int) -> bytes:
        return self._data[number * 64 : number * 64 + 32]


def path_of(root: bytes) -> Path:
    """Where the public file with the leaves under this root lies."""
    return folder() / root.hex()


def folder() -> Path:
    """Where these files lie, and none else."""
    return Path(settings.LOG_DIR) / "manifest"
