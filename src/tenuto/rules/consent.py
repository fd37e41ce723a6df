"""May AI touch this asset, for this purpose, in this use? The one rule; the gate and every page ask it.

Ten steps, from strongest to weakest; the first that speaks wins. Every answer carries its reason and the records it
rests on. Nothing here reads a clock: a decision about a past moment is made from the stance of that moment.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from tenuto.rules.agreements import Agreement, Errand
from tenuto.rules.cells import LICENCE_ONLY, NEEDED, Cell
from tenuto.rules.records import Record
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
    DECLINED = "declined"  # the terms name it, in a clause that was left out
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
    Reason.DECLINED: 7,
    Reason.ALLOWED: 8,
    Reason.ALBUM_ALLOWS: 9,
    Reason.ALBUM_HOLDS: 9,
    Reason.ACCOUNT_ALLOWS: 9,
    Reason.ACCOUNT_HOLDS: 9,
    Reason.SILENCE: 10,
}


class Ask(NamedTuple):
    """What AI code wants: one cell, and on what errand."""

    cell: Cell
    errand: Errand


# Named tuples: making an ask and a decision took half of the time of deciding while they were frozen dataclasses.
class Decision(NamedTuple):
    """The answer, why, and the records it rests on. A yes always rests on something."""

    allowed: bool
    reason: Reason
    basis: tuple[Record, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


_NOT_LICENSED = Decision(False, Reason.NOT_LICENSED)
_NO_TERMS = Decision(False, Reason.NOT_IN_TERMS)
_SILENCE = Decision(False, Reason.SILENCE)


def decide(ask: Ask, stance: Stance) -> Decision:
    """Answer one ask. The first step that speaks wins; if none speaks, the answer is no."""
    bit, terms = ask.cell.bit, stance.terms
    stopped, objected, held, allowed, album_held, album_allowed, account_held, account_allowed, covered = stance.cells

    # 1. The operator stopped this purpose.
    if bit & stopped:
        return _no(Reason.STOPPED, [stop.record for stop in stance.stops if bit & stop.cells])

    # 2. The work is removed or erased.
    if stance.removals:
        erased = any(removal.erased for removal in stance.removals)
        return _no(Reason.ERASED if erased else Reason.REMOVED, [removal.record for removal in stance.removals])

    # 3. Needed, and declared so in terms that were accepted. Terms cannot make the list of what is needed longer.
    if bit & NEEDED and terms is not None and bit & terms.needed:
        return Decision(True, Reason.NEEDED, (terms.record,))

    # 4. One no of a rights holder outweighs any number of yeses, so this stands above every step that can allow.
    if bit & objected:
        objections = [objection.record for objection in stance.objections if bit & objection.cells]
        disputes = [dispute.record for dispute in stance.disputes]
        return _no(Reason.DISPUTED if disputes else Reason.OBJECTED, disputes + objections)

    # 5. The track's own no. Agreements come later: they can speak where the artist was silent, never against this.
    if bit & held:
        return _no(Reason.HELD, [answer.record for answer in stance.own if bit & answer.held])

    # 6. Agreements stand in the place of the terms. A licence is an agreement with one recipient.
    covering = _covering(stance, ask) if bit & covered else ()
    if covering and (agreed := _agreed(covering, ask)) is not None:
        return agreed
    if bit & LICENCE_ONLY:
        return _licensed(stance, covering, ask)

    # 7. The uploader has accepted no terms that name the cell.
    if terms is None:
        return _NO_TERMS
    if not bit & terms.named:
        return Decision(False, Reason.DECLINED if bit & terms.declined else Reason.NOT_IN_TERMS, (terms.record,))

    # 8. The track's own yes.
    if bit & allowed:
        return _allowed(Reason.ALLOWED, bit, stance.own, terms, covering)

    # 9. The album's default, then the account's. Of several albums, one no is enough.
    if bit & album_held:
        return _no(Reason.ALBUM_HOLDS, [answer.record for answer in stance.album if bit & answer.held])
    if bit & album_allowed:
        return _allowed(Reason.ALBUM_ALLOWS, bit, stance.album, terms, covering)
    if bit & account_held:
        return _no(Reason.ACCOUNT_HOLDS, [answer.record for answer in stance.account if bit & answer.held])
    if bit & account_allowed:
        return _allowed(Reason.ACCOUNT_ALLOWS, bit, stance.account, terms, covering)

    # 10. Silence.
    return _SILENCE


def _covering(stance: Stance, ask: Ask) -> Sequence[Agreement]:
    """The agreements that bind here and now."""
    return [each for each in stance.agreements if ask.cell.bit & each.covers and each.touches(ask.errand)]


def _agreed(covering: Sequence[Agreement], ask: Ask) -> Decision | None:
    """What agreements say. Where several cover, all must grant; one that does not is enough for a no."""
    if refusing := [agreement.record for agreement in covering if not _grants(agreement, ask)]:
        return _no(Reason.NOT_AGREED, refusing)
    # One that binds in some countries only can close a use that reaches further, but not open it.
    if any(agreement.encloses(ask.errand) for agreement in covering):
        return _yes(Reason.AGREED, [agreement.record for agreement in covering])
    return None


def _grants(agreement: Agreement, ask: Ask) -> bool:
    bit = ask.cell.bit
    return bool(bit & agreement.grants) and (not bit & LICENCE_ONLY or agreement.names(ask.errand))


def _licensed(stance: Stance, covering: Sequence[Agreement], ask: Ask) -> Decision:
    """What licences say. No answer and no terms can take their place."""
    if not stance.licences:
        return _NOT_LICENSED
    opening = [each.record for each in stance.licences if ask.cell.bit & each.cells and each.opens_to(ask.errand)]
    if opening:
        return _yes(Reason.LICENSED, opening + [agreement.record for agreement in covering])
    return _NOT_LICENSED


def _allowed(
    reason: Reason, bit: int, answers: Iterable[Answer], terms: Acceptance, covering: Sequence[Agreement]
) -> Decision:
    """A yes of the artist rests on the answer, on the terms that name the cell, and on agreements that let it be."""
    basis = [answer.record for answer in answers if bit & answer.allowed]
    basis.append(terms.record)
    if covering:
        basis += [agreement.record for agreement in covering]
    return _yes(reason, basis)


def _yes(reason: Reason, basis: list[Record]) -> Decision:
    return Decision(True, reason, _in_order(basis))


def _no(reason: Reason, basis: list[Record]) -> Decision:
    return Decision(False, reason, _in_order(basis))


def _in_order(basis: list[Record]) -> tuple[Record, ...]:
    """Sorted, so that the order in which rows were read never shows. Mostly there is but one."""
    if len(basis) > 1:
        basis.sort()
    return tuple(basis)
