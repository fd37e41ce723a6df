"""The jobs that AI code has declared: what each wants to do with which assets, and which tables of its own it keeps.

A duty is declared by decorating its function. The decorated function is not called by anybody but the gate.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from tenuto.gate.door import Door
from tenuto.gate.rewriting import LookUp, Merge
from tenuto.rules.cells import Asset, Cell, Purpose, Use, cell, mask_of

Work = Callable[[Door], None]


@dataclass(frozen=True)
class Duty:
    """One AI job. `each`: it looks at works one by one, as they become due; otherwise at all of them at once."""

    name: str
    purpose: Purpose
    use: Use
    assets: tuple[Asset, ...]
    work: Work
    keeps: tuple[type[models.Model], ...]  # the only tables that are open to it
    consults: tuple[type[models.Model], ...]  # and those it may read: what another job of its feature made
    each: bool
    at_once: int  # works in one run, where `each`
    reads: str  # the kind of derived numbers that it is handed
    derives: str  # the kind that it leaves behind the gate
    model: str  # the model that it makes
    after: str  # the job with whose every new model it looks at all works again
    arrivals: bool  # it looks at what has just come, before others may hear it
    shelves: str  # the kind of index that it adds to
    merges: Merge | None  # how volumes of that index become one
    searches: str  # the kind of index that it asks
    looks_up: LookUp | None  # how a part of that index is asked
    names: tuple[tuple[type[models.Model], str], ...]  # rows of its feature that name its works in another column

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What must be open in a work: its own cells, and those of the duty whose numbers it reads."""
        own = tuple(cell(asset, self.purpose, self.use) for asset in self.assets)
        source = maker_of(self.reads)
        return own + (source.cells if source else ())

    @property
    def rests_on(self) -> int:
        """The same as a set: when one of these closes, what was kept of the work is forgotten."""
        return mask_of(self.cells)

    @property
    def own_tables(self) -> frozenset[str]:
        return frozenset(model._meta.db_table for model in self.keeps)

    @property
    def consulted_tables(self) -> frozenset[str]:
        return frozenset(model._meta.db_table for model in self.consults)


_duties: dict[str, Duty] = {}


def ai_job(
    purpose: Purpose,
    use: Use,
    *assets: Asset,
    keeps: tuple[type[models.Model], ...],
    consults: tuple[type[models.Model], ...] = (),
    each: bool = True,
    at_once: int = 25,
    reads: str = "",
    derives: str = "",
    model: str = "",
    after: str = "",
    arrivals: bool = False,
    shelves: str = "",
    merges: Merge | None = None,
    searches: str = "",
    looks_up: LookUp | None = None,
    names: tuple[tuple[type[models.Model], str], ...] = (),
) -> Callable[[Work], Work]:
    """Declare the decorated function a job of AI. It is given a door, and may touch the tables of `keeps` only.

    Every row that it keeps of one work stands under that work's number in a column `track_id`: by it the gate
    deletes what is withdrawn. A job over all works at once is made again instead, without what was withdrawn.
    What it puts into an index goes from there with `merges`; what other jobs found about its works, by `names`. Whoever
    searches one says how with `looks_up`, a function of a module that the sandbox can load by itself.
    """

    def declare(function: Work) -> Work:
        name = f"{purpose.value}.{function.__name__}"
        if not assets:
            raise TypeError(f"{name} asks for nothing")
        duty = Duty(
            name, purpose, use, assets, function, keeps, consults, each, at_once, reads, derives, model, after,
            arrivals, shelves, merges, searches, looks_up, names,
        )  # fmt: skip
        if each and (lacking := [table.__name__ for table in keeps if not _names_works(table)]):
            raise TypeError(f"{name} keeps rows that name no work: {', '.join(lacking)}")
        _duties[name] = duty
        return function

    return declare


def duties() -> list[Duty]:
    """All of them, in the order in which their names sort."""
    return [_duties[name] for name in sorted(_duties)]


def followers_of(duty: Duty) -> list[Duty]:
    """The jobs that look at all works again when this one has made a new model."""
    return [other for other in duties() if other.after == duty.name]


def duty_named(name: str) -> Duty | None:
    return _duties.get(name)


def maker_of(kind: str) -> Duty | None:
    """The duty that derives numbers of this kind."""
    return next((duty for duty in _duties.values() if kind and duty.derives == kind), None)


def searcher_of(kind: str) -> LookUp:
    """How an index of this kind is asked. Raises LookupError where nobody asks it."""
    for duty in duties():
        if duty.searches == kind and duty.looks_up is not None:
            return duty.looks_up
    raise LookupError(kind)


def _names_works(table: type[models.Model]) -> bool:
    return any(column.name == "track_id" and not column.is_relation for column in table._meta.get_fields())
