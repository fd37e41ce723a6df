"""Which agreements cover which tracks. Asked of the tracks as they are now, so a code counts the moment it is set; of
all that was agreed, verified and found, as of the moment that is asked about.

An agreement opens and closes the tracks of the artist who signed it. Where it names a code, it also reaches tracks of
others who uploaded the same recording, work or release; but there it can only close: nobody signed for them. And only
what the code identifies is closed, and only while staff vouch for the organisation (docs/decisions/0012).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from tenuto.agreements.among import among_words
from tenuto.agreements.models import Bond, Dispute, Reach, Resolution, Verification
from tenuto.agreements.wording import Content, read, same_label
from tenuto.base.questions import Question, moment, these, these_words
from tenuto.rules import agreements as rules
from tenuto.rules.cells import Asset
from tenuto.tracks.models import Track

# What a code identifies. In tracks of others, it speaks for nothing else.
SPEAKS_FOR: dict[str, frozenset[Asset]] = {
    Reach.Kind.ISRC: frozenset({Asset.RECORDING}),
    Reach.Kind.ISWC: frozenset({Asset.COMPOSITION, Asset.LYRICS}),
    Reach.Kind.UPC: frozenset({Asset.RECORDING, Asset.ARTWORK}),
}


class Found(NamedTuple):
    """What agreements find a track by."""

    id: int
    owner_id: int
    key: str
    isrc: str
    iswc: str
    upc: str
    label: str

    @property
    def things(self) -> Iterator[tuple[str, str]]:
        """Each thing that may be covered and that this track is, has or bears."""
        yield Reach.Kind.CATALOGUE, ""
        yield Reach.Kind.TRACK, self.key
        if self.label:
            yield Reach.Kind.LABEL, same_label(self.label)
        yield from self.codes

    @property
    def codes(self) -> Iterator[tuple[str, str]]:
        if self.isrc:
            yield Reach.Kind.ISRC, self.isrc
        if self.iswc:
            yield Reach.Kind.ISWC, self.iswc
        if self.upc:
            yield Reach.Kind.UPC, self.upc


def agreements_on(track_ids: Collection[int], now: datetime) -> dict[int, tuple[rules.Agreement, ...]]:
    """Every agreement that binds these tracks now or will later, as the rules know it. A few questions in all.

    Tracks that are reached alike have the same tuple.
    """
    if not _ANY_AT_ALL.ask():
        return {}
    tracks = [Found(*row) for row in _WITHIN_REACH.ask(tracks=track_ids)]
    if not tracks:
        return {}
    reaches = _reaches(tracks)
    bonds = {pk: _Bound(*row) for pk, *row in _BONDS.ask(bonds=reaches.bonds, now=now)}
    lifted = _lifted([track.id for track in tracks], now)
    claims: dict[int, tuple[rules.Agreement, ...]] = {}
    known: dict[tuple[_Hits, frozenset[int]], tuple[rules.Agreement, ...]] = {}
    for track in tracks:
        alike = (reaches.of(track), lifted.get(track.id, frozenset()))
        if alike not in known:
            known[alike] = _claimed(bonds, *alike)
        if bound := known[alike]:
            claims[track.id] = bound
    return claims


def tracks_under(bonds: Iterable[Bond]) -> set[int]:
    """The tracks that these bonds reach, their artist's and others'."""
    found: set[int] = set()
    reaches = list(Reach.objects.filter(bond__in=[bond.pk for bond in bonds]))
    for kind, field in (("isrc", "isrc"), ("iswc", "iswc"), ("upc", "upc")):
        if codes := {reach.value for reach in reaches if reach.kind == kind}:
            found.update(_ids(Track.objects.filter(**{f"{field}__in": among_words(codes)}).exclude(**{field: ""})))
    for artist_id in {reach.artist_id for reach in reaches}:
        theirs = Track.objects.filter(owner_id=artist_id)
        own = [reach for reach in reaches if reach.artist_id == artist_id]
        if any(reach.kind == Reach.Kind.CATALOGUE for reach in own):
            found.update(_ids(theirs))
            continue
        if keys := {reach.value for reach in own if reach.kind == Reach.Kind.TRACK}:
            found.update(_ids(theirs.filter(key__in=among_words(keys))))
        if labels := {reach.value for reach in own if reach.kind == Reach.Kind.LABEL}:
            named = theirs.exclude(label="").values_list("pk", "label")
            found.update(track_id for track_id, label in named.iterator() if same_label(label) in labels)
    return found


def living(now: datetime | RawSQL) -> QuerySet[Bond]:
    """Bonds that are not over at this moment: in force, or to begin. With `over_at`, what a claim is made from, and
    `vouched_for`: whether staff trusted the organisation then.
    """
    looked = Verification.objects.filter(organisation=OuterRef("agreement__organisation"), at__lte=now)
    vouched = looked.order_by("-at", "-pk")
    return (
        Bond.objects.annotate(
            settled_end=Min("agreement__endings__ends_at"),
            vouched_for=Coalesce(Subquery(vouched.values("is_verified")[:1]), False, output_field=BooleanField()),
        )
        .filter(Q(ends_at=None) | Q(ends_at__gt=now), Q(settled_end=None) | Q(settled_end__gt=now))
        .select_related("wording", "agreement__organisation")
    )


def over_at(bond: Bond) -> datetime | None:
    """When a bond from `living` ends, by its wording or by what was settled since; None: nobody knows."""
    settled: datetime | None = getattr(bond, "settled_end", None)
    return min(filter(None, (bond.ends_at, settled)), default=None)


class _Bound:
    """A bond as it is claimed: whole on its artist's tracks, as a no on what a code identifies elsewhere."""

    def __init__(
        self,
        agreement_id: int,
        party: str,
        starts_at: datetime,
        ends_at: datetime | None,
        settled_end: datetime | None,
        is_vouched_for: bool,
        wording: str,
    ) -> None:
        self._agreement_id, self._party, self._is_vouched_for = agreement_id, party, is_vouched_for
        self._starts_at, self._ends_at = starts_at, min(filter(None, (ends_at, settled_end)), default=None)
        self._content: Content = read(wording)
        self._made: dict[frozenset[Asset] | None, rules.Agreement | None] = {}

    def claim(self, spoken_for: frozenset[Asset] | None) -> rules.Agreement | None:
        """The claim on the artist's own track, or, given what the codes identify, on somebody else's."""
        if spoken_for not in self._made:
            self._made[spoken_for] = self._make(spoken_for)
        return self._made[spoken_for]

    def _make(self, spoken_for: frozenset[Asset] | None) -> rules.Agreement | None:
        is_own = spoken_for is None
        assets = self._content.assets if spoken_for is None else self._content.assets & spoken_for
        if not assets or (not is_own and not self._is_vouched_for):
            return None
        return rules.Agreement(
            id=self._agreement_id,
            party=self._party,
            starts_at=self._starts_at,
            ends_at=self._ends_at,
            countries=self._content.countries,
            assets=assets,
            grants=self._content.granted if is_own else 0,
            recipients=tuple(sorted(self._content.recipients, key=lambda one: (one.licensee, one.model)))
            if is_own
            else (),
        )


_Hits = tuple[tuple[int, str], ...]  # each bond that reaches a track, and by which code; no code: it is its artist's


class _Reaches:
    """What covers tracks: bonds over things of one artist, and bonds over codes, whoever bears them."""

    def __init__(self) -> None:
        self._own: dict[int, dict[tuple[str, str], list[int]]] = {}  # by artist, then by thing
        self._codes: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._keys: set[str] = set()  # of tracks that are named one by one
        self._known: dict[tuple[object, ...], _Hits] = {}
        self.bonds: set[int] = set()

    def add(self, kind: str, value: str, bond_id: int, artist_id: int) -> None:
        self.bonds.add(bond_id)
        self._own.setdefault(artist_id, {}).setdefault((kind, value), []).append(bond_id)
        if kind in SPEAKS_FOR:
            self._codes.setdefault((kind, value), []).append((bond_id, artist_id))
        if kind == Reach.Kind.TRACK:
            self._keys.add(value)

    def of(self, track: Found) -> _Hits:
        """What covers this track. Most tracks of a catalogue differ in nothing that an agreement could name."""
        _id, owner_id, key, *said = track
        alike = (owner_id, key if key in self._keys else "", *said)
        hits = self._known.get(alike)
        if hits is None:
            hits = self._known[alike] = self._hits(track)
        return hits

    def _hits(self, track: Found) -> _Hits:
        theirs = self._own.get(track.owner_id)
        own = [(bond_id, "") for thing in track.things for bond_id in theirs.get(thing, ())] if theirs else []
        others = [
            (bond_id, code[0])
            for code in track.codes
            for bond_id, artist_id in self._codes.get(code, ())
            if artist_id != track.owner_id
        ]
        return (*own, *others)


def _claimed(bonds: Mapping[int, _Bound], hits: _Hits, lifted: frozenset[int]) -> tuple[rules.Agreement, ...]:
    """What these bonds claim, less those of others' that staff lifted."""
    assets: dict[int, frozenset[Asset] | None] = {}  # None: all that it says
    for bond_id, code in hits:
        spoken_for = assets.get(bond_id, frozenset())
        assets[bond_id] = spoken_for | SPEAKS_FOR[code] if code and spoken_for is not None else None
    bound = [
        claim
        for bond_id, spoken_for in assets.items()
        if bond_id in bonds
        if (claim := bonds[bond_id].claim(spoken_for)) is not None
        if spoken_for is None or claim.id not in lifted
    ]
    return tuple(sorted(bound, key=lambda claim: claim.id))


def _within_reach() -> QuerySet[Track, Any]:
    """Those of these tracks whose artist agreed with anybody, or which bear a code that is covered."""
    reached = Q(Exists(Reach.objects.filter(artist=OuterRef("owner"))))
    for kind in SPEAKS_FOR:  # kinds of codes are called as the columns that hold them
        covered = Exists(Reach.objects.filter(kind=kind, value=OuterRef(kind)))
        reached |= ~Q(**{kind: ""}) & Q(covered)
    found = Track.objects.filter(reached, pk__in=these("tracks"))
    return found.values_list("pk", "owner_id", "key", "isrc", "iswc", "upc", "label")


def _reaches(tracks: list[Found]) -> _Reaches:
    """Everything that covers what these tracks are or bear."""
    codes = {code for track in tracks for code in (track.isrc, track.iswc, track.upc) if code}
    keys = {track.key for track in tracks}
    owners = {track.owner_id for track in tracks}
    found = _Reaches()
    # Three questions, each along its own index; as one with OR, SQLite would read the table.
    for rows in (_BY_CODE.ask(codes=codes), _BY_KEY.ask(keys=keys), _BY_OWNER.ask(owners=owners)):
        for row in rows:
            found.add(*row)
    return found


def _lifted(track_ids: Collection[int], now: datetime) -> dict[int, frozenset[int]]:
    """For each track the agreements of which staff had found that they do not reach it, as it is somebody else's."""
    found: dict[int, frozenset[int]] = {}
    for track_id, agreement_id in _LIFTED.ask(tracks=track_ids, now=now):
        found[track_id] = found.get(track_id, frozenset()) | {agreement_id}
    return found


def _ids(tracks: QuerySet[Track]) -> Iterable[int]:
    return tracks.values_list("pk", flat=True).iterator()


# What is asked before every use of a work, so its SQL is made once.
_ANY_AT_ALL = Question(lambda: Reach.objects.order_by().values_list("pk")[:1])
_WITHIN_REACH = Question(_within_reach)
_BY_CODE = Question(lambda: _reaching(kind__in=list(SPEAKS_FOR), value__in=these_words("codes")))
_BY_KEY = Question(lambda: _reaching(kind=Reach.Kind.TRACK, value__in=these_words("keys")))
_BY_OWNER = Question(lambda: _reaching(kind__in=[Reach.Kind.CATALOGUE, Reach.Kind.LABEL], artist__in=these("owners")))
_BONDS = Question(
    lambda: (
        living(moment("now"))
        .filter(pk__in=these("bonds"))
        .order_by()
        .values_list(  # type: ignore[misc]  # `living` annotates two of them
            "pk", "agreement_id", "agreement__organisation__name", "starts_at", "ends_at", "settled_end",
            "vouched_for", "wording__text",
        )
    )
)  # fmt: skip
_LIFTED = Question(
    lambda: (
        Dispute.objects.filter(
            track__in=these("tracks"),
            agreement__isnull=False,
            resolution__outcome=Resolution.Outcome.REJECTED,
            resolution__at__lte=moment("now"),
        )
        .order_by()
        .values_list("track_id", "agreement_id")
    )
)


def _reaching(**wanted: Any) -> QuerySet[Reach, Any]:
    return Reach.objects.filter(**wanted).order_by().values_list("kind", "value", "bond_id", "artist_id")
