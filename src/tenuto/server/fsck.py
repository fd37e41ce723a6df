"""`tenuto fsck`: is everything stored there and unchanged, and do the rows agree with one another?

Reads, and changes nothing unless asked to mend. What can be mended is what can be made again from the originals.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tenuto.agreements.models import Document
from tenuto.audio.models import MarkedCopy, Rendition, Waveform
from tenuto.audio.render import render_again
from tenuto.base import storage
from tenuto.base.errors import TenutoError
from tenuto.base.jobs import send
from tenuto.base.models import Blob
from tenuto.gate import volumes
from tenuto.gate.due import make_due
from tenuto.gate.duties import Duty, duties
from tenuto.gate.models import Volume
from tenuto.ledger import auditing
from tenuto.ledger.leftovers import leftovers
from tenuto.ledger.models import Log
from tenuto.ledger.rebuilding import rebuild
from tenuto.ledger.sequencer import examine
from tenuto.tracks.models import Hold, Publication, Recording

READY = Recording.Stage.READY


@dataclass(frozen=True)
class Fault:
    """Something that is not as it should be, and how to mend it, if it can be."""

    what: str
    mend: Callable[[], None] | None = None


def check_everything(console: Console, *, repair: bool = False, quick: bool = False) -> int:
    """Print every fault. 0 when there is none, or all are mended."""
    left = 0
    for fault in faults(console, quick=quick):
        console.print(f"[red]fault[/] {escape(fault.what)}")
        if repair and fault.mend is not None:
            fault.mend()
            console.print("      mended, or being made again by the worker")
        else:
            left += 1
    if left:
        console.print(f"{left} faults." + ("" if repair else " `tenuto fsck --repair` mends what it can."))
        return 1
    console.print("Everything is there and as it was stored.")
    return 0


def faults(console: Console, *, quick: bool) -> Iterator[Fault]:
    yield from database_faults()
    yield from blob_faults(console, quick=quick)
    yield from recording_faults()
    yield from publication_faults()
    yield from index_faults(quick=quick)
    yield from ledger_faults(quick=quick)


def blob_faults(console: Console, *, quick: bool) -> Iterator[Fault]:
    """Files that are missing, changed, or that no row names."""
    with progress(console) as bar:
        for blob in bar.track(Blob.objects.iterator(), total=Blob.objects.count(), description="files"):
            there = storage.path_of(blob).is_file()
            wrong = "missing" if not there else "" if quick else storage.verify(blob)
            # Bytes that nobody needs are no fault: the sweep takes their rows. Nor is what was deleted while we read.
            if wrong and storage.is_used(blob.digest):
                yield Fault(f"file {blob.digest} ({used_by(blob)}) is {wrong}", again(blob))
    # Younger ones may belong to uploads that are just being taken in.
    for stray in list(storage.stray_files(timezone.now() - storage.GRACE)):
        drop = partial(_drop, stray)
        yield Fault(f"file {stray.relative_to(settings.STORE_DIR)} belongs to no row", drop)


def _drop(stray: Path) -> None:
    storage.drop_stray(stray)


def recording_faults() -> Iterator[Fault]:
    """Recordings that are called ready and lack what makes them so."""
    ready = Recording.objects.filter(stage=READY).select_related("track")
    for recording in ready.filter(Q(seconds=None) | Q(renditions=None) | Q(waveforms=None)).distinct():
        yield Fault(f"recording {recording.key} is ready without its streams", partial(make_again, recording))


def publication_faults() -> Iterator[Fault]:
    """Publications whose copy of "its sound is ready" has gone astray."""
    free = Recording.objects.filter(track=OuterRef("track"), track__withheld=False, current=True)
    free = free.exclude(hold__in=Hold.standing())
    sounding = Exists(free)
    for publication in Publication.objects.exclude(audible=sounding).select_related("track"):
        mend = partial(_set_audible, publication)
        yield Fault(f"publication of {publication.track.key} says audible={publication.audible}", mend)


def index_faults(*, quick: bool) -> Iterator[Fault]:
    """Files of indexes of AI that are not as they were written. Missing ones are made again by the worker anyway."""
    for duty in duties() if not quick else []:
        for volume in volumes.damaged(duty.shelves) if duty.shelves else []:
            yield Fault(f"volume {volume.name} of {volume.kind} is damaged", partial(_read_again, duty, volume))


def _read_again(duty: Duty, volume: Volume) -> None:
    volumes.drop(volume, partial(make_due, duty, at=timezone.now()))


def _set_audible(publication: Publication) -> None:
    Publication.objects.filter(pk=publication.pk).update(audible=not publication.audible)


def ledger_faults(*, quick: bool) -> Iterator[Fault]:
    """What in the transparency log contradicts what was signed. Its public files can be made again from the rows."""
    for log in Log.objects.all():
        mend = partial(_rebuild, log)
        if quick:
            try:
                examine(log)
            except TenutoError as error:
                yield Fault(f"ledger: {error}", mend)
        else:
            yield from (Fault(f"ledger: {words}", mend) for words in auditing.faults_of_log(log))
    if not quick:
        rest = (auditing.faults_of_book(), auditing.faults_of_manifests())
        yield from (Fault(f"ledger: {words}") for faults in rest for words in faults)
        for place in leftovers(timezone.now()):
            yield Fault(f"ledger: {place} is a list that no job kept", partial(place.unlink, missing_ok=True))


def _rebuild(log: Log) -> None:
    rebuild(log)


def database_faults() -> Iterator[Fault]:
    """What SQLite finds wrong in its own file. PostgreSQL has tools of its own for that."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(20)")
        for (words,) in cursor.fetchall():
            if words != "ok":
                yield Fault(f"database: {words}")
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _number in cursor.fetchmany(20):
            yield Fault(f"database: row {row} of {table} refers to a row of {parent} that is not there")


def used_by(blob: Blob) -> str:
    """Who needs these bytes, in words."""
    original = Recording.objects.filter(original=blob).select_related("track__owner").first()
    if original is not None:
        return f"original of “{original.track.title}” by {original.track.owner.username}"
    if Rendition.objects.filter(blob=blob).exists():
        return "a stream"
    if Waveform.objects.filter(blob=blob).exists():
        return "a waveform"
    if MarkedCopy.objects.filter(blob=blob).exists():
        return "a copy for downloads"
    document = Document.objects.filter(blob=blob).select_related("agreement").first()
    if document is not None:
        return f"document “{document.name}” of agreement {document.agreement.key}"
    return "a picture, or nothing"


def again(blob: Blob) -> Callable[[], None] | None:
    """How to make these bytes again: streams and waveforms from their original; an original from nothing."""
    copies = MarkedCopy.objects.filter(blob=blob).exclude(recording__original=blob)
    if copies.exists():
        return partial(forget_copies, blob)
    recording = Recording.objects.filter(Q(renditions__blob=blob) | Q(waveforms__blob=blob)).first()
    return partial(make_again, recording) if recording is not None else None


def forget_copies(blob: Blob) -> None:
    """Let whoever asks for this download next have it made anew."""
    MarkedCopy.objects.filter(blob=blob).delete()
    storage.forget([blob.digest])


def make_again(recording: Recording) -> None:
    """Have the worker render this recording anew. Until then it goes on being heard as far as it can be."""
    with transaction.atomic():
        made = [*recording.renditions.values_list("blob"), *recording.waveforms.values_list("blob")]
        for blob in Blob.objects.filter(digest__in=[digest for (digest,) in made]):
            if storage.verify(blob):
                storage.path_of(blob).unlink(missing_ok=True)
        send(render_again, recording.pk, once=f"render_again:{recording.pk}")


def progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )
