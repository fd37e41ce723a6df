"""A catalogue kept current: how long until the answer of one who has very many tracks holds in all of them.

A real SQLite file. One label account has a tenth of all tracks, released twelve at a time between those of artists
with some fifty each; everybody accepted terms, most artists have a default, each answered for half of their tracks,
and somebody else speaks for the label's compositions by an agreement over its whole catalogue. What is open in each
track is worked out by `consent.current.refresh`, as in life.

Then the label answers: for each of its tracks by id (`answer`), and for its whole catalogue (`answer_for_catalogue`),
in turns, allowing and holding. Timed is the whole call: the check against the terms, the act that is the receipt, a row
of history for each track, what is open in each, the mark on each track, the commit, and the events, which somebody
listens to. Afterwards it is read back: what is open in every track of the label is what the rules give for it, and
nothing of anybody else's has moved.
"""

import statistics
import sys
import time
from random import Random
from typing import Any

from bench.catalogue import copied
from bench.policy import NOON, OPENED, WORKS_OF_ONE, accept, agree, an_act, artists, some_of
from django.db import connection, transaction

from tenuto.accounts.models import Account
from tenuto.agreements.models import Organisation, Reach
from tenuto.agreements.wording import Thing
from tenuto.base.events import on
from tenuto.consent.answer import HOLD_EVERYTHING, Wish, answer, answer_for_catalogue
from tenuto.consent.current import open_but_for_stops, refresh, works_open
from tenuto.consent.events import ConsentChanged
from tenuto.consent.models import COLUMNS, Act, ActTrack, Consent
from tenuto.consent.stances import AT_A_TIME
from tenuto.rules.agreements import Agreement, Errand
from tenuto.rules.cells import NEEDED, Asset, Purpose, cell_named, cells_in, cells_of
from tenuto.rules.consent_changes import Layer, answering
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.marks import kinds_open
from tenuto.rules.stances import Acceptance, Answer, Stance
from tenuto.terms.models import Version
from tenuto.tracks.models import Track

RELEASE, ONE_IN = 12, 10  # tracks that the label released together; of all tracks
ORGANISING = Wish(allowed=cells_of(purpose=Purpose.ORGANISATION) & OPENED)
GRANTED = cells_of(asset=Asset.COMPOSITION, purpose=Purpose.ORGANISATION)
CLOSED = cell_named("recording/generative/train")  # open in no track: the whole table is walked
told: list[int] = []


@on(ConsentChanged)
def listen(event: ConsentChanged) -> None:
    told.extend(event.track_ids)


def bulk(tracks: int, rounds: int) -> dict[str, Any]:
    """Seconds until a tenth of so many tracks has turned, the slower of the two ways in the middle round."""
    began = time.monotonic()
    label = populate(tracks)
    say(f"{tracks:,} more tracks: {time.monotonic() - began:.0f} s to make")
    began = time.monotonic()
    every = list(Track.objects.order_by("owner", "pk").values_list("pk", flat=True))
    for start in range(0, len(every), AT_A_TIME):
        refresh(every[start : start + AT_A_TIME], NOON)
    projected = time.monotonic() - began
    assert Consent.objects.count() == Track.objects.count()
    say(f"what is open in each, worked out anew: {projected:.1f} s")

    ids = list(Track.objects.filter(owner=label).values_list("pk", flat=True))
    stance = what_others_say()
    cpu: list[float] = []
    spent: dict[str, list[float]] = {"answer": [], "answer_for_catalogue": []}
    for _ in range(rounds):
        for name, wish in (("answer", ORGANISING), ("answer_for_catalogue", HOLD_EVERYTHING)):
            others = of_others(label)
            told.clear()
            began, worked = time.perf_counter(), time.process_time()
            if name == "answer":
                act = answer(label, ids, wish, Act.How.PAGE, at=NOON)
            else:
                act = answer_for_catalogue(label, wish, Act.How.PAGE, at=NOON)
            spent[name].append(time.perf_counter() - began)
            cpu.append(time.process_time() - worked)
            assert act is not None
            stance = answering(stance, Layer.OWN, Answer(id=act.pk, allowed=wish.allowed, held=wish.held))
            check(ids, effective_mask(stance, Errand(NOON)), act)
            assert of_others(label) == others, "tracks of others have moved"
    medians = {name: statistics.median(values) for name, values in spent.items()}
    for name, median in medians.items():
        say(f"{name} for {len(ids):,} of {tracks:,} tracks: {median:.2f} s by the clock")
    began = time.perf_counter()
    assert works_open(CLOSED) == []
    walked_ms = (time.perf_counter() - began) * 1000
    say(f"all tracks in which a cell is open, where it is in none: {walked_ms:.0f} ms")
    return {
        "bulk_100k_s": round(max(medians.values()), 2),
        "bulk_cpu_s": round(statistics.median(cpu), 2),
        "bulk_tracks": len(ids),
        "bulk_of_tracks": tracks,
        "projected_per_s": round(tracks / projected),
        "none_open_ms": round(walked_ms),
    }


def check(ids: list[int], expected: int, act: Act) -> None:
    """Is it so: the projection, the history, the mark on each track, and what was told?"""
    found = open_but_for_stops(ids)
    assert set(found) == set(ids)
    assert set(found.values()) == {expected}
    assert act.track_count == ActTrack.objects.filter(act=act).count() == len(ids)
    marked = Track.objects.filter(owner=act.account, ai_uses=kinds_open(expected))
    assert marked.count() == len(ids)
    assert sorted(told) == ids


def of_others(label: Account) -> list[int]:
    """A sum over what is open in all tracks that are not the label's."""
    sums = ", ".join(f"sum({name} %% 65521 * (track_id %% 257))" for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sums} FROM {Consent._meta.db_table} JOIN {Track._meta.db_table} ON id = track_id "
            "WHERE owner_id <> %s",
            [label.pk],
        )
        return list(cursor.fetchone())


def what_others_say() -> Stance:
    """How things stand about the label's tracks before it has said anything."""
    agreement = Agreement(id=1, starts_at=NOON, assets=frozenset({Asset.COMPOSITION}), grants=GRANTED)
    return Stance(terms=Acceptance(id=1, named=OPENED, needed=NEEDED), agreements=(agreement,))


@transaction.atomic
def populate(tracks: int) -> Account:
    """The rows of all these people; made inside the database where they are many. Returns the label."""
    random = Random(4)
    people = artists(tracks // WORKS_OF_ONE, first=Account.objects.count())
    label = Account.objects.create(username="label", email="label@example.org", display_name="A label")
    accept([*people, label], Version.objects.get())
    agree(
        Organisation.objects.get(),
        label,
        frozenset({Thing(Reach.Kind.CATALOGUE)}),
        frozenset({Asset.COMPOSITION}),
        cells_in(GRANTED),
    )
    defaults = [an_act(each, Act.Layer.ACCOUNT, some_of(random) & OPENED, some_of(random)) for each in people]
    own = [an_act(each, Act.Layer.TRACKS, some_of(random) & OPENED, some_of(random)) for each in people]
    Act.objects.bulk_create([each for each in defaults if random.random() < 0.6] + own)
    with connection.cursor() as cursor:
        copied(
            cursor,
            Track,
            f"WITH RECURSIVE new(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM new WHERE i < {tracks - 1}) "
            "SELECT {} FROM new CROSS JOIN tracks_track",
            f"tracks_track.id = {Track.objects.order_by('pk')[0].pk}",
            key="CAST(200000000000 + i AS TEXT)",
            title="'Track ' || i",
            slug="'track-' || i",
            owner_id=f"CASE WHEN i / {RELEASE} % {ONE_IN} = 0 THEN {label.pk} "
            f"ELSE {people[0].pk} + i * 7919 % {len(people)} END",
        )
        cursor.execute(
            f"INSERT INTO {ActTrack._meta.db_table} (act_id, track_id) SELECT act.id, track.id "
            f"FROM {Act._meta.db_table} AS act JOIN {Track._meta.db_table} AS track ON owner_id = account_id "
            "WHERE layer = 'tracks' AND account_id >= %s AND track.id %% 2 = 0 ORDER BY track.id",
            [people[0].pk],
        )
    return label


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
