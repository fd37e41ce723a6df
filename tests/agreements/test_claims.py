"""What agreements cover: live, set by set, the same for one track and for a hundred thousand."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture

from tenuto.accounts.models import Account
from tenuto.agreements import sweeps
from tenuto.agreements.claims import claims_on
from tenuto.agreements.ending import part
from tenuto.agreements.events import ClaimsChanged
from tenuto.agreements.models import Organisation, Proof, Reach, Side
from tenuto.agreements.organisations import verify
from tenuto.agreements.reach import SPEAKS_FOR, tracks_under
from tenuto.agreements.wording import Thing
from tenuto.base import events
from tenuto.base.events import on
from tenuto.rules import agreements as rules
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import EVERYTHING, Asset, Cell, Purpose, Use, cell, cell_named
from tenuto.rules.consent import Ask, Decision, Reason, decide
from tenuto.rules.stances import Acceptance, Answer, Stance
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.agreements.agreeing import (
    CATALOGUE,
    DAY,
    ISRC,
    ISWC,
    LEADING,
    OTHER_ISRC,
    SORTING,
    UPC,
    dee,
    drafted,
    isrc,
    label,
    over,
    signed,
    signs,
)
from tests.people import person
from tests.tracks.catalogue import NOON, public

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour(alma: Account) -> Organisation:
    return label(dee())


@pytest.fixture
def told() -> Iterator[list[ClaimsChanged]]:
    """What the rest of the house is told."""
    heard: list[ClaimsChanged] = []
    on(ClaimsChanged)(heard.append)
    yield heard
    events._listeners[ClaimsChanged].remove(heard.append)


def claimed(track: Track, at: datetime = NOON) -> tuple[rules.Agreement, ...]:
    found = claims_on([track.pk], at)
    return found[track.pk].agreements if track.pk in found else ()


def decided(track: Track, wanted: Cell, at: datetime = NOON, *, yes: bool = True, where: str | None = None) -> Decision:
    """The decision where its uploader has accepted terms that name everything, and allowed everything, or nothing."""
    found = claims_on([track.pk], at).get(track.pk)
    stance = Stance(
        terms=Acceptance(id=1, named=EVERYTHING),
        own=(Answer(id=1, allowed=EVERYTHING),) if yes else (),
        agreements=found.agreements if found else (),
        objections=found.objections if found else (),
        disputes=found.disputes if found else (),
    )
    return decide(Ask(wanted, Errand(at, where)), stance)


def test_the_uploaders_yes_turns_into_the_agreements_no(alma: Account, harbour: Organisation) -> None:
    track = public(alma, isrc=ISRC)
    assert decided(track, LEADING).reason is Reason.ALLOWED
    agreement = signed(harbour, alma, over(isrc()), by=dee())
    answer = decided(track, LEADING)
    assert (answer.allowed, answer.reason) == (False, Reason.NOT_AGREED)
    assert [(record.id, record.party) for record in answer.basis] == [(agreement.pk, "Harbour Records")]
    assert decided(track, SORTING, yes=False).reason is Reason.AGREED, "and its grant speaks where she was silent"


def test_nothing_is_claimed_before_both_have_signed(alma: Account, harbour: Organisation) -> None:
    track = public(alma, isrc=ISRC)
    agreement = drafted(harbour, alma, over(isrc()), by=dee())
    signs(agreement, Side.ORGANISATION, dee())
    assert claimed(track) == ()
    signs(agreement, Side.ARTIST, alma)
    assert len(claimed(track)) == 1


@pytest.mark.parametrize(
    ("thing", "facts"),
    [
        (isrc(), {"isrc": ISRC}),
        (Thing(Reach.Kind.ISWC, ISWC), {"iswc": ISWC}),
        (Thing(Reach.Kind.UPC, UPC), {"upc": UPC}),
        (Thing(Reach.Kind.LABEL, "Own  Label"), {"label": "own label"}),
        (CATALOGUE, {}),
    ],
)
def test_a_track_is_covered_from_the_moment_it_has_what_is_covered(
    alma: Account, harbour: Organisation, thing: Thing, facts: dict[str, str]
) -> None:
    signed(harbour, alma, over(thing), by=dee())
    late = begin_track(alma, "Came later")
    if facts:
        assert claimed(late) == ()
        Track.objects.filter(pk=late.pk).update(**facts)
    assert len(claimed(late)) == 1


def test_one_track_is_covered_and_no_other(alma: Account, harbour: Organisation) -> None:
    covered, other = public(alma, "One"), public(alma, "Two")
    agreement = signed(harbour, alma, over(Thing(Reach.Kind.TRACK, covered.key)), by=dee())
    assert len(claimed(covered)) == 1
    assert claimed(other) == ()
    assert tracks_under([agreement.bond]) == {covered.pk}


def test_in_tracks_of_others_a_code_only_closes(alma: Account, bo: Account, harbour: Organisation) -> None:
    """Bo uploaded the same recording. What Alma granted opens nothing of his; what she did not is closed."""
    signed(harbour, alma, over(isrc(), assets=frozenset({Asset.RECORDING, Asset.ARTWORK})), by=dee())
    his = public(bo, isrc=ISRC)
    assert not decided(his, SORTING, yes=False), "the grant is not for him"
    assert decided(his, SORTING).reason is Reason.NOT_AGREED
    artwork = cell(Asset.ARTWORK, Purpose.ORGANISATION, Use.INPUT)
    assert decided(his, artwork).reason is Reason.ALLOWED, "an ISRC says nothing of his cover"


@pytest.mark.parametrize("thing", [CATALOGUE, Thing(Reach.Kind.LABEL, "Own")])
def test_names_that_anybody_can_type_reach_nobody_else(
    alma: Account, bo: Account, harbour: Organisation, thing: Thing
) -> None:
    signed(harbour, alma, over(thing), by=dee())
    assert claimed(public(bo, label="Own")) == ()


def test_without_trust_codes_reach_nobody_elses_tracks(alma: Account, bo: Account, harbour: Organisation) -> None:
    hers, his = public(alma, isrc=ISRC), public(bo, isrc=ISRC)
    signed(harbour, alma, over(isrc()), by=dee())
    assert len(claimed(his)) == 1
    verify(harbour, "The register knows nobody of this name.", by=None, at=NOON, is_verified=False)
    assert claimed(his) == ()
    assert len(claimed(hers)) == 1, "what Alma signed binds Alma"


def test_trust_that_was_lost_later_was_there_before(alma: Account, bo: Account, harbour: Organisation) -> None:
    his = public(bo, isrc=ISRC)
    signed(harbour, alma, over(isrc()), by=dee())
    verify(harbour, "The register knows nobody of this name.", by=None, at=NOON + DAY, is_verified=False)
    assert [len(claimed(his, NOON + days * DAY / 2)) for days in range(4)] == [1, 1, 0, 0]


def test_where_several_cover_one_no_is_enough(alma: Account, harbour: Organisation) -> None:
    other = label(person("eva", "Eva"), "Tide Publishing")
    track = public(alma, isrc=ISRC)
    signed(harbour, alma, over(isrc()), by=dee())
    signed(other, alma, over(CATALOGUE, grants=frozenset({LEADING})), by=Account.objects.get(username="eva"))
    assert decided(track, SORTING).reason is decided(track, LEADING).reason is Reason.NOT_AGREED


def test_it_binds_from_its_first_day_to_its_last(alma: Account, harbour: Organisation) -> None:
    track = public(alma, isrc=ISRC)
    first, last = (NOON + 2 * DAY).date(), (NOON + 4 * DAY).date()
    signed(harbour, alma, over(isrc(), first_day=first, last_day=last), by=dee())
    reasons = [decided(track, LEADING, NOON + days * DAY).reason for days in range(6)]
    assert reasons == [Reason.ALLOWED, Reason.ALLOWED, *[Reason.NOT_AGREED] * 3, Reason.ALLOWED]


def test_nothing_binds_before_it_was_signed(alma: Account, harbour: Organisation) -> None:
    agreement = signed(harbour, alma, over(isrc(), first_day=(NOON - 30 * DAY).date()), by=dee())
    assert agreement.bond.starts_at == NOON


def test_it_binds_in_its_countries(alma: Account, harbour: Organisation) -> None:
    track = public(alma, isrc=ISRC)
    signed(harbour, alma, over(isrc(), countries=frozenset({"PT"})), by=dee())
    assert decided(track, LEADING, where="DE").reason is Reason.ALLOWED
    assert decided(track, LEADING, where="PT").reason is Reason.NOT_AGREED
    assert decided(track, LEADING).reason is Reason.NOT_AGREED, "a use that reaches everywhere takes place there too"


def test_what_only_a_licence_opens_is_opened_for_whoever_is_named(alma: Account, harbour: Organisation) -> None:
    training = cell_named("recording/generative/train")
    track = public(alma, isrc=ISRC)
    named = frozenset({rules.Recipient("Studio Norte", "")})
    signed(harbour, alma, over(isrc(), grants=frozenset({training}), recipients=named), by=dee())
    found = claims_on([track.pk], NOON)[track.pk]
    stance = Stance(agreements=found.agreements)
    assert decide(Ask(training, Errand(NOON, licensee="Studio Norte")), stance).reason is Reason.AGREED
    assert decide(Ask(training, Errand(NOON, licensee="Somebody")), stance).reason is Reason.NOT_AGREED


def test_as_many_questions_for_many_tracks_as_for_one(alma: Account, bo: Account, harbour: Organisation) -> None:
    signed(harbour, alma, over(isrc(), CATALOGUE), by=dee())
    signed(harbour, bo, over(isrc(OTHER_ISRC), Thing(Reach.Kind.LABEL, "Own")), by=dee())
    one = public(alma)
    with CaptureQueriesContext(connection) as for_one:
        assert set(claims_on([one.pk], NOON)) == {one.pk}
    several = [
        Track(owner=owner, title="x", slug=f"x{number}", key=f"x{number}", isrc=f"DEA1226{number:05}")
        for number in range(300)
        for owner in (alma, bo)
        if (number % 2 == 0) == (owner == alma)
    ]
    made = Track.objects.bulk_create(several)
    asked = [*(track.pk for track in made), *range(10**9, 10**9 + 100_000)]
    with CaptureQueriesContext(connection) as for_many:
        found = claims_on(asked, NOON)
    assert len(for_one) == len(for_many) <= 10
    # Alma's all; of Bo's the one that bears the code in his agreement with the odd number; both codes are odd or even.
    assert {track.pk for track in made if track.owner_id == alma.pk} <= set(found)
    assert {track.isrc for track in made if track.owner_id == bo.pk and track.pk in found} == {ISRC}


def test_the_house_is_told_of_every_track_that_is_touched(
    alma: Account,
    bo: Account,
    harbour: Organisation,
    told: list[ClaimsChanged],
    django_capture_on_commit_callbacks: Capture,
) -> None:
    hers, his = public(alma, isrc=ISRC), public(bo, isrc=ISRC)
    with django_capture_on_commit_callbacks(execute=True):
        agreement = signed(harbour, alma, over(isrc(), notice_days=0), by=dee())
    assert told.pop().track_ids == tuple(sorted([hers.pk, his.pk]))
    with django_capture_on_commit_callbacks(execute=True):
        part(agreement, NOON + DAY, "Alma Ferreira", Proof.TOTP, side=Side.ARTIST, by=alma, at=NOON)
    assert told.pop().track_ids == tuple(sorted([hers.pk, his.pk]))


def test_a_beginning_and_an_end_are_told_at_their_moment_once(
    alma: Account, harbour: Organisation, told: list[ClaimsChanged], django_capture_on_commit_callbacks: Capture
) -> None:
    track = public(alma, isrc=ISRC)
    day = (NOON + DAY).date()
    with django_capture_on_commit_callbacks(execute=True):
        signed(harbour, alma, over(isrc(), first_day=day, last_day=day), by=dee())
    told.clear()
    moments = [NOON, NOON + DAY / 2, NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY]
    heard = []
    for moment in moments:
        with django_capture_on_commit_callbacks(execute=True):
            sweeps.tell_turns(moment)
        heard.append([event.track_ids for event in told])
        told.clear()
    assert heard == [[], [(track.pk,)], [], [(track.pk,)], []]


def test_a_code_that_is_set_on_the_page_is_told(
    alma: Account, as_alma: Client, told: list[ClaimsChanged], django_capture_on_commit_callbacks: Capture
) -> None:
    track = public(alma)
    rows = {"credits-TOTAL_FORMS": 0, "credits-INITIAL_FORMS": 0}
    with django_capture_on_commit_callbacks(execute=True):
        as_alma.post(f"/studio/{track.key}/metadata", rows | {"isrc": ISRC})
    assert [event.track_ids for event in told] == [(track.pk,)]
    told.clear()
    with django_capture_on_commit_callbacks(execute=True):
        as_alma.post(f"/studio/{track.key}/metadata", rows | {"isrc": ISRC, "release_date": "2026-11-05"})
    assert told == [], "a date says nothing of whose it is"


# ——— the law of coverage, for any agreements and any tracks ———

CODES = {Reach.Kind.ISRC: [ISRC, OTHER_ISRC], Reach.Kind.ISWC: [ISWC], Reach.Kind.UPC: [UPC]}
LABELS = ["Own", "Harbour Records"]
THINGS = [
    CATALOGUE,
    *(Thing(kind, code) for kind, codes in CODES.items() for code in codes),
    *(Thing(Reach.Kind.LABEL, name) for name in LABELS),
]
ASSETS = [Asset.RECORDING, Asset.COMPOSITION, Asset.LYRICS, Asset.ARTWORK, Asset.METADATA]


@st.composite
def tracks_of_anybody(draw: st.DrawFn) -> dict[str, str]:
    return {
        "owner": draw(st.sampled_from(["alma", "bo"])),
        "isrc": draw(st.sampled_from(["", ISRC, OTHER_ISRC])),
        "iswc": draw(st.sampled_from(["", ISWC])),
        "upc": draw(st.sampled_from(["", UPC])),
        "label": draw(st.sampled_from(["", "own", "HARBOUR  records", "Another"])),
    }


@st.composite
def agreements(draw: st.DrawFn) -> tuple[str, frozenset[Thing], frozenset[Asset]]:
    artist = draw(st.sampled_from(["alma", "bo"]))
    things = draw(st.frozensets(st.sampled_from(THINGS), min_size=1))
    assets = draw(st.frozensets(st.sampled_from(ASSETS), min_size=1))
    return artist, things, assets


def bears(track: dict[str, str], thing: Thing) -> bool:
    if thing.kind == Reach.Kind.LABEL:
        return " ".join(track["label"].lower().split()) == thing.value.lower()
    return thing.kind == Reach.Kind.CATALOGUE or track[thing.kind] == thing.value


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(tracks_of_anybody(), min_size=1, max_size=4), st.lists(agreements(), min_size=1, max_size=3), st.booleans()
)
def test_an_agreement_says_all_of_its_artists_tracks_and_only_no_of_others(
    alma: Account,
    bo: Account,
    harbour: Organisation,
    tracks: list[dict[str, str]],
    agreed: list[tuple[str, frozenset[Thing], frozenset[Asset]]],
    vouched: bool,
) -> None:
    people = {"alma": alma, "bo": bo}
    with transaction.atomic():
        made = [
            begin_track(people[one["owner"]], "x", **{k: v for k, v in one.items() if k != "owner"}) for one in tracks
        ]
        bound = []
        for artist, things, assets in agreed:
            content = over(*things, assets=assets, grants=frozenset(c for c in [SORTING] if c.asset in assets))
            bound.append(signed(harbour, people[artist], content, by=dee()))
        if not vouched:
            verify(harbour, "No longer.", by=None, at=NOON, is_verified=False)
        found = claims_on([track.pk for track in made], NOON)
        for facts, track in zip(tracks, made, strict=True):
            expected = set()
            for (artist, things, assets), agreement in zip(agreed, bound, strict=True):
                borne = {thing for thing in things if bears(facts, thing)}
                if artist == facts["owner"]:
                    if borne:
                        expected.add((agreement.pk, assets, SORTING.asset in assets))
                else:
                    spoken = frozenset[Asset]().union(*(SPEAKS_FOR.get(thing.kind, frozenset()) for thing in borne))
                    if vouched and spoken & assets:
                        expected.add((agreement.pk, spoken & assets, False))
            claims = found[track.pk].agreements if track.pk in found else ()
            assert {(claim.id, claim.assets, bool(claim.grants)) for claim in claims} == expected
            for agreement in bound:  # whoever is told of a change is told of every track that it touches
                if any(claim.id == agreement.pk for claim in claims):
                    assert track.pk in tracks_under([agreement.bond])
        transaction.set_rollback(True)
