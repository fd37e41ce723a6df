"""The same decision for many cells at once: set operations instead of questions.

One formula, `settle`, over facts that are plain integers. Laid one way each bit is a cell, and the answer is all that
is open in one work (`effective_mask`). Laid the other way (`by_cell`) each bit is a work, and the answer is all works
that are open in one cell. It says yes and no exactly as `rules.consent.decide` does; the reasons are asked there.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tenuto.rules.agreements import Agreement, Errand
from tenuto.rules.cells import BITS_PER_ASSET, CELLS, EVERYTHING, LICENCE_ONLY, NEEDED, Asset, Cell
from tenuto.rules.stances import Stance

_BYTES = len(Asset) * BITS_PER_ASSET // 8


class Facts(NamedTuple):
    """What the steps of a decision look at, a set of bits each. Whether a bit is a cell or a work is all the same."""

    closed: int = 0  # steps 1 and 2: stopped, removed or erased
    needed: int = 0  # step 3
    refused: int = 0  # steps 4 to 6: an objection, a dispute, the track's own held, an agreement that does not grant
    agreed: int = 0  # step 6: an agreement grants
    licence_only: int = 0  # step 6: what nothing but a licence opens …
    licensed: int = 0  # … and those that one does
    named: int = 0  # step 7
    allowed: int = 0  # step 8
    album_held: int = 0  # step 9
    album_allowed: int = 0
    account_held: int = 0
    account_allowed: int = 0


def settle(facts: Facts) -> int:
    """The bits that are open."""
    account = facts.account_allowed & ~facts.account_held
    default = (facts.album_allowed | account) & ~facts.album_held
    by_terms = facts.named & (facts.allowed | default) & ~facts.licence_only
    by_licence = facts.licensed & facts.licence_only
    granted = (facts.agreed | by_terms | by_licence) & ~facts.refused
    return (facts.needed | granted) & ~facts.closed


def effective_mask(stance: Stance, errand: Errand) -> int:
    """All cells of one work that are open on this errand."""
    return settle(facts_of(stance, errand))


def facts_of(stance: Stance, errand: Errand) -> Facts:
    """What stands about one work, each bit a cell."""
    cells, terms = stance.cells, stance.terms
    not_agreed, agreed = _agreed(stance.agreements, errand)
    licensed = 0
    for licence in stance.licences:
        if licence.opens_to(errand):
            licensed |= licence.cells
    return Facts(
        closed=EVERYTHING if stance.removals else cells.stopped,
        needed=terms.needed & NEEDED if terms else 0,
        refused=cells.objected | cells.held | not_agreed,
        agreed=agreed,
        licence_only=LICENCE_ONLY,
        licensed=licensed,
        named=terms.named if terms else 0,
        allowed=cells.allowed,
        album_held=cells.album_held,
        album_allowed=cells.album_allowed,
        account_held=cells.account_held,
        account_allowed=cells.account_allowed,
    )


def by_cell(works: Sequence[Facts]) -> dict[Cell, Facts]:
    """The facts of many works turned round: for each cell, each bit a work, the first work the lowest bit."""
    planes = [_planes([facts[fact] for facts in works]) for fact in range(len(Facts._fields))]
    return {cell: Facts(*(plane[cell.position] for plane in planes)) for cell in CELLS}


def _agreed(agreements: Iterable[Agreement], errand: Errand) -> tuple[int, int]:
    """Where agreements say no, and where they say yes."""
    no = yes = 0
    for agreement in agreements:
        if agreement.touches(errand):
            granted = agreement.grants if agreement.names(errand) else agreement.grants & ~LICENCE_ONLY
            no |= agreement.covers & ~granted
            if agreement.encloses(errand):
                yes |= agreement.covers & granted
    return no, yes


# Hacker's Delight 7-3: an 8 x 8 block of bits is turned by exchanging bits 7, then 14, then 28 places apart.
_EXCHANGES = [
    (shift, bytes.fromhex(places))
    for shift, places in ((7, "aa00aa00aa00aa00"), (14, "cccc0000cccc0000"), (28, "f0f0f0f000000000"))
]


def _planes(masks: Sequence[int]) -> list[int]:
    """Bit p of mask n becomes bit n of plane p.

    Eight masks and eight bits at a time, but for all masks in one integer, so that nothing is done work by work.
    """
    blocks = -(-len(masks) // 8)
    rows = b"".join([mask.to_bytes(_BYTES, "little") for mask in masks]).ljust(blocks * 8 * _BYTES, b"\0")
    exchanges = [(shift, int.from_bytes(places * blocks, "little")) for shift, places in _EXCHANGES]
    planes: list[int] = []
    for start in range(_BYTES):
        bits = int.from_bytes(rows[start::_BYTES], "little")
        for shift, places in exchanges if bits else ():
            differing = (bits ^ bits >> shift) & places
            bits ^= differing ^ differing << shift
        turned = bits.to_bytes(blocks * 8, "little")
        planes += [int.from_bytes(turned[bit::8], "little") for bit in range(8)]
    return planes
