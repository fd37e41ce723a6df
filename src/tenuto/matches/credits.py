"""Credits in a track's description: passages that the uploader wants named, whose works may be named."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from tenuto.ai.identification import findings
from tenuto.base.errors import BadRequest
from tenuto.matches.models import Match
from tenuto.matches.works import Shown, credit_line, owners_of, shown_to, standing
from tenuto.tracks.models import Track
from tenuto.tracks.publish import locked
from tenuto.web.templatetags.marks import clock

LONGEST = Track._meta.get_field("description").max_length or 0


class NoRoom(BadRequest):
    advice = later(
        "The description is too long for these credits. Shorten it, then add them again. Nothing was changed."
    )
    status = 409
    code = "no_room"


def credits_of(track: Track, at: datetime, among: frozenset[int] | None = None) -> list[str]:
    """A line for each passage whose work may be named; of those of these holders alone."""
    passages = standing(findings.found_in([track.pk]))
    owners = owners_of({one.reference for one in passages})
    wanted = [one for one in passages if among is None or owners.get(one.reference) in among]
    return [_line(shown) for shown in shown_to(track.owner, wanted, at) if credit_line(shown)]


def add_credits(track: Track, lines: list[str]) -> int:
    """Write those lines that are not there yet below the description. How many. Raises NoRoom, and changes nothing."""
    with transaction.atomic():
        locked(track)
        track.refresh_from_db(fields=["description"])  # somebody may be writing it
        new = [line for line in lines if line not in track.description]
        if new:
            described = "\n".join([*([track.description, ""] if track.description else []), *new])
            if len(described) > LONGEST:
                raise NoRoom
            track.description = described
            track.save(update_fields=["description", "changed_at"])
    return len(new)


def write_credits(match: Match, at: datetime) -> None:
    """A match is settled: the credits that were promised with it are written, where there is room."""
    if match.said.filter(credit_wanted=True).exists():
        track = match.recording.track
        try:
            add_credits(track, credits_of(track, at, frozenset({match.holder_id})))
        except NoRoom:
            return  # the page says that they are still to be added


def _line(shown: Shown) -> str:
    begin, end = clock(shown.passage.begin), clock(shown.passage.end)
    return _("%(begin)s–%(end)s: %(work)s") % {"begin": begin, "end": end, "work": credit_line(shown)}
