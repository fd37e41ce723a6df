"""Everything that was said about one work, as it stands at one moment: what `rules.consent` decides from.

The order of records never matters. A listener's stance towards the use of their plays is written in the same words.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from tenuto.rules.agreements import Agreement, Licence
from tenuto.rules.cells import EVERYTHING, Purpose, cells_of
from tenuto.rules.records import Kind, Said


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop(Said):
    """The operator stopped a purpose, for everybody."""

    kind = Kind.STOP
    purpose: Purpose

    @property
    def cells(self) -> int:
        return cells_of(purpose=self.purpose)


@dataclass(frozen=True, kw_only=True, slots=True)
class Removal(Said):
    """The work was taken down; or erased, which nothing undoes."""

    kind = Kind.REMOVAL
    erased: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance(Said):
    """The terms that the uploader accepted last, less the clauses that were declined. `party` is the version."""

    kind = Kind.TERMS
    named: int = 0  # cells of the accepted clauses
    needed: int = 0  # cells that these clauses declare as needed
    declined: int = 0  # cells of the clauses that were left out


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection(Said):
    """A rights holder said no, to some cells or to all."""

    kind = Kind.OBJECTION
    cells: int = EVERYTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispute(Said):
    """It is not settled whose work this is. Everything is held until it is."""

    kind = Kind.DISPUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer(Said):
    """One act of answering: the cells it still speaks for. Where both bits are set, held counts."""

    kind = Kind.ANSWER
    allowed: int = 0
    held: int = 0
    album: int = 0  # whose default it is; 0 for a track's own answer and for an account's default


class Spoken(NamedTuple):
    """Sets of cells of which the records of a stance speak."""

    stopped: int
    objected: int
    held: int
    allowed: int
    album_held: int
    album_allowed: int
    account_held: int
    account_allowed: int
    covered: int  # by agreements, in force or not


@dataclass(frozen=True, slots=True)
class Stance:
    """What stands about one work at one moment. Empty, it holds everything."""

    stops: tuple[Stop, ...] = ()
    removals: tuple[Removal, ...] = ()
    terms: Acceptance | None = None
    objections: tuple[Objection, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    licences: tuple[Licence, ...] = ()
    own: tuple[Answer, ...] = ()  # the track's
    album: tuple[Answer, ...] = ()  # the default of the albums it is on
    account: tuple[Answer, ...] = ()  # the default of its uploader

    # Which cells are spoken of at all. A decision looks here first, and at records only then.
    cells: Spoken = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        stopped = held = allowed = album_held = album_allowed = account_held = account_allowed = covered = 0
        objected = EVERYTHING if self.disputes else 0
        for stop in self.stops:
            stopped |= stop.cells
        for objection in self.objections:
            objected |= objection.cells
        for answer in self.own:
            held, allowed = held | answer.held, allowed | answer.allowed
        for answer in self.album:
            album_held, album_allowed = album_held | answer.held, album_allowed | answer.allowed
        for answer in self.account:
            account_held, account_allowed = account_held | answer.held, account_allowed | answer.allowed
        for agreement in self.agreements:
            covered |= agreement.covers
        masks = (stopped, objected, held, allowed, album_held, album_allowed, account_held, account_allowed, covered)
        object.__setattr__(self, "cells", Spoken(*masks))
