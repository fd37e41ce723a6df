"""Artists' own tags in a table by which tracks are found. What stands on the track is the truth; this follows it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from tenuto.agreements.among import among
from tenuto.base.events import on
from tenuto.base.jobs import every
from tenuto.browse.models import TAG_LETTERS, Tagging
from tenuto.tracks.events import TrackDescribed
from tenuto.tracks.models import Track

WALKED_AT_ONCE = 5_000


def folded(word: str) -> str:
    """A tag in the form in which tags are compared: “Field  Recording” and “field recording” are one."""
    return " ".join(word.split()).lstrip("#").strip().casefold()[:TAG_LETTERS]


def tags_of(genre: str, tags: Iterable[str]) -> set[str]:
    """What an artist calls a track. The genre is one of its tags: people look for both in the same place."""
    return {tag for word in (genre, *tags) if (tag := folded(word))}


@on(TrackDescribed)
def words_have_changed(event: TrackDescribed) -> None:
    follow([event.track_id])


@transaction.atomic
def follow(track_ids: Sequence[int]) -> int:
    """Bring the tags of these tracks up to what their artists wrote. How many rows were wrong."""
    rows = Track.objects.filter(pk__in=among(track_ids)).values_list("pk", "genre", "tags")
    wanted = {pk: tags_of(genre, tags) for pk, genre, tags in rows}
    known: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, track_id, tag in Tagging.objects.filter(track__in=among(track_ids)).values_list("pk", "track_id", "tag"):
        known[track_id][tag] = pk
    stale = [pk for track_id, tags in known.items() for tag, pk in tags.items() if tag not in wanted.get(track_id, ())]
    new = [
        Tagging(track_id=track_id, tag=tag)
        for track_id, tags in wanted.items()
        for tag in sorted(tags - known[track_id].keys())
    ]
    if stale:
        Tagging.objects.filter(pk__in=among(stale)).delete()
    # Another process may have been quicker with the same tag.
    Tagging.objects.bulk_create(new, ignore_conflicts=True, batch_size=1_000)
    return len(stale) + len(new)


class Walk:
    """How far this process has come through all tracks. It begins again where it starts anew: twice does not matter."""

    def __init__(self) -> None:
        self.after = 0

    def on(self) -> int:
        """Look at the next tracks, from the first again after the last. How many rows were wrong."""
        following = Track.objects.filter(pk__gt=self.after).order_by("pk").values_list("pk", flat=True)
        works = list(following[:WALKED_AT_ONCE])
        self.after = works[-1] if len(works) == WALKED_AT_ONCE else 0
        return follow(works) if works else 0


_walk = Walk()


@every(seconds=60)
def walk_on(now: datetime) -> None:
    """Tags that were set by a way that told nobody, and events that a crash has swallowed."""
    _walk.on()
