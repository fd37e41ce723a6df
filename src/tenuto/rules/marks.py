"""The short mark on a track: what it says of AI where there is room for two words.

It speaks of training, because that is what people ask. *Held* means: nothing may train or develop, and no generative
model and no third party may have it. Otherwise the mark names the widest of what is open. Reading a track for one
answer and steering by it are said at length, on the track's own page.
"""

from enum import IntFlag

from tenuto.rules.cells import LICENCE_ONLY, NEEDED, Purpose, Use, cells_of


class Open(IntFlag):
    """Which kinds of use are open in any asset. Stored, so members are added at the end only."""

    INPUT = 1
    INFORM = 2
    TRAIN = 4
    DEVELOP = 8
    GENERATIVE = 16
    THIRD_PARTY = 32


_CELLS = {
    Open.INPUT: cells_of(use=Use.INPUT) & ~LICENCE_ONLY,
    Open.INFORM: cells_of(use=Use.INFORM) & ~LICENCE_ONLY,
    Open.TRAIN: cells_of(use=Use.TRAIN) & ~LICENCE_ONLY,
    Open.DEVELOP: cells_of(use=Use.DEVELOP) & ~LICENCE_ONLY,
    Open.GENERATIVE: cells_of(purpose=Purpose.GENERATIVE),
    Open.THIRD_PARTY: cells_of(purpose=Purpose.THIRD_PARTY),
}
# From the widest down: what leaves the house, what makes music of it, what a model keeps, what people build with.
_SPOKEN_OF = (Open.THIRD_PARTY, Open.GENERATIVE, Open.TRAIN, Open.DEVELOP)


def kinds_open(mask: int) -> Open:
    """The kinds of use among these open cells, the needed ones left aside."""
    found = Open(0)
    for kind, cells in _CELLS.items():
        if mask & cells & ~NEEDED:
            found |= kind
    return found


def mark_of(kinds: int) -> str:
    """`held`, or the widest kind that is open: `train`, `develop`, `generative`, `third_party`."""
    for kind in _SPOKEN_OF:
        if kinds & kind and (name := kind.name):
            return name.lower()
    return "held"
