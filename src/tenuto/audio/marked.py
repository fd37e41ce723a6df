"""The copy of a recording that others download: the same sound, with words about its use as they stand now.

The original is never touched. A copy is made when somebody asks for it, kept as long as what it says stays true, and
made anew when it does not: so the first download after a change of consent brings what holds since that change. The
file is opened in the sandbox, which leaves room for a signature; this process signs, and opens nothing.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from django.conf import settings

from tenuto.audio import store
from tenuto.audio.models import MarkedCopy
from tenuto.audio.sandbox import SANDBOX, within
from tenuto.audio.store import Owner
from tenuto.base import storage
from tenuto.base.ids import new_key
from tenuto.base.jobs import every
from tenuto.dsp.carriers import NONCE_BYTES, Place
from tenuto.dsp.errors import SoundError
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.marking import Marked, prepare
from tenuto.safeguards.marks.signing import Marks, marks_of, room, sign
from tenuto.tracks.models import Recording, Track

# A file of two gigabytes takes half a minute; nobody waits longer for a download to begin.
LONGEST_SECONDS = 120
UNUSED_FOR = timedelta(days=30)
ABANDONED_AFTER = timedelta(days=1)
# Within these a use is not written down again.
A_DAY = timedelta(days=1)

# Of two who ask for the same copy in this process, one makes it. Which of these locks is a recording's is no matter.
_LOCKS = [Lock() for _ in range(16)]


def marked_copy(track: Track, recording: Recording, media_type: str, at: datetime) -> MarkedCopy:
    """The copy that says what holds now."""
    marks = marks_of(track, recording, media_type, at)
    with _LOCKS[recording.pk % len(_LOCKS)]:
        held = MarkedCopy.objects.select_related("blob").filter(recording=recording).first()
        if held is None or held.marks != marks.digest or not store.path_of(held.blob, Owner.of(track)).exists():
            held = _make(track, recording, marks, at, held)
    if at - held.used_at > A_DAY:
        MarkedCopy.objects.filter(pk=held.pk).update(used_at=at)
    return held


def _make(track: Track, recording: Recording, marks: Marks, at: datetime, old: MarkedCopy | None) -> MarkedCopy:
    original = store.path_of(recording.original, Owner.of(track))
    storage.make_room(2 * recording.original.size_bytes)
    with _folder(recording) as folder:
        copy = folder / "copy"
        prepared = _prepared(original, recording.container, copy, marks, at)
        beside = sign(copy, prepared.place, marks, at)
        facts = {"marks": marks.digest, "sidecar": beside, "made_at": at, "used_at": at}
        made: MarkedCopy = MarkedCopy.objects.update_or_create(
            recording=recording, defaults={**facts, "blob": storage.adopt(copy)}
        )[0]
    if old is not None and old.blob_id != made.blob_id:
        storage.forget([old.blob_id])
    return made


def _prepared(original: Path, container: str, copy: Path, marks: Marks, at: datetime) -> Marked:
    """A copy with its words, and with room for its credentials where its kind has any."""
    largest = 2 * original.stat().st_size + ROOMY.largest_output_bytes
    limits = replace(within(ROOMY), wall_seconds=LONGEST_SECONDS, largest_output_bytes=largest)
    size = room(marks, at, boxes=container == "mp4")
    nonce = os.urandom(NONCE_BYTES)
    try:
        return SANDBOX.run(
            prepare, original, container, copy, marks.words, size, nonce,
            reads=[original], writes=[copy.parent], limits=limits,
        )  # fmt: skip
    except SoundError:
        # It was rendered once, so it is sound; but nothing can be written into it.
        shutil.copyfile(original, copy)
        return Marked(Place(), tagged=False)


@contextmanager
def _folder(recording: Recording) -> Iterator[Path]:
    folder = Path(settings.SCRATCH_DIR) / f"marked-{recording.key}-{new_key()}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@every(seconds=3600)
def let_go(now: datetime) -> None:
    """Copies that nobody has asked for in a while, and folders of makers that were killed."""
    unused = MarkedCopy.objects.filter(used_at__lt=now - UNUSED_FOR)
    digests = list(unused.values_list("blob_id", flat=True))
    unused.delete()
    storage.forget(digests)
    for folder in Path(settings.SCRATCH_DIR).glob("marked-*"):
        if folder.stat().st_mtime < (now - ABANDONED_AFTER).timestamp():
            shutil.rmtree(folder, ignore_errors=True)
