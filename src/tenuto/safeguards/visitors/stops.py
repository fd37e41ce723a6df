"""What was stopped, written for staff and artists; and what they, or a decoy, decided about askers.

These are records and stand in the database, wherever counts are.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, Sum

from tenuto.rules.budgets import Reason
from tenuto.safeguards.visitors.adding import add
from tenuto.safeguards.visitors.models import Appeal, Stopped, StoppedOfTrack
from tenuto.tracks.models import Recording

CATALOGUE_EVERY = timedelta(minutes=10)


@dataclass
class Stops:
    """Who was stopped since they were last written down."""

    of_askers: dict[tuple[date, str, str], tuple[int, str, datetime]] = field(default_factory=dict)
    of_tracks: dict[tuple[date, int, str], int] = field(default_factory=dict)

    def add(
        self, day: date, who: str, reason: Reason, track_id: int | None, agent: str, at: datetime, times: int = 1
    ) -> None:
        before = self.of_askers.get((day, who, reason.value), (0, "", at))[0]
        self.of_askers[day, who, reason.value] = (before + times, agent, at)
        if track_id is not None:
            which = (day, track_id, reason.value)
            self.of_tracks[which] = self.of_tracks.get(which, 0) + times

    def include(self, later: "Stops", most_named: int) -> None:
        """What was stopped meanwhile, on top; of more askers than so many it is only told how many times."""
        for (day, who, reason), (times, agent, at) in later.of_askers.items():
            is_named = (day, who, reason) in self.of_askers or len(self.of_askers) < most_named
            self.add(day, who if is_named else "", Reason(reason), None, agent, at, times)
        for which, times in later.of_tracks.items():
            self.of_tracks[which] = self.of_tracks.get(which, 0) + times

    def is_empty(self) -> bool:
        return not self.of_askers


@dataclass(frozen=True)
class Standing:
    """What holds for askers on this day."""

    trapped: set[str]
    pardoned: set[str]
    catalogue: tuple[int, float] | None  # what everybody may hear: tracks, seconds; None: not asked for this time


_asked_at: dict[str, datetime] = {}


def forget() -> None:
    _asked_at.clear()


def write(stops: Stops) -> None:
    if stops.is_empty():
        return
    with transaction.atomic():
        # In one order everywhere, so that two processes that write at once cannot wait for each other.
        add(Stopped, ["day", "who", "reason"], ["times"], [
            (*which, *rest) for which, rest in sorted(stops.of_askers.items())
        ], ["agent", "last_at"])  # fmt: skip
        add(StoppedOfTrack, ["day", "track_id", "reason"], ["times"], [
            (*which, times) for which, times in sorted(stops.of_tracks.items())
        ])  # fmt: skip


def standing(day: date, at: datetime) -> Standing:
    trapped = Stopped.objects.filter(day=day, reason=Reason.DECOY).exclude(who="")
    pardoned = Appeal.objects.filter(granted_until__gt=at).exclude(who="")
    return Standing(
        set(trapped.values_list("who", flat=True)), set(pardoned.values_list("who", flat=True)), _catalogue(at)
    )


def _catalogue(at: datetime) -> tuple[int, float] | None:
    """How many tracks everybody may hear, and how much music that is; asked for now and then."""
    if (before := _asked_at.get("catalogue")) is not None and at - before < CATALOGUE_EVERY:
        return None
    open_to_all = Q(track__publication__audience="public", track__publication__starts_at__lte=at, current=True)
    found = Recording.objects.filter(open_to_all).aggregate(tracks=Count("pk"), seconds=Sum("seconds"))
    _asked_at["catalogue"] = at
    return found["tracks"], found["seconds"] or 0.0
