"""What people said about a catalogue of works: as stances of the rules, and as rows of the real database."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from tenuto.accounts.models import Account
from tenuto.agreements import models as rows
from tenuto.agreements.wording import Content, Parties, Thing, digest_of, write
from tenuto.consent.models import Act, ActTrack
from tenuto.rules.agreements import Agreement, Licence, Recipient
from tenuto.rules.cells import EVERYTHING, LICENCE_ONLY, NEEDED, Asset, Cell, cells_in, cells_of
from tenuto.rules.stances import Acceptance, Answer, Objection, Stance
from tenuto.terms.models import Acceptance as Accepted
from tenuto.terms.models import Version
from tenuto.terms.versions import publish
from tenuto.tracks.models import Track

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
OPENED = EVERYTHING & ~LICENCE_ONLY  # what an answer or terms can open
WORKS_OF_ONE = 50
T = TypeVar("T")

# ——— as stances ———


def catalogue(random: Random, works: int) -> list[Stance]:
    """Works as they would be: an account for each 50, most silent, some answered, few with other people's word.

    People answer for several works in one act, and sign one agreement for several.
    """
    stances: list[Stance] = []
    for number in range(works):
        if number % WORKS_OF_ONE == 0:
            terms = Acceptance(id=number, party="1", named=OPENED, needed=NEEDED)
            account = maybe(random, 0.7, an_answer(random, number))
            album = maybe(random, 0.4, Answer(id=number + 1, allowed=some_of(random) & OPENED, album=number))
            acts = [an_answer(random, number + 2 + act) for act in range(3)]
            agreement = maybe(random, 0.2, an_agreement(random, number))
            licence = maybe(random, 0.1, a_licence(number))
        stances.append(
            Stance(
                terms=terms,
                objections=maybe(random, 0.02, Objection(id=number, party="writer")),
                agreements=agreement if random.random() < 0.5 else (),
                licences=licence if random.random() < 0.5 else (),
                own=maybe(random, 0.4, random.choice(acts)),
                album=album,
                account=account,
            )
        )
    return stances


def an_answer(random: Random, number: int) -> Answer:
    return Answer(id=number, allowed=some_of(random) & OPENED, held=some_of(random))


def an_agreement(random: Random, number: int) -> Agreement:
    return Agreement(
        id=number,
        party="Northlight",
        starts_at=NOON - YEAR,
        ends_at=NOON + YEAR,
        assets=frozenset({Asset.RECORDING}),
        grants=some_of(random) & cells_of(Asset.RECORDING),
    )


def a_licence(number: int) -> Licence:
    return Licence(
        id=number,
        starts_at=NOON - YEAR,
        cells=cells_of(Asset.RECORDING) & LICENCE_ONLY,
        recipient=Recipient("Stem Studio"),
    )


def maybe(random: Random, chance: float, said: T) -> tuple[T, ...]:
    return (said,) if random.random() < chance else ()


def some_of(random: Random) -> int:
    """A quarter of all cells."""
    return random.getrandbits(256) & random.getrandbits(256) & EVERYTHING


# ——— as rows ———


def write_down(stances: Sequence[Stance]) -> list[int]:
    """The same, said by accounts about tracks of theirs. Returns the ids of the tracks, in the order of the stances.

    Albums and licences are left out: there are no rows for them yet.
    """
    version = publish(terms_naming(OPENED), NOON - YEAR, at=NOON - YEAR)
    accounts = artists(-(-len(stances) // WORKS_OF_ONE))
    owners = [accounts[number // WORKS_OF_ONE] for number in range(len(stances))]
    accept(accounts, version)
    tracks = Track.objects.bulk_create(
        Track(owner=owner, title=f"Piece {number}", slug=f"piece-{number}", description="Recorded in one take. " * 5)
        for number, owner in enumerate(owners)
    )
    every: dict[int, Act] = {}
    for stance, owner in zip(stances, owners, strict=True):
        for layer, answers in ((Act.Layer.ACCOUNT, stance.account), (Act.Layer.TRACKS, stance.own)):
            for answer in answers:
                every.setdefault(id(answer), an_act(owner, layer, answer.allowed, answer.held))
    Act.objects.bulk_create(every.values())
    ActTrack.objects.bulk_create(
        ActTrack(act=every[id(answer)], track=track)
        for stance, track in zip(stances, tracks, strict=True)
        for answer in stance.own
    )
    rows.Objection.objects.bulk_create(
        rows.Objection(track=track, role=rows.Objection.Role.WRITER, words="I wrote it.", at=NOON - DAY)
        for stance, track in zip(stances, tracks, strict=True)
        for _ in stance.objections
    )
    agreed: dict[int, tuple[Agreement, Account, list[Track]]] = {}
    for stance, track in zip(stances, tracks, strict=True):
        for each in stance.agreements:
            agreed.setdefault(id(each), (each, track.owner, []))[2].append(track)
    label = northlight()
    for each, owner, covered in agreed.values():
        things = frozenset(Thing(rows.Reach.Kind.TRACK, track.key) for track in covered)
        agree(label, owner, things, each.assets, cells_in(each.grants))
    return [track.pk for track in tracks]


def artists(count: int, first: int = 0) -> list[Account]:
    return Account.objects.bulk_create(
        Account(username=f"artist-{number}", email=f"{number}@example.org", display_name=f"Artist {number}")
        for number in range(first, first + count)
    )


def accept(accounts: Iterable[Account], version: Version) -> None:
    Accepted.objects.bulk_create(
        Accepted(account=account, version=version, digest=version.digest, how=Accepted.How.SIGN_UP, at=NOON - YEAR)
        for account in accounts
    )


def an_act(account: Account, layer: Act.Layer, allowed: int, held: int) -> Act:
    """Both bits set is held, as the pages would have it."""
    return Act(
        account=account, layer=layer, allowed=allowed & ~held, held=held, how=Act.How.PAGE, at=NOON - DAY
    )  # fmt: skip


def northlight() -> rows.Organisation:
    label: rows.Organisation = rows.Organisation.objects.create(
        slug="northlight", name="Northlight", kind=rows.Organisation.Kind.LABEL, contact="rights@example.org"
    )
    rows.Verification.objects.create(organisation=label, is_verified=True, how="Their entry in the register.")
    return label


def agree(
    label: rows.Organisation,
    artist: Account,
    things: frozenset[Thing],
    assets: frozenset[Asset],
    grants: Iterable[Cell],
) -> None:
    """An agreement that has bound for a year. The signatures, which nobody reads again, are left out."""
    content = Content(things=things, assets=assets, grants=frozenset(grants))
    text = write(content, Parties(label.name, label.slug, artist.name, artist.username))
    agreement = rows.Agreement.objects.create(organisation=label, artist=artist, drafted_by=rows.Side.ORGANISATION)
    wording = rows.Wording.objects.create(
        agreement=agreement, number=1, text=text, digest=digest_of(text), side=rows.Side.ORGANISATION
    )
    begun = NOON - YEAR
    bond = rows.Bond.objects.create(agreement=agreement, wording=wording, starts_at=begun, at=begun)
    rows.Reach.objects.bulk_create(
        rows.Reach(bond=bond, artist=artist, kind=thing.kind, value=thing.value) for thing in things
    )


def terms_naming(mask: int) -> str:
    """Terms that declare what is needed, and name the other cells of `mask`."""
    needed = "\n".join(f"needed: {line_of(each)}" for each in cells_in(NEEDED))
    others = "\n".join(line_of(each) for each in cells_in(mask & ~NEEDED))
    return (
        "---\ntitle: Terms of use\nsummary: |\n  Yours stays yours.\n---\n\n"
        f"## 1. What is needed\n\n```cells\n{needed}\n```\n\nWithout this nothing works.\n\n"
        f"## 2. What you may allow\n\n```cells\n{others}\n```\n\nSilence is no.\n"
    )


def line_of(each: Cell) -> str:
    return f"{each.asset} {each.purpose}: {each.use}"
