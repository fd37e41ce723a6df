"""What the log says was open in a track, and when: the states that it had in the standing map, with their proofs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tenuto.consent.models import MapEpoch, MapState
from tenuto.consent.promise import Allowed, allowed_in
from tenuto.consent.standing import current_epoch, subject_of
from tenuto.ledger.subjects import Subject
from tenuto.rules.cells import NEEDED, words_of

MOST_STATES = 12  # the newest, on a page


@dataclass(frozen=True)
class State:
    """What was open in a track from one epoch to another."""

    track_id: int
    cells: int
    first: MapEpoch
    last: MapEpoch  # the last at which it stood so, or the newest there is
    lasts: bool

    @property
    def subject(self) -> Subject:
        return subject_of(self.track_id)

    @property
    def words(self) -> tuple[str, ...]:
        """As the map commits to them, and a browser compares them."""
        return words_of(self.cells)

    @property
    def says(self) -> str:
        return " ".join(self.words)

    @property
    def allowed(self) -> list[Allowed]:
        """For people to read; without what is needed, which has no answer."""
        return list(allowed_in(self.cells & ~NEEDED))

    @property
    def needed(self) -> bool:
        return bool(self.cells & NEEDED)

    @property
    def epochs(self) -> list[MapEpoch]:
        """At which of them it is shown: the first and the last."""
        return [self.first] if self.first == self.last else [self.first, self.last]


def states_of(track_ids: Collection[int], most: int | None = None) -> list[State]:
    """The states of these tracks, each track's newest first; with `most`, no more than so many of each."""
    newest = current_epoch()
    if newest is None:
        return []
    rows = MapState.objects.filter(track_id__in=track_ids).select_related("epoch").order_by("track_id", "-epoch_id")
    found = list(rows)
    ended = {row.epoch.number - 1 for row in found} | {newest.number}
    by_number = {epoch.number: epoch for epoch in MapEpoch.objects.filter(number__in=ended)}
    states: list[State] = []
    for place, row in enumerate(found):
        newer = found[place - 1] if place and found[place - 1].track_id == row.track_id else None
        last = by_number[newer.epoch.number - 1] if newer else newest
        states.append(State(row.track_id, row.cells, row.epoch, last, newer is None))
    return states if most is None else _newest(states, most)


def _newest(states: Sequence[State], most: int) -> list[State]:
    counted: dict[int, int] = {}
    kept = []
    for state in states:
        counted[state.track_id] = counted.get(state.track_id, 0) + 1
        if counted[state.track_id] <= most:
            kept.append(state)
    return kept
