"""What can be held or allowed: each cell is one asset, one purpose, one use.

Sets of cells are plain integers, one bit per cell, so that questions about many cells are a few `&`, `|` and `~`.
Every asset has 32 bits of its own (8 purposes of 4 uses; 6 purposes exist), so one asset's cells fit a database's
integer: `mask >> cell.asset.shift & 0xFFFFFFFF`. Positions are stored for ever: members are added at the end only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, reduce
from itertools import product
from operator import or_

USES_PER_PURPOSE = 4
BITS_PER_ASSET = 32


class Asset(StrEnum):
    """What a track is made of."""

    RECORDING = "recording"
    COMPOSITION = "composition"
    LYRICS = "lyrics"
    ARTWORK = "artwork"
    LOGO = "logo"
    IMAGE = "image"
    METADATA = "metadata"
    LISTENING = "listening"  # the plays around it; its listeners have a say too, see rules.listening

    @property
    def shift(self) -> int:
        """How far an asset's own 32 bits stand from the right."""
        return _ASSETS.index(self) * BITS_PER_ASSET


class Purpose(StrEnum):
    """Why AI would touch an asset. No code of ours has the last two: others ask for them, by licence."""

    RECOMMENDATION = "recommendation"
    ORGANISATION = "organisation"
    FRAUD = "fraud"
    IDENTIFICATION = "identification"
    GENERATIVE = "generative"
    THIRD_PARTY = "third_party"


class Use(StrEnum):
    """How AI would touch it."""

    INPUT = "input"  # a method reads it to produce a result
    INFORM = "inform"  # what is known about it steers a decision
    TRAIN = "train"  # it fits parameters or an index that outlive the run
    DEVELOP = "develop"  # people use it to build, tune or evaluate a method


_ASSETS, _PURPOSES, _USES = tuple(Asset), tuple(Purpose), tuple(Use)

# Plays are known to steer and to train two features. No other cell of listening exists, so none can be asked for.
_OF_LISTENING = frozenset(product((Purpose.RECOMMENDATION, Purpose.FRAUD), (Use.INFORM, Use.TRAIN)))


@dataclass(frozen=True, slots=True)
class Cell:
    """One asset x purpose x use. `cell()` finds it; a combination that does not exist is refused."""

    asset: Asset
    purpose: Purpose
    use: Use
    position: int = field(init=False, compare=False, repr=False)
    bit: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not exists(self.asset, self.purpose, self.use):
            raise ValueError(f"There is no cell {self}: plays are never asked for that.")
        within = _PURPOSES.index(self.purpose) * USES_PER_PURPOSE + _USES.index(self.use)
        object.__setattr__(self, "position", self.asset.shift + within)
        object.__setattr__(self, "bit", 1 << self.position)

    def __str__(self) -> str:
        return f"{self.asset}/{self.purpose}/{self.use}"


def exists(asset: Asset, purpose: Purpose, use: Use) -> bool:
    """Is there such a cell at all?"""
    return asset is not Asset.LISTENING or (purpose, use) in _OF_LISTENING


CELLS = tuple(Cell(*parts) for parts in product(Asset, Purpose, Use) if exists(*parts))
_BY_PARTS = {(each.asset, each.purpose, each.use): each for each in CELLS}
_BY_NAME = {str(each): each for each in CELLS}
_BY_POSITION = {each.position: each for each in CELLS}


def cell(asset: Asset, purpose: Purpose, use: Use) -> Cell:
    """The cell, always the same object."""
    return _BY_PARTS.get((asset, purpose, use)) or Cell(asset, purpose, use)


def cell_named(name: str) -> Cell:
    """The cell written as `recording/fraud/train`."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise ValueError(f"“{name}” is no cell. Write asset/purpose/use, as in recording/fraud/train.") from None


def mask_of(cells: Iterable[Cell]) -> int:
    """The set of these cells."""
    return reduce(or_, (each.bit for each in cells), 0)


def cells_in(mask: int) -> Iterator[Cell]:
    """The cells of a set, in the order of their positions."""
    while mask:
        lowest = mask & -mask
        yield _BY_POSITION[lowest.bit_length() - 1]
        mask ^= lowest


@cache
def words_of(mask: int) -> tuple[str, ...]:
    """A set of cells in few words: “everything”, whole assets, an asset's whole purposes, single cells."""
    if mask == EVERYTHING:
        return ("everything",)
    words: list[str] = []
    for asset in Asset:
        if mask & cells_of(asset) == cells_of(asset):
            words.append(asset.value)
            continue
        for purpose in Purpose:
            whole = cells_of(asset, purpose)
            if whole and mask & whole == whole:
                words.append(f"{asset}/{purpose}")
            else:
                words += map(str, cells_in(mask & whole))
    return tuple(words)


@cache
def cells_of(asset: Asset | None = None, purpose: Purpose | None = None, use: Use | None = None) -> int:
    """All existing cells of an asset, a purpose, a use, or of what is given of the three."""
    wanted = (asset, purpose, use)
    return mask_of(
        each
        for parts, each in _BY_PARTS.items()
        if all(want in (None, part) for want, part in zip(wanted, parts, strict=True))
    )


EVERYTHING = mask_of(CELLS)

# What the service cannot work without: to know a recording at its upload, and to see that plays are people's. Even
# these are open only where the terms that were accepted declare them as needed. This is the whole list.
NEEDED = mask_of(
    [
        cell(Asset.RECORDING, Purpose.IDENTIFICATION, Use.INPUT),
        cell(Asset.LISTENING, Purpose.FRAUD, Use.INFORM),
    ]
)

# Never opened by an answer or by terms: only by a licence that names one licensee or one model.
LICENCE_ONLY = cells_of(purpose=Purpose.GENERATIVE) | cells_of(purpose=Purpose.THIRD_PARTY)
