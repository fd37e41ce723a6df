"""May AI touch this asset, for this purpose, in this use? The one rule; the gate and every page ask it.

Ten steps, from strongest to weakest; the first that speaks wins. Every answer carries its reason and the records it
rests on. Nothing here reads a clock: a decision about a past moment is made from the stance of that moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tenuto.rules.agreements import Agreement, Errand
from tenuto.rules.cells import LICENCE_ONLY, NEEDED, Cell
from tenuto.rules.records import Record, Said
from tenuto.rules.stances import Acceptance, Answer, Stance


class Reason(StrEnum):
    """Why the answer is what it is."""

    STOPPED = "stopped"
    REMOVED = "removed"
    ERASED = "erased"
    NEEDED = "needed"
    OBJECTED = "objected"
    DISPUTED = "disputed"
    HELD = "held"
    AGREED = "agreed"  # an agreement grants it
    NOT_AGREED = "not_agreed"  # an agreement covers the asset and does not grant it
    LICENSED = "licensed"
    NOT_LICENSED = "not_licensed"
    NOT_IN_TERMS = "not_in_terms"
    ALLOWED = "allowed"
    ALBUM_ALLOWS = "album_allows"
    ALBUM_HOLDS = "album_holds"
    ACCOUNT_ALLOWS = "account_allows"
    ACCOUNT_HOLDS = "account_holds"
    SILENCE = "silence"

    @property
    def step(self) -> int:
        """Which of the ten steps spoke."""
        return _STEPS[self]


_STEPS = {
    Reason.STOPPED: 1,
    Reason.REMOVED: 2,
    Reason.ERASED: 2,
    Reason.NEEDED: 3,
    Reason.OBJECTED: 4,
    Reason.DISPUTED: 4,
    Reason.HELD: 5,
    Reason.AGREED: 6,
    Reason.NOT_AGREED: 6,
    Reason.LICENSED: 6,
    Reason.NOT_LICENSED: 6,
    Reason.NOT_IN_TERMS: 7,
    Reason.ALLOWED: 8,
    Reason.ALBUM_ALLOWS: 9,
    Reason.ALBUM_HOLDS: 9,
    Reason.ACCOUNT_ALLOWS: 9,
    Reason.ACCOUNT_HOLDS: 9,
    Reason.SILENCE: 10,
}


@dataclass(frozen=True)
class Ask:
    """What AI code wants: one cell, and on what errand."""

    cell: Cell
    errand: Errand


@dataclass(frozen=True)
class Decision:
    """The answer, why, and the records it rests on. A yes always rests on something."""

    allowed: bool
    reason: Reason
    basis: tuple[Record, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


def decide(ask: Ask, stance: Stance) -> Decision:
    """Answer one ask. The first step that speaks wins; if none speaks, the answer is no."""
    bit, cells, terms = ask.cell.bit, stance.cells, stance.terms

    # 1. The operator stopped this purpose.
    if bit & cells.stopped:
        return _no(Reason.STOPPED, (stop for stop in stance.stops if bit & stop.cells))

    # 2. The work is removed or erased.
    if stance.removals:
        erased = any(removal.erased for removal in stance.removals)
        return _no(Reason.ERASED if erased else Reason.REMOVED, stance.removals)

    # 3. Needed, and declared so in terms that were accepted. Terms cannot make the list of what is needed longer.
    if terms is not None and bit & terms.needed & NEEDED:
        return Decision(True, Reason.NEEDED, (terms.record,))

    # 4. One no of a rights holder outweighs any number of yeses, so this stands above every step that can allow.
    if bit & cells.objected:
        objections = [objection for objection in stance.objections if bit & objection.cells]
        return _no(Reason.DISPUTED if stance.disputes else Reason.OBJECTED, [*stance.disputes, *objections])

    # 5. The track's own no. Agreements come later: they can speak where the artist was silent, never against this.
    if bit & cells.held:
        return _no(Reason.HELD, (answer for answer in stance.own if bit & answer.held))

    # 6. Agreements stand in the place of the terms. A licence is an agreement with one recipient.
    covering = _covering(stance, ask) if bit & cells.covered else []
    if covering and (agreed := _agreed(covering, ask)) is not None:
        return agreed
    if bit & LICENCE_ONLY:
        return _licensed(stance, covering, ask)

    # 7. The uploader has accepted no terms that name the cell.
    if terms is None or not bit & terms.named:
        return Decision(False, Reason.NOT_IN_TERMS, (terms.record,) if terms else ())

    # 8. The track's own yes.
    if bit & cells.allowed:
        return _yes(Reason.ALLOWED, bit, stance.own, terms, covering)

    # 9. The album's default, then the account's. Of several albums, one no is enough.
    if bit & cells.album_held:
        return _no(Reason.ALBUM_HOLDS, (answer for answer in stance.album if bit & answer.held))
    if bit & cells.album_allowed:
        return _yes(Reason.ALBUM_ALLOWS, bit, stance.album, terms, covering)
    if bit & cells.account_held:
        return _no(Reason.ACCOUNT_HOLDS, (answer for answer in stance.account if bit & answer.held))
    if bit & cells.account_allowed:
        return _yes(Reason.ACCOUNT_ALLOWS, bit, stance.account, terms, covering)

    # 10. Silence.
    return Decision(False, Reason.SILENCE)


def _covering(stance: Stance, ask: Ask) -> list[Agreement]:
    """The agreements that bind here and now."""
    return [each for each in stance.agreements if ask.cell.bit & each.covers and each.touches(ask.errand)]


def _agreed(covering: Sequence[Agreement], ask: Ask) -> Decision | None:
    """What agreements say. Where several cover, all must grant; one that does not is enough for a no."""
    if refusing := [agreement for agreement in covering if not _grants(agreement, ask)]:
        return _no(Reason.NOT_AGREED, refusing)
    # One that binds in some countries only can close a use that reaches further, but not open it.
    if any(agreement.encloses(ask.errand) for agreement in covering):
        return Decision(True, Reason.AGREED, _records(covering))
    return None


def _grants(agreement: Agreement, ask: Ask) -> bool:
    bit = ask.cell.bit
    return bool(bit & agreement.grants) and (not bit & LICENCE_ONLY or agreement.names(ask.errand))


def _licensed(stance: Stance, covering: Sequence[Agreement], ask: Ask) -> Decision:
    """What licences say. No answer and no terms can take their place."""
    if opening := [each for each in stance.licences if ask.cell.bit & each.cells and each.opens_to(ask.errand)]:
        return Decision(True, Reason.LICENSED, _records([*opening, *covering]))
    return Decision(False, Reason.NOT_LICENSED)


def _yes(
    reason: Reason, bit: int, answers: Iterable[Answer], terms: Acceptance, covering: Sequence[Agreement]
) -> Decision:
    """A yes of the artist rests on the answer, on the terms that name the cell, and on agreements that let it be."""
    allowing = [answer for answer in answers if bit & answer.allowed]
    return Decision(True, reason, _records([*allowing, *covering, terms]))


def _no(reason: Reason, said: Iterable[Said]) -> Decision:
    return Decision(False, reason, _records(said))


def _records(said: Iterable[Said]) -> tuple[Record, ...]:
    """Sorted, so that the order in which rows were read never shows."""
    return tuple(sorted([each.record for each in said]))
