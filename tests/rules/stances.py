"""Stances of every kind, also such as cannot come about, for the tests of consent."""

from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from hypothesis import strategies as st

from tenuto.rules.agreements import Agreement, Errand, Licence, Recipient
from tenuto.rules.cells import CELLS, EVERYTHING, LICENCE_ONLY, NEEDED, Asset, Purpose, Use, cell, cells_in, cells_of
from tenuto.rules.consent import Ask
from tenuto.rules.records import Said
from tenuto.rules.stances import Acceptance, Answer, Dispute, Objection, Removal, Stance, Stop
from tests.rules.people import HOUR, NOON

MIX = cell(Asset.RECORDING, Purpose.RECOMMENDATION, Use.TRAIN)  # an everyday cell of the recording
TAGS = cell(Asset.METADATA, Purpose.ORGANISATION, Use.INFORM)  # and one of another asset
KNOWN = cell(Asset.RECORDING, Purpose.IDENTIFICATION, Use.INPUT)  # needed at upload
COUNTED = cell(Asset.LISTENING, Purpose.FRAUD, Use.INFORM)  # needed when plays are counted
TASTE = cell(Asset.LISTENING, Purpose.RECOMMENDATION, Use.TRAIN)
VOICE = cell(Asset.RECORDING, Purpose.GENERATIVE, Use.TRAIN)  # only ever by licence
SOLD = cell(Asset.METADATA, Purpose.THIRD_PARTY, Use.INPUT)
FEW = (MIX, TAGS, KNOWN, COUNTED, TASTE, VOICE, SOLD)  # so few that records often meet

HERE = Errand(NOON)
STEM_STUDIO = Recipient(licensee="Stem Studio")

moments = st.sampled_from([NOON - HOUR, NOON, NOON + HOUR])
licensees = st.sampled_from(["", "Stem Studio", "Other"])
models = st.sampled_from(["", "Sketcher 1", "Sketcher 2"])
countries = st.sampled_from([None, "DE", "PT"])
errands = st.builds(Errand, at=moments, where=countries, licensee=licensees, model=models)
recipients = st.builds(Recipient, licensee=licensees.filter(bool), model=models)

few_cells = st.sets(st.sampled_from(FEW), max_size=5).map(lambda cells: reduce(or_, (c.bit for c in cells), 0))
masks = (
    few_cells
    | st.sampled_from([0, EVERYTHING, EVERYTHING & ~LICENCE_ONLY, NEEDED, LICENCE_ONLY])
    | st.integers(0, 2**256 - 1).map(lambda bits: bits & EVERYTHING)
    | st.sampled_from([cells_of(asset=asset) for asset in Asset])
)
cells = st.sampled_from(FEW) | st.sampled_from(CELLS)
asks = st.builds(Ask, cells, errands)
asks_for_a_licence = st.builds(Ask, st.sampled_from([VOICE, SOLD, *cells_in(LICENCE_ONLY)]), errands)

ids = st.integers(1, 99)
stops = st.builds(Stop, id=ids, purpose=st.sampled_from(Purpose))
removals = st.builds(Removal, id=ids, erased=st.booleans())
acceptances = st.builds(Acceptance, id=ids, party=st.sampled_from(["1", "2"]), named=masks, needed=masks)
objections = st.builds(Objection, id=ids, party=st.sampled_from(["Bo", "Cy"]), cells=masks)
disputes = st.builds(Dispute, id=ids)
answers = st.builds(Answer, id=ids, allowed=masks, held=masks, album=st.sampled_from([0, 1, 2]))
places = st.none() | st.frozensets(st.sampled_from(["DE", "PT", "JP"]), min_size=1)
endings = st.none() | moments
agreements = st.builds(
    Agreement,
    id=ids,
    party=st.sampled_from(["Northlight", "Estate"]),
    starts_at=moments,
    ends_at=endings,
    countries=places,
    assets=st.frozensets(st.sampled_from(Asset), min_size=1) | st.just(frozenset(Asset)),
    grants=masks,
    recipients=st.lists(recipients, max_size=2).map(tuple),
)
licences = st.builds(
    Licence, id=ids, starts_at=moments, ends_at=endings, countries=places, cells=masks, recipient=recipients
)


T = TypeVar("T")


def some(of: st.SearchStrategy[T], at_most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    """Usually none: with something everywhere the first steps would speak in every stance."""
    return st.just(()) | st.lists(of, max_size=at_most).map(tuple)


stances = st.builds(
    Stance,
    stops=some(stops),
    removals=st.just(()) | some(removals, 1),
    terms=st.none() | acceptances,
    objections=some(objections),
    disputes=st.just(()) | some(disputes, 1),
    agreements=some(agreements, 3),
    licences=some(licences),
    own=some(answers),
    album=some(answers),
    account=some(answers),
)

TERMS = Acceptance(id=1, party="2026-11", named=EVERYTHING & ~LICENCE_ONLY, needed=NEEDED)
NORTHLIGHT = Agreement(
    id=20,
    party="Northlight",
    starts_at=NOON - HOUR,
    ends_at=NOON + HOUR,
    assets=frozenset({Asset.RECORDING}),
    grants=MIX.bit | VOICE.bit,
    recipients=(STEM_STUDIO,),
)
SKETCHER = Licence(
    id=30, party="Stem Studio", starts_at=NOON - HOUR, ends_at=NOON + HOUR, cells=VOICE.bit, recipient=STEM_STUDIO
)
# Alma allows everything that terms can name, and nothing stands against it.
OPEN = Stance(terms=TERMS, own=(Answer(id=2, allowed=EVERYTHING),))


def with_more(stance: Stance, **more: Said) -> Stance:
    """The stance with one more record in each of the named fields."""
    change: dict[str, Any] = {name: (*getattr(stance, name), said) for name, said in more.items()}
    return replace(stance, **change)
