"""An agreement as people read it: what it covers, what it grants and what stays held, each in plain words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from tenuto.accounts.models import Account
from tenuto.agreements.models import Reach
from tenuto.agreements.wording import Content
from tenuto.rules.cells import CELLS, LICENCE_ONLY, NEEDED, Asset, Cell, Purpose, Use, cell, exists, mask_of
from tenuto.rules.isrc import write_isrc
from tenuto.rules.iswc import write_iswc
from tenuto.rules.upc import write_upc
from tenuto.terms.words import ASSETS, PURPOSES, USES
from tenuto.tracks.countries import NAMES
from tenuto.tracks.models import Track

# What an agreement can speak of. Of listening, the listeners have the say.
COVERABLE = tuple(asset for asset in Asset if asset is not Asset.LISTENING)
GRANTABLE = mask_of(each for each in CELLS if each.asset in COVERABLE)
OBJECTIONABLE = GRANTABLE & ~NEEDED  # what the service needs is closed by leaving, or by having it removed

_WRITTEN = {Reach.Kind.ISRC: write_isrc, Reach.Kind.ISWC: write_iswc, Reach.Kind.UPC: write_upc}


@dataclass(frozen=True)
class Covered:
    """Things of one kind that are covered, each as it is written, with the address of its page where it has one."""

    kind: str
    name: str
    things: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """One purpose of one asset: which uses are granted, and which are not."""

    asset: Asset
    purpose: Purpose
    granted: tuple[Promise, ...]
    held: tuple[Promise, ...]

    @property
    def name(self) -> Promise:
        return PURPOSES[self.purpose]

    @property
    def only_named(self) -> bool:
        """Is it granted only to whoever is named?"""
        return bool(cell(self.asset, self.purpose, Use.INPUT).bit & LICENCE_ONLY)


@dataclass(frozen=True)
class AssetSaid:
    """One asset that is covered."""

    name: Promise
    lines: tuple[Line, ...]

    @property
    def granted(self) -> list[Line]:
        return [line for line in self.lines if line.granted]


def covered(content: Content, reader: Account | None = None) -> list[Covered]:
    """What is covered, kind by kind. Titles of tracks are for their owner: others know them by their keys."""
    titles: dict[str, tuple[str, str]] = {}
    keys = [thing.value for thing in content.things if thing.kind == Reach.Kind.TRACK]
    if keys and reader is not None:
        for track in Track.objects.filter(owner=reader, key__in=keys[:500]).select_related("owner"):
            titles[track.key] = (track.title, track.get_absolute_url())
    found: dict[str, list[tuple[str, str]]] = {}
    for thing in sorted(content.things):
        found.setdefault(thing.kind, []).append(titles.get(thing.value, (written(thing.kind, thing.value), "")))
    return [
        Covered(kind, str(Reach.Kind(kind).label), tuple(things if kind != Reach.Kind.CATALOGUE else ()))
        for kind, things in sorted(found.items(), key=lambda pair: list(Reach.Kind.values).index(pair[0]))
    ]


def written(kind: str, value: str) -> str:
    """A code with its hyphens; everything else as it is."""
    write = _WRITTEN.get(Reach.Kind(kind))
    return write(value) if write else value


def said(content: Content) -> list[AssetSaid]:
    """Asset by asset, what is granted and what is not."""
    return [
        AssetSaid(ASSETS[asset], tuple(_lines(asset, content.grants))) for asset in Asset if asset in content.assets
    ]


def countries(content: Content) -> list[str]:
    """The names of the countries in which it holds; empty: everywhere."""
    return sorted(str(NAMES[code]) for code in content.countries or () if code in NAMES)


def recipients(content: Content) -> list[tuple[str, str]]:
    """Licensee and model of each that it names, either perhaps empty."""
    return sorted((one.licensee, one.model) for one in content.recipients)


@dataclass(frozen=True)
class Box:
    """A cell that can be ticked."""

    cell: Cell
    ticked: bool

    @property
    def name(self) -> str:
        return str(self.cell)

    @property
    def use(self) -> Promise:
        return USES[self.cell.use]

    @property
    def purpose(self) -> Promise:
        return PURPOSES[self.cell.purpose]


@dataclass(frozen=True)
class Boxes:
    """All cells of one asset, purpose by purpose."""

    asset: Asset
    rows: tuple[tuple[Purpose, Promise, tuple[Box, ...]], ...]

    @property
    def name(self) -> Promise:
        return ASSETS[self.asset]

    @property
    def ticked(self) -> int:
        return sum(box.ticked for _purpose, _name, boxes in self.rows for box in boxes)


def boxes(ticked: Iterable[str], offered: int = GRANTABLE) -> list[Boxes]:
    """Every cell that an agreement, or an objection, can name."""
    chosen = set(ticked)

    def row(asset: Asset, purpose: Purpose) -> tuple[Box, ...]:
        cells = (cell(asset, purpose, use) for use in Use)
        return tuple(Box(one, str(one) in chosen) for one in cells if one.bit & offered)

    return [
        Boxes(asset, tuple((purpose, PURPOSES[purpose], row(asset, purpose)) for purpose in Purpose))
        for asset in COVERABLE
    ]


def _lines(asset: Asset, granted: frozenset[Cell]) -> Iterator[Line]:
    for purpose in Purpose:
        cells = [cell(asset, purpose, use) for use in Use if exists(asset, purpose, use)]
        if cells:
            yield Line(
                asset,
                purpose,
                tuple(USES[one.use] for one in cells if one in granted),
                tuple(USES[one.use] for one in cells if one not in granted),
            )
