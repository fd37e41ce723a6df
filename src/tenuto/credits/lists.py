"""A track's credits with the people behind them, and somebody's credits."""

from dataclasses import dataclass
from datetime import datetime

from tenuto.accounts.models import Account
from tenuto.credits.models import Credited, newest_first
from tenuto.rules.credits import has_a_say
from tenuto.rules.visibility import Visitor
from tenuto.tracks import lists
from tenuto.tracks.access import among
from tenuto.tracks.lines import Line, line_of
from tenuto.tracks.models import Track
from tenuto.tracks.roles import role_words


@dataclass(frozen=True)
class Credit:
    """One line of who made it: words, and the people behind them that have said yes; to its artist, all she asked."""

    role: str
    name: str
    people: list[Credited]

    @property
    def words(self) -> str:
        return role_words(self.role)


@dataclass(frozen=True)
class Part:
    """A track, and what somebody did for it."""

    line: Line
    credits: list[Credited]

    @property
    def words(self) -> str:
        return ", ".join(credit.role_words for credit in self.credits)


def credits_of(track: Track, *, for_artist: bool = False) -> list[Credit]:
    """In the artist's order. One question to the database, or none where nobody is credited."""
    if not track.credits:
        return []
    asked = Credited.between_friends().filter(track=track).select_related("account").order_by("pk")
    if not for_artist:
        asked = asked.filter(answer=Credited.Answer.CONFIRMED)
    people = list(asked)
    return [
        Credit(role, name, [one for one in people if (one.role, one.name) == (role, name)])
        for role, name in track.credits
    ]


def parts_of(
    person: Account, visitor: Visitor, at: datetime, before: int | None, count: int
) -> tuple[list[Part], int | None]:
    """Tracks that name somebody who said yes, as far as the visitor may meet them, the latest yes first.

    Returns:
        The page, and the number before which the next one begins; None at the end.
    """
    confirmed = Credited.between_friends().filter(account=person, answer=Credited.Answer.CONFIRMED)
    met = among(Track.objects.filter(pk__in=confirmed.order_by().values("track")), visitor, at)
    found = confirmed.filter(track__in=met.order_by().values("pk"))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(newest_first(found)[: count + 1])
    more = rows[count - 1].pk if len(rows) > count else None
    by_track: dict[int, list[Credited]] = {}
    for row in rows[:count]:
        if row.is_worded_so:
            by_track.setdefault(row.track_id, []).append(row)
    tracks = {track.pk: track for track in met.filter(pk__in=by_track)}
    return [Part(line_of(tracks[pk], visitor, at), theirs) for pk, theirs in by_track.items() if pk in tracks], more


def waiting_for(account: Account) -> list[Credited]:
    """What they were asked and have not answered, while the track says it so."""
    found = newest_first(Credited.between_friends().filter(account=account, answer=Credited.Answer.OPEN))
    return [one for one in found[:200] if one.is_worded_so]


@dataclass(frozen=True)
class Answered:
    """A credit that somebody has answered, as they see it."""

    credit: Credited
    may_object: bool  # they hold rights by it, so they have a say in what AI may do
    address: str  # of the track, where they may meet it
    title: str  # as it is now where they may meet it, else as it was when they were asked


def answered_by(account: Account, visitor: Visitor, at: datetime) -> list[Answered]:
    """The latest answers, with the way to object where they have a part in the work."""
    rows = list(
        newest_first(Credited.between_friends().filter(account=account).exclude(answer=Credited.Answer.OPEN))[:200]
    )
    met = lists.met({row.track_id for row in rows}, visitor, at)
    return [
        Answered(
            row,
            may_object=row.answer == Credited.Answer.CONFIRMED
            and row.track.owner_id != account.pk
            and row.track_id in met
            and has_a_say(row.role),
            address=met[row.track_id].get_absolute_url() if row.track_id in met else "",
            title=met[row.track_id].title if row.track_id in met else row.title,
        )
        for row in rows
    ]
