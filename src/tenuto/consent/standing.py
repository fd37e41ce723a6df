"""The standing map: what is open in each track, under one root that the log has at every epoch.

An epoch begins once a day, and before any AI job that trains or informs, if anything has changed since the last. Its
root fixes the state of every track: whoever keeps the key of a track's recording can show what was open in it then. The
map is made of the projection (`consent.current`), stops left aside: those stand in the log by themselves.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tenuto.agreements.among import among
from tenuto.base.events import on
from tenuto.base.jobs import every
from tenuto.consent.current import open_but_for_stops
from tenuto.consent.models import MapEpoch, MapPage, MapState, Unmapped
from tenuto.consent.unmapped import look_at
from tenuto.ledger import book
from tenuto.ledger.subjects import Subject
from tenuto.ledger.vault import known_keys
from tenuto.rules.canonical import digest_words, moment
from tenuto.rules.cells import Asset, words_of
from tenuto.rules.consent_maps import KIND, map_key, map_value, state_of
from tenuto.rules.manifest_proofs import NOTHING, ManifestProof
from tenuto.rules.standing_pages import Missing, proved, updated
from tenuto.tracks.events import TrackRemoved
from tenuto.tracks.models import Track

AT_ONCE = 20_000  # tracks in one epoch; where more have changed, several epochs follow each other at once


def subject_of(track_id: int) -> Subject:
    """Under whose key a track stands in the map."""
    return Subject(Asset.RECORDING.value, track_id)


def current_epoch() -> MapEpoch | None:
    return MapEpoch.objects.order_by("-number").first()


def begin_epoch(at: datetime, *, even_if_nothing_changed: bool = False) -> MapEpoch | None:
    """Take in whatever has changed, and have the root in the log. The newest epoch; None while nothing is mapped."""
    while even_if_nothing_changed or Unmapped.objects.exists():
        _step(at, even_if_nothing_changed)
        even_if_nothing_changed = False
    return current_epoch()


def proofs_of(wanted: Sequence[tuple[MapEpoch, bytes]]) -> list[ManifestProof]:
    """The proofs of what stood in the map at these epochs, for the tracks with these keys.

    As many questions to the database as the map has levels of pages, however many proofs.
    """
    pages = _pages({bytes(epoch.root) for epoch, _key in wanted})

    def read(names: Collection[bytes]) -> dict[bytes, bytes]:
        return pages

    while True:
        made, missing = [], set()
        for epoch, key in wanted:
            try:
                made.append(proved(bytes(epoch.root), map_key(key), read))
            except Missing as lacking:
                missing.add(lacking.name)
        if not missing:
            return made
        found = _pages(missing)
        if absent := missing - found.keys():
            raise Missing(min(absent))
        pages.update(found)


@every(seconds=60)
def begin_daily_epoch(now: datetime) -> None:
    """So that what is open can be shown for every day, also where no job asks for anything.

    Sooner where very much has changed, so that no job has to wait while all of it is taken in.
    """
    last = current_epoch()
    is_time = last is None or last.at <= now - timedelta(seconds=settings.LEDGER_MAP_SECONDS)
    if is_time or Unmapped.objects.count() >= AT_ONCE:
        begin_epoch(now, even_if_nothing_changed=is_time and last is not None)


@on(TrackRemoved)
def track_was_removed(event: TrackRemoved) -> None:
    """Nothing is open in it from now on. Its place stays; once its key is erased nobody can open what stands there.

    Except for what was shown: whoever kept the place and the salt of a state knows that leaf again (decision 25).
    """
    look_at([event.track_id])


def _step(at: datetime, even_if_nothing_changed: bool) -> None:
    """One epoch, if it is worth one. Nothing, where another process was first."""
    last = current_epoch()
    # First what is noted, then how it stands: whatever changes in between is noted once more, and seen next time.
    noted = dict(Unmapped.objects.order_by("pk").values_list("pk", "track_id")[:AT_ONCE])
    tracks = set(noted.values())
    gone = tracks - set(Track.objects.filter(pk__in=among(tracks)).values_list("pk", flat=True))
    masks = open_but_for_stops(tracks)
    keys = known_keys([subject_of(track_id) for track_id in tracks])
    on_record = book.registered(keys.keys())
    before = _states(tracks)
    changed = {
        subject.id: 0 if subject.id in gone else masks.get(subject.id, 0)
        for subject in on_record
        if subject.id in gone or before.get(subject.id) != masks.get(subject.id, 0)
    }
    leaves = {}
    for track_id, mask in changed.items():
        key = keys[subject_of(track_id)]
        leaves[map_key(key)] = map_value(key, state_of(words_of(mask)))
    root, pages = updated(bytes(last.root) if last else NOTHING, leaves, _pages)
    with transaction.atomic():
        book.hold()
        if current_epoch() != last:
            return
        if leaves or even_if_nothing_changed:
            MapPage.objects.bulk_create(
                [MapPage(hash=name, content=page) for name, page in pages.items()],
                batch_size=500,
                ignore_conflicts=True,
            )
            epoch = _begun(last, root, at)
            MapState.objects.bulk_create(
                [MapState(track_id=track_id, epoch=epoch, cells=mask) for track_id, mask in changed.items()],
                batch_size=500,
            )
        MapState.objects.filter(track_id__in=among(gone)).delete()
        Unmapped.objects.filter(pk__in=among(noted)).delete()


def _begun(last: MapEpoch | None, root: bytes, at: datetime) -> MapEpoch:
    number = last.number + 1 if last else 1
    record: dict[str, object] = {"v": 1, "t": KIND, "ts": moment(at), "epoch": number, "root": digest_words(root)}
    (entry,) = book.write([book.public(record)])
    return MapEpoch.objects.create(number=number, root=root, entry=entry, at=at)


def _states(tracks: Collection[int]) -> dict[int, int]:
    """What the map says of these tracks now."""
    rows = MapState.objects.filter(track_id__in=among(tracks)).order_by("epoch_id")
    return dict(rows.values_list("track_id", "cells"))


def _pages(names: Collection[bytes]) -> dict[bytes, bytes]:
    rows = MapPage.objects.filter(hash__in=list(names)).values_list("hash", "content")
    return {bytes(name): bytes(content) for name, content in rows}
