"""The grid: for each asset, purposes down and uses across, each cell with what holds in it, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict
from django.utils.functional import Promise

from tenuto.consent.albums import titles_of
from tenuto.consent.answer import Wish
from tenuto.consent.masks import as_digits
from tenuto.consent.words import PURPOSE_MEANS, USE_MEANS, shown_record, source_of, why
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import CELLS, LICENCE_ONLY, NEEDED, Asset, Cell, Purpose, Use, cell, cell_named, exists, mask_of
from tenuto.rules.consent import Ask, Decision, Reason, decide
from tenuto.rules.consent_changes import Layer
from tenuto.rules.records import Kind
from tenuto.rules.stances import Stance
from tenuto.terms.words import ASSETS, PURPOSES, USES

_LAYERS = (Layer.OWN, Layer.ALBUM, Layer.ACCOUNT)  # the first that says anything counts

# What the artist's own answer cannot turn: a checkbox there would promise what does not happen.
_FIXED = {
    Reason.STOPPED: "held",
    Reason.REMOVED: "held",
    Reason.ERASED: "held",
    Reason.NEEDED: "needed",
    Reason.OBJECTED: "objected",
    Reason.DISPUTED: "objected",
    Reason.NOT_AGREED: "agreed",
    Reason.LICENSED: "agreed",
    Reason.NOT_LICENSED: "held",
    Reason.NOT_IN_TERMS: "held",
    Reason.DECLINED: "held",
}


@dataclass(frozen=True)
class Square:
    """One cell as it is drawn."""

    cell: Cell
    decision: Decision
    own: str  # "allowed", "held" or "": what this very layer says
    below: Layer | None = None  # the next layer that says anything …
    default: str = ""  # … and what it says
    album: str = ""  # what the album is called whose answer counts; several with a comma between them
    agreements: Mapping[int, str] = field(default_factory=dict)  # pages of those that whoever looks may read

    @property
    def name(self) -> str:
        return str(self.cell)

    @property
    def allowed(self) -> bool:
        return self.decision.allowed

    @property
    def fixed(self) -> str:
        """What it is fixed as, or nothing where a tick can turn it."""
        if self.decision.reason is Reason.HELD and self.cell.bit & LICENCE_ONLY:
            return "held"
        return _FIXED.get(self.decision.reason, "")

    @property
    def agreed(self) -> bool:
        """Does an agreement allow it? The artist's own no still turns that."""
        return self.decision.reason is Reason.AGREED

    @property
    def use(self) -> Promise:
        return USES[self.cell.use]

    @property
    def purpose(self) -> Promise:
        return PURPOSES[self.cell.purpose]

    @property
    def why(self) -> str:
        return why(self.decision, self.album)

    @property
    def source(self) -> Promise | str:
        return source_of(self.decision, self.album)

    @property
    def records(self) -> list[tuple[str, str]]:
        """What the answer rests on, as pages to look at: words and address."""
        return [shown for record in self.decision.basis if (shown := shown_record(record, self.agreements))]

    @property
    def agreement(self) -> str:
        """The page of the agreement by which it is fixed, if whoever looks may read that."""
        found = (self.agreements.get(record.id, "") for record in self.decision.basis if record.kind is Kind.AGREEMENT)
        return next(filter(None, found), "")


@dataclass(frozen=True)
class Row:
    """One purpose of one asset."""

    purpose: Purpose
    squares: tuple[Square | None, ...]  # a use that does not exist is None

    @property
    def name(self) -> Promise:
        return PURPOSES[self.purpose]

    @property
    def means(self) -> Promise:
        return PURPOSE_MEANS[self.purpose]

    @property
    def present(self) -> list[Square]:
        return [square for square in self.squares if square is not None]

    @property
    def own(self) -> bool:
        """Was anything in it answered at this very layer?"""
        return any(square.own for square in self.present)

    @property
    def albums(self) -> str:
        """The albums from which answers in it come."""
        return ", ".join(dict.fromkeys(square.album for square in self.present if square.album))

    @property
    def album_allows(self) -> list[Promise]:
        """Uses that the album allows and this very layer holds."""
        return [square.use for square in self._held("allowed") if square.below is Layer.ALBUM]

    @property
    def album_holds(self) -> list[Promise]:
        """Uses that this very layer allows and the album holds."""
        return [square.use for square in self._allowed() if square.below is Layer.ALBUM]

    @property
    def account_allows(self) -> list[Promise]:
        """Uses that the account allows and this very layer holds."""
        return [square.use for square in self._held("allowed") if square.below is Layer.ACCOUNT]

    @property
    def account_holds(self) -> list[Promise]:
        """Uses that this very layer allows and the account does not."""
        return [square.use for square in self._allowed() if square.below is not Layer.ALBUM]

    def _held(self, against: str) -> list[Square]:
        return [square for square in self.present if square.own == "held" and square.default == against]

    def _allowed(self) -> list[Square]:
        return [square for square in self.present if square.own == "allowed" and square.default != "allowed"]

    @property
    def fixed(self) -> bool:
        """Can nothing in it be answered here?"""
        return all(square.fixed for square in self.present)


@dataclass(frozen=True)
class Sheet:
    """One asset."""

    asset: Asset
    rows: tuple[Row, ...]

    @property
    def name(self) -> Promise:
        return ASSETS[self.asset]

    @property
    def squares(self) -> list[Square]:
        return [square for row in self.rows for square in row.present]

    @property
    def open(self) -> int:
        return sum(square.allowed and square.fixed != "needed" for square in self.squares)


@dataclass(frozen=True)
class Grid:
    """All of it."""

    sheets: tuple[Sheet, ...]
    shown: int  # the cells that stand ticked: what comes back is compared with this

    @property
    def squares(self) -> list[Square]:
        return [square for sheet in self.sheets for square in sheet.squares]

    @property
    def counts(self) -> dict[str, int]:
        """How many are what: allowed, held, needed, fixed by an agreement."""
        found = {"allowed": 0, "held": 0, "needed": 0, "agreed": 0}
        for square in self.squares:
            kind = square.fixed if square.fixed in ("needed", "agreed") else "allowed" if square.allowed else "held"
            found["agreed" if square.decision.reason is Reason.AGREED else kind] += 1
        return found

    @property
    def offered(self) -> str:
        """The cells that a tick can turn, in digits, for the form."""
        return as_digits(mask_of(square.cell for square in self.squares if not square.fixed))

    @property
    def allowed(self) -> int:
        """How many the artist opened: those that *hold everything* would close."""
        return sum(square.allowed and not square.fixed for square in self.squares)


USE_COLUMNS = [(USES[use], USE_MEANS[use]) for use in Use]


def grid(
    stance: Stance,
    layer: Layer,
    at: datetime,
    assets: Iterable[Asset] = Asset,
    agreements: Mapping[int, str] | None = None,
) -> Grid:
    """What stands in every cell, for whoever answers in this layer.

    `agreements`: the pages of those that whoever looks may read.
    """
    errand, pages = Errand(at), agreements or {}
    called = titles_of({answer.album for answer in stance.album})
    titles = {answer.id: called.get(answer.album, "") for answer in stance.album}
    lower = _LAYERS[_LAYERS.index(layer) + 1 :]

    def square(each: Cell) -> Square:
        decision = decide(Ask(each, errand), stance)
        below = next((one for one in lower if _said_in(stance, one, each)), None)
        album = ", ".join(
            dict.fromkeys(titles[one.id] for one in decision.basis if one.kind is Kind.ANSWER and one.id in titles)
        )
        default = _said_in(stance, below, each) if below else ""
        return Square(each, decision, _said_in(stance, layer, each), below, default, album, pages)

    sheets = []
    for asset in assets:
        rows = []
        for purpose in Purpose:
            squares = tuple(square(cell(asset, purpose, use)) if exists(asset, purpose, use) else None for use in Use)
            if any(squares):
                rows.append(Row(purpose, squares))
        sheets.append(Sheet(asset, tuple(rows)))
    made = Grid(tuple(sheets), 0)
    ticked = mask_of(each.cell for each in made.squares if each.allowed and not each.fixed)
    return Grid(made.sheets, ticked)


def _said_in(stance: Stance, layer: Layer, each: Cell) -> str:
    """What a layer says of a cell: where both were said, held counts."""
    spoken = stance.cells
    allowed, held = {
        Layer.OWN: (spoken.allowed, spoken.held),
        Layer.ALBUM: (spoken.album_allowed, spoken.album_held),
        Layer.ACCOUNT: (spoken.account_allowed, spoken.account_held),
    }[layer]
    return "held" if held & each.bit else "allowed" if allowed & each.bit else ""


ANSWERABLE = mask_of(CELLS) & ~LICENCE_ONLY & ~NEEDED


def wish_of(typed: QueryDict) -> Wish:
    """What the form asks for: only what was changed is answered, so that defaults go on holding elsewhere.

    `open` names the cells that are ticked, `shown` those that were when the page was made. `clear` names a purpose of
    an asset, or everything, in which this layer is to say nothing more. Names that are no cells are left out.
    """
    ticked, shown = _cells(typed.getlist("open")), _digits(typed.get("shown", ""))
    offered = _digits(typed.get("offered", "")) & ANSWERABLE
    changed = (ticked ^ shown) & offered
    cleared = _cells(typed.getlist("clear"))
    return Wish(allowed=changed & ticked & ~cleared, held=changed & ~ticked & ~cleared, cleared=cleared)


def _cells(names: Iterable[str]) -> int:
    found = 0
    for name in names:
        try:
            found |= cell_named(name).bit
        except ValueError:
            continue
    return found


def _digits(text: str) -> int:
    try:
        return int(text[:64] or "0", 16)
    except ValueError:
        return 0
