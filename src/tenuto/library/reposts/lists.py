"""What somebody reposts, the last first: to each visitor, of that, what they may hear."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef

from tenuto.accounts.models import Account
from tenuto.library.reposts.models import standing
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among
from tenuto.tracks.lines import Line, line_of
from tenuto.tracks.lists import met
from tenuto.tracks.models import Track
from tenuto.tracks.paging import some


@dataclass(frozen=True)
class Reposted:
    """A page of reposted tracks."""

    lines: list[Line]
    before: str | None


def reposted(by: Account, visitor: Visitor, at: datetime, before: str, size: int) -> Reposted:
    """A page of what `by` reposts and the visitor may meet: two questions to the database."""
    heard = among(Track.objects.filter(pk=OuterRef("track_id")), visitor, at)
    rows = standing().filter(Exists(heard), account=by)
    found = some(rows.annotate(listed_at=F("since"), listed_id=F("id")).order_by("-since", "-id"), before, size)
    ids = [row.track_id for row in found.rows]
    tracks = met(ids, visitor, at)
    return Reposted([line_of(tracks[pk], visitor, at) for pk in ids if pk in tracks], found.before)
