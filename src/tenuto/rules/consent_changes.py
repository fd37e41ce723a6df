"""What an act does to a stance, and which cells it opens or closes: for previews, and for the history itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from tenuto.rules.agreements import Errand
from tenuto.rules.cells import Cell, cells_in
from tenuto.rules.consent import Ask, Decision, decide
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.stances import Acceptance, Answer, Stance


class Layer(StrEnum):
    """Where an answer is given. Values are the names of the fields of a stance."""

    OWN = "own"
    ALBUM = "album"
    ACCOUNT = "account"


def answering(stance: Stance, layer: Layer, answer: Answer, cleared: int = 0) -> Stance:
    """The stance after an answer. It takes the place of older answers in its cells; `cleared` cells fall silent.

    A yes can only be said to what accepted terms name: said to anything else it would wait for terms that nobody has
    read, and become a yes to them.
    """
    named = stance.terms.named if stance.terms else 0
    spoken = answer.allowed | answer.held | cleared
    older: tuple[Answer, ...] = getattr(stance, layer)
    # Each album answers for itself; what another album said of the same track still stands.
    left = [_without(each, spoken, spoken) if each.album == answer.album else each for each in older]
    new = _without(answer, ~named | answer.held, 0)
    return _with(stance, layer, _speaking([*left, new]))


def accepting(stance: Stance, terms: Acceptance) -> Stance:
    """The stance after accepting terms in the place of those accepted before.

    A yes lasts only where both name its cell. So new terms never widen an old yes, and what terms once dropped must
    be asked again.
    """
    ended = ~(terms.named & stance.terms.named) if stance.terms else ~0
    own, album, account = (
        _speaking([_without(each, ended, 0) for each in answers])
        for answers in (stance.own, stance.album, stance.account)
    )
    return replace(stance, terms=terms, own=own, album=album, account=account)


@dataclass(frozen=True)
class Change:
    """One cell that opens or closes, with the reasons before and after."""

    cell: Cell
    before: Decision
    after: Decision

    @property
    def opens(self) -> bool:
        return self.after.allowed


def what_changes(before: Stance, after: Stance, errand: Errand) -> tuple[Change, ...]:
    """Every cell whose answer turns between two stances, in the order of cells."""
    turned = effective_mask(before, errand) ^ effective_mask(after, errand)
    asks = (Ask(cell, errand) for cell in cells_in(turned))
    return tuple(Change(ask.cell, decide(ask, before), decide(ask, after)) for ask in asks)


def _without(answer: Answer, allowed: int, held: int) -> Answer:
    """The answer, no longer speaking for these cells."""
    if not (answer.allowed & allowed or answer.held & held):
        return answer
    # Written out: `dataclasses.replace` takes four times as long, and every replay of a history comes this way.
    return Answer(
        id=answer.id,
        party=answer.party,
        allowed=answer.allowed & ~allowed,
        held=answer.held & ~held,
        album=answer.album,
    )


def _speaking(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Answers that no longer speak are left out."""
    return tuple([answer for answer in answers if answer.allowed or answer.held])


def _with(stance: Stance, layer: Layer, answers: tuple[Answer, ...]) -> Stance:
    if layer is Layer.OWN:
        return replace(stance, own=answers)
    if layer is Layer.ALBUM:
        return replace(stance, album=answers)
    return replace(stance, account=answers)
