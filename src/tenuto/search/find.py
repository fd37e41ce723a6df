"""One typed, ranked answer, whichever database holds the index: tracks, people, albums, playlists, tags, lyrics.

What fits best comes first: a name that is just what was typed, a name that has all of its words, one that has the last
of them begun, then what has them elsewhere. Among those that fit alike the newest comes first. Plays, likes and whoever
asks count for nothing. Only where that finds hardly anything are slips of the fingers thought of.

The index holds what is shared with anybody at all. Whether it is with this visitor is asked of the rows themselves, and
where it is not, the index is asked for more: what is hidden is not counted, not suggested, and does not take the place
of anything.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import OrderBy

from tenuto.accounts.models import Account, Block
from tenuto.base.questions import Blank, Question, moment, number, these
from tenuto.browse.find import Wanted, narrowed
from tenuto.library.playlists import access as playlists
from tenuto.library.playlists.models import Playlist
from tenuto.library.releases import access as releases
from tenuto.library.releases.models import Release
from tenuto.rules.spelling import words_in
from tenuto.rules.visibility import Visitor
from tenuto.search.asked import Asked, Place, Term, Terms, written
from tenuto.search.models import LyricsWords, PersonWords, PlaylistWords, ReleaseWords, TrackWords, Words
from tenuto.search.sources import SOURCES
from tenuto.search.spelling import near
from tenuto.tracks import access as tracks
from tenuto.tracks.models import Track

M = TypeVar("M", bound=Model)
HARDLY_ANYTHING = 3  # below it, words like those that were typed are looked for too


@dataclass(frozen=True)
class Most:
    """How many of each are wanted."""

    tracks: int = 20
    others: int = 6


TYPING = Most(tracks=4, others=2)  # as many as one looks through while typing
TRACKS_ALONE = 60
# Numbers that are taken from the index together. With so many wanted, PostgreSQL, which guesses at rare words, looks
# them up in its index of words; with four, it would look through all rows from the newest on, and find none.
AT_ONCE = 64
LEAST_OF_A_NAME = 4  # letters: a shorter beginning may be that of many names
ROWS_FOR_ONE = 30  # PostgreSQL passes so many of the index while it gathers one with the rows that say who may meet it
_ABOVE_ALL = 2**62


@dataclass(frozen=True)
class Narrowing:
    """What tracks must be like besides. With it, nothing but tracks is looked for."""

    sound: Wanted = field(default_factory=Wanted)
    licence: str = ""
    seconds_from: float | None = None
    seconds_to: float | None = None

    @classmethod
    def of_minutes(cls, sound: Wanted, licence: str, least: float | None, most: float | None) -> "Narrowing":
        """With lengths as people say them, in minutes."""
        seconds_from, seconds_to = (None if minutes is None else minutes * 60 for minutes in (least, most))
        return cls(sound, licence, seconds_from, seconds_to)

    def __bool__(self) -> bool:
        return bool(self.sound or self.licence or self.seconds_from is not None or self.seconds_to is not None)

    def of(self, found: QuerySet[Track]) -> QuerySet[Track]:
        if self.licence:
            found = found.filter(licence=self.licence)
        if self.seconds_from is not None:
            found = found.filter(Q(("recording__seconds__gte", self.seconds_from)))
        if self.seconds_to is not None:
            found = found.filter(Q(("recording__seconds__lte", self.seconds_to)))
        return narrowed(found, self.sound)


@dataclass(frozen=True)
class Found:
    """What was found, the best of each kind first. `like`: only words like those that were typed led to some of it."""

    tracks: list[Track] = field(default_factory=list)
    people: list[Account] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    playlists: list[Playlist] = field(default_factory=list)
    lyrics: list[Track] = field(default_factory=list)  # whose words are in the song, not in what is said of it
    tags: list[str] = field(default_factory=list)  # on these tracks, with words that were looked for
    like: bool = False

    def __bool__(self) -> bool:
        return bool(self.tracks or self.people or self.releases or self.playlists or self.lyrics)

    def __len__(self) -> int:
        others = len(self.people) + len(self.releases) + len(self.playlists)
        return len(self.tracks) + len(self.lyrics) + others


def search(
    asked: Asked, visitor: Visitor, at: datetime, most: Most = Most(), narrowing: Narrowing = Narrowing()
) -> Found:
    """The best of what the visitor may meet. Asks the database some thirty times at most; more often, but however much
    there is no more than twice as often, where much that has the words is hidden.
    """
    if not asked:
        return Found()
    places = _Places(visitor, at, most, narrowing)
    found = places.find(_steps(asked))
    if len(found) >= HARDLY_ANYTHING:
        return found
    forms = near(asked.words)
    if not any(set(others) - {word} for word, others in forms.items()):
        return found
    like = _with_others(asked.begun, forms)
    more = places.find([(Place.NAME, like), (Place.ANYWHERE, like)], found)
    return more if len(more) > len(found) else found


Step = tuple[Place, Terms]  # where to look, for what


def _steps(asked: Asked) -> list[Step]:
    """From what fits best to what fits at all."""
    steps = [(Place.WHOLE, asked.whole), (Place.NAME, asked.exact)]
    if asked.begun != asked.exact:
        steps.append((Place.NAME, asked.begun))
    return [*steps, (Place.ANYWHERE, asked.begun)]


def _with_others(terms: Terms, others: dict[str, list[str]]) -> Terms:
    """The same words, each or one like it."""
    return tuple(
        Term((*term.forms, *(word for word in others.get(term.forms[0], ()) if word != term.forms[0])), term.beginning)
        for term in terms
    )


@dataclass(frozen=True)
class _Places:
    """Where is looked, for one visitor."""

    visitor: Visitor
    at: datetime
    most: Most
    narrowing: Narrowing

    def find(self, steps: list[Step], before: Found | None = None) -> Found:
        """Go these steps for each kind of thing. What was found before stays at the top; what is added then was found
        by words like those that were typed.
        """
        known = before or Found()
        most, others = self.most.tracks, self.most.others
        if self.narrowing:
            heard = tracks.findable(Track.objects.all(), self.visitor, self.at)
            found = self._ranked(_walk_among(self.narrowing.of(heard)), steps, most, known.tracks)
            return Found(tracks=found, tags=_tags(found, steps), like=before is not None)
        is_member = self.visitor.account_id is not None
        walks = _walks(is_member=is_member, country=self.visitor.country)
        sung = any(source.kind == "lyrics" for source in SOURCES)
        # Names of people and albums are few words: whether all of them or only the last stands there whole says little.
        short = [step for step in steps if step[0] is not Place.NAME]
        found = self._ranked(walks.tracks, steps, most, known.tracks)
        return Found(
            tracks=found,
            people=self._ranked(walks.people, short, others, known.people),
            releases=self._ranked(walks.releases, short, others, known.releases),
            playlists=self._ranked(walks.playlists, short, others, known.playlists),
            lyrics=self._ranked(walks.lyrics, short[-1:], others, known.lyrics) if sung else [],
            tags=_tags(found, steps),
            like=before is not None,
        )

    def _ranked(self, walk: "_Walk[M]", steps: list[Step], most: int, known: list[M]) -> list[M]:
        """The first of them, step by step, the newest of each step first: numbers from the index, of which the rows
        themselves say whether this visitor may meet them.
        """
        found = {thing.pk: thing for thing in known}
        asking: dict[str, Any] = {"at": self.at, "account": self.visitor.account_id}
        candidates = self._along(walk, steps, set(found), asking)
        spare = most // 4 + 1  # a few are hidden; where they were more, twice as many are tried
        while (missing := most - len(found)) > 0 and (some := list(islice(candidates, missing + spare))):
            fetched = {thing.pk: thing for thing in walk.things.ask(things=some, **asking)}
            found |= {pk: fetched[pk] for pk in some if pk in fetched}
            spare = min(2 * spare, AT_ONCE)
        return list(found.values())[:most]

    def _along(self, walk: "_Walk[M]", steps: list[Step], seen: set[int], asking: dict[str, Any]) -> Iterator[int]:
        """What has these words, each once. The index is asked as far as somebody goes on: first by itself, and where
        that was not enough together with the rows, so that whoever hides much makes nobody's search long.
        """
        for place, terms in steps:
            words, below = written(place, terms), _ABOVE_ALL
            numbered = walk.gathered if walk.has_rare(terms) else walk.along
            while True:
                numbers = [pk for (pk,) in numbered.ask(words=words, below=below, **asking)]
                yield from (pk for pk in numbers if pk not in seen)
                seen.update(numbers)
                if len(numbers) < AT_ONCE:
                    break
                below, numbered = numbers[-1], walk.few_among if _are_few(numbers) else walk.among


def _are_few(numbers: list[int]) -> bool:
    """Of what has the same words below these numbers: is gathering all of it less work than walking on to as many?

    Told by how far apart these stand. PostgreSQL guesses at words that stand in few rows, mostly too high, and walks
    through everything for them. SQLite never does: it finds by the words, in the order of the numbers.
    """
    if connection.vendor != "postgresql":
        return False
    apart = numbers[0] - numbers[-1]
    return apart * apart > ROWS_FOR_ONE * len(numbers) * numbers[-1]


def _people(account_id: int | None) -> QuerySet[Account]:
    people = Account.objects.filter(is_active=True)
    if account_id is None:
        return people
    return people.exclude(Exists(Block.objects.filter(blocker=OuterRef("pk"), blocked=account_id)))


@dataclass(frozen=True)
class _Walk(Generic[M]):
    """The questions about a kind of thing, with blanks for who asks and when."""

    along: Question  # the numbers of some that have these words, below a number, from the highest on
    gathered: Question  # the same, all gathered and then put in order: for words that few have
    among: Question  # as `along`, of those alone that the visitor may meet
    few_among: Question  # as `gathered`, of those alone
    things: Question  # those of these numbers that the visitor may meet
    is_of_few: bool  # whether a word mostly stands in few of them, as in names of people and albums

    def has_rare(self, terms: Terms) -> bool:
        """Whether to gather what has them: words like what was typed are mostly rare, and whole ones in names."""
        if any(len(term.forms) > 1 for term in terms):
            return True
        return self.is_of_few and all(len(term.forms[0]) >= LEAST_OF_A_NAME for term in terms)


@dataclass(frozen=True)
class _Walks:
    """Those for each kind of thing."""

    tracks: _Walk[Track]
    people: _Walk[Account]
    releases: _Walk[Release]
    playlists: _Walk[Playlist]
    lyrics: _Walk[Track]


@lru_cache(maxsize=512)  # for members and guests of each country
def _walks(*, is_member: bool, country: str | None) -> _Walks:
    """Made once: Django takes longer to write these ten in SQL than the database to answer them."""
    account = cast(int, number("account")) if is_member else None
    at = cast(datetime, moment("at"))
    heard = tracks.findable(Track.objects.all(), Visitor(account_id=account, country=country), at)
    return _Walks(
        tracks=_walk(TrackWords, heard),
        people=_walk(PersonWords, _people(account)),
        releases=_walk(ReleaseWords, releases.findable(account, at)),
        playlists=_walk(PlaylistWords, playlists.findable(account)),
        lyrics=_walk(LyricsWords, heard),
    )


def _walk(index: type[Words], things: QuerySet[M]) -> _Walk[M]:
    rows = index._default_manager.filter(Q(("index__finds", Blank("words"))), pk__lt=number("below"))
    among = _among(things, index)
    return _Walk(
        along=_numbers(rows.order_by("-pk")),
        gathered=_numbers(rows.order_by(_once_gathered("pk"))),
        among=_numbers(among.order_by(f"-{index.__name__.lower()}__pk")),
        few_among=_numbers(among.order_by(_once_gathered(f"{index.__name__.lower()}__pk"))),
        things=_of(things),
        is_of_few=index not in {TrackWords, LyricsWords},
    )


def _walk_among(things: QuerySet[Track]) -> _Walk[Track]:
    """Where few of those that have the words are wanted, both are asked together from the first on."""
    walk = _walk(TrackWords, things)
    return replace(walk, along=walk.among, gathered=walk.among)


def _among(things: QuerySet[M], index: type[Words]) -> QuerySet[M]:
    """A join, which both databases begin with the words; asked whether it is among the things, SQLite looks at all."""
    words = index.__name__.lower()
    return things.filter(Q((f"{words}__index__finds", Blank("words"))), Q((f"{words}__pk__lt", number("below"))))


def _once_gathered(pk: str) -> OrderBy:
    """From the highest on: by a sum, so that PostgreSQL cannot walk along the numbers in search of the words."""
    return (F(pk) + 0).desc()


def _numbers(rows: QuerySet[Any]) -> Question:
    return Question(lambda: rows.values_list("pk")[:AT_ONCE])


def _of(things: QuerySet[M]) -> Question:
    return Question(lambda: things.filter(pk__in=these("things")).order_by())


def _tags(found: list[Track], steps: list[Step]) -> list[str]:
    """Of the tags on what was found those that have a word that was looked for, the commonest first."""
    _place, terms = steps[-1]
    met: Counter[str] = Counter()
    written: dict[str, str] = {}
    for track in found:
        for tag in (track.genre, *track.tags):
            words = words_in(tag)
            if any(_meets(word, term) for word in words for term in terms):
                met[" ".join(words)] += 1
                written.setdefault(" ".join(words), tag)
    return [written[tag] for tag, _count in met.most_common(8)]


def _meets(word: str, term: Term) -> bool:
    return word in term.forms or (term.beginning and word.startswith(term.forms[0]))
