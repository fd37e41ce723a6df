"""What somebody heard, the last first; of it, what is still shared with them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from tenuto.accounts.models import Account
from tenuto.audio.models import Listen
from tenuto.audio.remember import remembered
from tenuto.rules.visibility import Visitor
from tenuto.tracks.lines import Line, line_of
from tenuto.tracks.lists import met
from tenuto.tracks.paging import some


@dataclass(frozen=True)
class Heard:
    """One time that a track was heard."""

    line: Line
    listen: Listen


@dataclass(frozen=True)
class HeardPage:
    heard: list[Heard]
    hidden: int  # on this page: tracks that are not shared with them now
    before: str | None


def heard_by(account: Account, visitor: Visitor, at: datetime, before: str, size: int) -> HeardPage:
    """A page of what they heard: two questions to the database."""
    listens = remembered(account).annotate(listed_at=F("started_at"), listed_id=F("id")).order_by("-started_at", "-id")
    found = some(listens, before, size)
    wanted = {listen.track_id for listen in found.rows}
    tracks = met(wanted, visitor, at)
    heard = [
        Heard(line_of(tracks[listen.track_id], visitor, at), listen)
        for listen in found.rows
        if listen.track_id in tracks
    ]
    return HeardPage(heard, len(found.rows) - len(heard), found.before)
