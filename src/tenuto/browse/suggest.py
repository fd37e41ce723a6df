"""Suggested tags: what the model of this instance would call a track. Only its artist sees them, and answers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.ai.organisation import findings
from tenuto.ai.organisation.findings import Suggestion
from tenuto.base.errors import BadRequest
from tenuto.base.events import publish as tell
from tenuto.browse.models import Declined
from tenuto.browse.sound import may_steer
from tenuto.browse.tags import folded, tags_of
from tenuto.tracks.events import TrackDescribed
from tenuto.tracks.forms import MAX_TAGS
from tenuto.tracks.models import Track


class NotSuggested(BadRequest):
    advice = _("This tag is not suggested for this track any more. You can write it among its tags yourself.")
    status = 409
    code = "not_suggested"


class EnoughTags(BadRequest):
    advice = _("This track has as many tags as it can have. Take one away on the tab “Basics”, and try again.")
    status = 409
    code = "enough_tags"


def suggested(track: Track) -> list[Suggestion]:
    """The most probable first: without those that it has, those she declined, and all where it is not allowed now."""
    if not may_steer(track.pk):
        return []
    known = tags_of(track.genre, track.tags)
    known |= set(Declined.objects.filter(track=track).values_list("tag", flat=True))
    return [each for each in findings.suggestions_for(track.pk) if folded(each.tag) not in known]


def accept(track: Track, tag: str, at: datetime) -> None:
    """Put a suggested tag among the track's own. Twice is once."""
    with transaction.atomic():
        row = Track.objects.select_for_update().get(pk=track.pk)
        if folded(tag) in tags_of(row.genre, row.tags):
            return
        _still_suggested(row, tag)
        if len(row.tags) >= MAX_TAGS:
            raise EnoughTags(f"{len(row.tags)} tags on {row.pk}")
        row.tags = [*row.tags, " ".join(tag.split())]
        row.save(update_fields=["tags", "changed_at"])
        tell(TrackDescribed(row.pk, at))


def decline(track: Track, tag: str, at: datetime) -> None:
    """Never suggest this tag for this track again. Twice is once."""
    if Declined.objects.filter(track=track, tag=folded(tag)).exists():
        return
    _still_suggested(track, tag)
    Declined.objects.get_or_create(track=track, tag=folded(tag), defaults={"at": at})


def _still_suggested(track: Track, tag: str) -> None:
    if folded(tag) not in {folded(each.tag) for each in suggested(track)}:
        raise NotSuggested(f"{tag[:60]!r} for {track.pk}")
