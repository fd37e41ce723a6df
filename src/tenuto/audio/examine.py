"""Is it audio, and whose? What the file says of itself becomes the first suggestion for what its page says."""

import dataclasses
import logging
from datetime import date, datetime

from django.db import transaction

from tenuto.audio import store
from tenuto.audio.names import title_of
from tenuto.audio.sandbox import SANDBOX, within
from tenuto.audio.store import Owner
from tenuto.base import pictures
from tenuto.base.errors import BadRequest
from tenuto.base.events import publish as tell
from tenuto.consent.answer import HOLD_EVERYTHING, answer
from tenuto.consent.models import Act
from tenuto.consent.reserving import was_lifted
from tenuto.dsp.limits import QUICK
from tenuto.dsp.look import look
from tenuto.dsp.tags import Tags
from tenuto.tracks.events import TrackDescribed, TrackIdentified
from tenuto.tracks.models import Recording, Track, identity
from tenuto.tracks.slugs import free_slug, slug_of

log = logging.getLogger(__name__)


def examine(recording: Recording, at: datetime) -> None:
    """Note what the file is and says; raises SoundError when it is no use. Changes nothing it has noted before."""
    path, limits = store.path_of(recording.original, Owner.of(recording.track)), within(QUICK)
    found, tags, reservations = SANDBOX.run(look, path, limits, reads=[path], limits=limits)
    recording.container, recording.codec = found.container, found.codec
    recording.channels, recording.sample_rate_hz = found.channels, found.sample_rate_hz
    recording.bits, recording.lossless = found.bits, found.is_lossless
    recording.tags = as_json(tags) | ({"reservations": list(reservations)} if reservations else {})
    recording.stage, recording.stage_since, recording.progress = Recording.Stage.RENDERING, at, 0.0
    with transaction.atomic():
        recording.save(force_update=True)  # one that was taken away meanwhile must not come back
        if reservations:
            hold_for_file(recording.track, at)
    if not Recording.objects.filter(track=recording.track).exclude(pk=recording.pk).exists():
        suggest(recording.track, recording.filename, tags, at)


def hold_for_file(track: Track, at: datetime) -> None:
    """The file says no to AI, so everything is held, unless its artist has said already that this is theirs to lift."""
    if not was_lifted(track):
        answer(track.owner, [track.pk], HOLD_EVERYTHING, Act.How.FILE, at=at)


def suggest(track: Track, filename: str, tags: Tags, at: datetime) -> None:
    """Fill in what the artist has not said yet. Whatever they have typed meanwhile stays."""
    before = identity(track)
    said: dict[str, object] = {}
    if tags.title and track.title == title_of(filename):
        said["title"] = tags.title[:200]
        # Nobody has this address yet: the track has never been heard. So it may still follow the title.
        if slug_of(tags.title) != track.slug:
            said["slug"] = free_slug(track.owner, tags.title)
    if tags.genre and not track.genre:
        said["genre"] = tags.genre[:60]
    if tags.label and not track.label:
        said["label"] = tags.label[:120]
    if tags.isrc and not track.isrc:
        said["isrc"] = tags.isrc
    if tags.iswc and not track.iswc:
        said["iswc"] = tags.iswc
    if tags.upc and not track.upc:
        said["upc"] = tags.upc
    if tags.composer and not track.credits:
        said["credits"] = [["Written by", tags.composer[:120]]]
    if len(tags.date) == len("2026-11-23") and track.release_date is None:
        said["release_date"] = date.fromisoformat(tags.date)
    if tags.picture and track.artwork is None:
        try:
            said["artwork"] = pictures.take(tags.picture)
        except BadRequest as error:
            log.info("the picture in %s was left out: %s", filename, error)
    for name, value in said.items():
        setattr(track, name, value)
    if said:
        track.save(update_fields=[*said, "changed_at"])
    if identity(track) != before:
        tell(TrackIdentified(track.pk, at))
    if "genre" in said:
        tell(TrackDescribed(track.pk, at))


def as_json(tags: Tags) -> dict[str, object]:
    """The tags as they are kept with the recording; the picture is kept as artwork."""
    kept = dataclasses.asdict(tags)
    del kept["picture"]
    return {name: value for name, value in kept.items() if value}
