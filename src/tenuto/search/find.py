"""One typed, ranked answer, whichever database holds the index: tracks, people, albums, playlists, tags, lyrics.

What fits best comes first: a name that is just what was typed, a name that has all of its words, one that has the last
of them begun, then what has them elsewhere. Among those that fit alike the newest comes first. Plays, likes and whoever
asks count for nothing. Only where that finds hardly anything are slips of the fingers thought of.

The index holds what is shared with anybody at all. Whether it is with this visitor is asked of the rows themselves, in
the same question: what is hidden is not counted, not suggested, and does not take the place of anything.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

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
    """The best of what the visitor may meet. Asks the database as often as it must, at most some thirty times."""
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
            found = self._ranked(_walk(self.narrowing.of(heard), "trackwords", most), steps, most, known.tracks)
            return Found(tracks=found, tags=_tags(found, steps), like=before is not None)
        is_member = self.visitor.account_id is not None
        walks = _walks(self.most, is_member=is_member, country=self.visitor.country)
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
        """The first of them, step by step, the newest of each step first. Each step is a walk along the index from the
        newest row that has the words, so it costs what it finds, not what there is.
        """
        found = {thing.pk: thing for thing in known}
        new: dict[int, None] = {}
        asking: dict[str, Any] = {"at": self.at, "account": self.visitor.account_id}
        for place, terms in steps:
            if len(found) + len(new) >= most:  # also where none is wanted
                break
            walked = walk.along.ask(words=written(place, terms), **asking)
            new |= {pk: None for (pk,) in walked if pk not in found}
        # One that was hidden between the two questions is left out.
        wanted = list(new)[: most - len(found)]
        fetched = {thing.pk: thing for thing in walk.things.ask(things=wanted, **asking)} if wanted else {}
        return [*known, *(fetched[pk] for pk in new if pk in fetched)]


def _people(account_id: int | None) -> QuerySet[Account]:
    people = Account.objects.filter(is_active=True)
    if account_id is None:
        return people
    return people.exclude(Exists(Block.objects.filter(blocker=OuterRef("pk"), blocked=account_id)))


@dataclass(frozen=True)
class _Walk(Generic[M]):
    """The two questions for a kind of thing, with blanks for who asks and when."""

    along: Question  # which ones have these words, from the newest on
    things: Question  # those of these numbers


@dataclass(frozen=True)
class _Walks:
    """Those for each kind of thing."""

    tracks: _Walk[Track]
    people: _Walk[Account]
    releases: _Walk[Release]
    playlists: _Walk[Playlist]
    lyrics: _Walk[Track]


@lru_cache(maxsize=512)  # for members and guests of each country, pages and what is typed
def _walks(most: Most, *, is_member: bool, country: str | None) -> _Walks:
    """Made once: Django takes longer to write these ten in SQL than the database to answer them."""
    account = cast(int, number("account")) if is_member else None
    at = cast(datetime, moment("at"))
    heard = tracks.findable(Track.objects.all(), Visitor(account_id=account, country=country), at)
    return _Walks(
        tracks=_walk(heard, "trackwords", most.tracks),
        people=_walk(_people(account), "personwords", most.others),
        releases=_walk(releases.findable(account, at), "releasewords", most.others),
        playlists=_walk(playlists.findable(account), "playlistwords", most.others),
        lyrics=_walk(heard, "lyricswords", most.others),
    )


def _walk(things: QuerySet[M], words: str, most: int) -> _Walk[M]:
    finds = Q((f"{words}__index__finds", Blank("words")))
    return _Walk(
        along=Question(lambda: things.filter(finds).order_by(f"-{words}__pk").values_list("pk")[:most]),
        things=Question(lambda: things.filter(pk__in=these("things")).order_by()),
    )


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
