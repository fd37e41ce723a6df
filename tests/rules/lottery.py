"""Random states by the hundred thousand, quicker than hypothesis makes them and from a seed that never changes."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from tenuto.rules.agreements import Agreement, Errand, Licence, Recipient
from tenuto.rules.cells import CELLS, Asset, Cell, Purpose, mask_of
from tenuto.rules.consent import Ask
from tenuto.rules.stances import Acceptance, Answer, Dispute, Objection, Removal, Stance, Stop
from tests.rules.people import HOUR, NOON
from tests.rules.stances import FEW

RECIPIENTS = [Recipient("Stem"), Recipient("Other"), Recipient("Stem", "1"), Recipient("", "1"), Recipient("", "2")]
MOMENTS = [NOON - HOUR, NOON, NOON + HOUR]
PLACES = [None, None, frozenset({"DE"}), frozenset({"PT", "JP"})]


def draw(seed: int, states: int) -> Iterator[tuple[Ask, Stance]]:
    """So many asks, each with a stance that has something to say about it."""
    random = Random(seed)
    for _ in range(states):
        drawn = Draw(random)
        yield drawn.ask, drawn.stance()


class Draw:
    """One state."""

    def __init__(self, random: Random) -> None:
        self.random = random
        cell = random.choice(FEW if random.random() < 0.8 else CELLS)
        self.ask = Ask(cell, Errand(NOON, random.choice([None, "DE", "PT"]), self.one("Stem"), self.one("1")))
        self.number = 0

    def stance(self) -> Stance:
        happens, random = self.happens, self.random
        return Stance(
            stops=tuple(Stop(id=self.id(), purpose=self.purpose()) for _ in range(happens(0.1))),
            removals=tuple(Removal(id=self.id(), erased=random.random() < 0.5) for _ in range(happens(0.06))),
            terms=self.terms() if happens(0.85) else None,
            objections=tuple(Objection(id=self.id(), cells=self.mask(0.5)) for _ in range(happens(0.2, 2))),
            disputes=tuple(Dispute(id=self.id()) for _ in range(happens(0.05))),
            agreements=tuple(self.agreement() for _ in range(happens(0.3, 3))),
            licences=tuple(self.licence() for _ in range(happens(0.5, 2))),
            own=self.answers(0.4),
            album=self.answers(0.4),
            account=self.answers(0.5),
        )

    def terms(self) -> Acceptance:
        return Acceptance(id=self.id(), named=self.mask(0.8), needed=self.mask(0.6), declined=self.mask(0.5))

    def agreement(self) -> Agreement:
        random = self.random
        starts, ends = self.dates()
        return Agreement(
            id=self.id(),
            starts_at=starts,
            ends_at=ends,
            countries=random.choice(PLACES),
            assets=frozenset({self.ask.cell.asset if random.random() < 0.7 else random.choice(list(Asset))}),
            grants=self.mask(0.75),
            recipients=tuple(random.sample(RECIPIENTS, random.randrange(3))),
        )

    def licence(self) -> Licence:
        starts, ends = self.dates()
        place, recipient = self.random.choice(PLACES), self.random.choice(RECIPIENTS)
        return Licence(
            id=self.id(), starts_at=starts, ends_at=ends, countries=place, cells=self.mask(0.7), recipient=recipient
        )

    def answers(self, chance: float) -> tuple[Answer, ...]:
        return tuple(
            Answer(id=self.id(), allowed=self.mask(0.45), held=self.mask(0.2), album=number)
            for number in range(self.happens(chance, 2))
        )

    def happens(self, chance: float, at_most: int = 1) -> int:
        return sum(self.random.random() < chance for _ in range(at_most))

    def mask(self, chance: float) -> int:
        """A few cells; with this chance also the one that is asked for."""
        some: list[Cell] = self.random.sample(FEW, self.random.randrange(3))
        return mask_of(some) & ~self.ask.cell.bit | (self.ask.cell.bit if self.random.random() < chance else 0)

    def dates(self) -> tuple[datetime, datetime | None]:
        starts = NOON - HOUR if self.random.random() < 0.6 else self.random.choice(MOMENTS)
        return starts, None if self.random.random() < 0.5 else self.random.choice(MOMENTS)

    def purpose(self) -> Purpose:
        return self.ask.cell.purpose if self.random.random() < 0.6 else self.random.choice(list(Purpose))

    def one(self, name: str) -> str:
        return self.random.choice(["", name, name, "Other", "2"])

    def id(self) -> int:
        self.number += 1
        return self.number
