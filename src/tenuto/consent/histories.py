"""What an uploader said, of everything and of each track, replayed from the rows by rules.consent_history.

Set-wise: a handful of queries, and one replay for all tracks of which the same was said.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from tenuto.accounts.models import Account
from tenuto.base.questions import Question, listed, moment, these
from tenuto.consent.models import Act, Inclusion
from tenuto.rules import stances as said
from tenuto.rules.cells import mask_of
from tenuto.rules.consent_changes import Layer
from tenuto.rules.consent_history import Accepted, Answered, Event, after
from tenuto.rules.stances import Stance
from tenuto.terms.models import Acceptance, Version
from tenuto.tracks.models import Track

SILENCE = Stance()
Entry = tuple[datetime, int, int, Event]  # when, what kind of row, and its key: together the order of writing


class Said(NamedTuple):
    """What was said of tracks, and by whom: the account that each is of. Tracks that are gone are in neither."""

    stances: dict[int, Stance]
    owners: dict[int, int]


def of_tracks(track_ids: Collection[int], at: datetime) -> Said:
    """What the uploaders of these tracks had said of each: answers, for it and for its albums, defaults and terms."""
    asked = listed(track_ids)
    owners: dict[int, int] = {}
    acts: dict[int, tuple[int, ...]] = {}
    for track_id, owner_id, act_id in _SPOKEN_OF.ask(tracks=asked):
        owners[track_id] = owner_id
        if act_id is not None:
            acts[track_id] = (*acts[track_id], act_id) if track_id in acts else (act_id,)
    for track_id, act_id in _SPOKEN_OF_ALBUMS.ask(tracks=asked, at=at):
        acts[track_id] = (*acts.get(track_id, ()), act_id)
    histories = _Histories(set(owners.values()), {act_id for spoken in acts.values() for act_id in spoken}, at)
    closed = {account_id for (account_id,) in _CLOSED.ask(accounts=histories.accounts)}
    known: dict[tuple[int, tuple[int, ...]], Stance] = {}
    found: dict[int, Stance] = {}
    for track_id, owner_id in owners.items():
        same = (owner_id, acts.get(track_id, ()))
        stance = known.get(same)
        if stance is None:
            stance = histories.stance(*same)
            if owner_id in closed:  # an account that is closed closes its works with it
                stance = replace(stance, removals=(said.Removal(id=owner_id),))
            known[same] = stance
        found[track_id] = stance
    return Said(found, owners)


def of_account(account_id: int, at: datetime) -> Stance:
    """What this account had said of everything."""
    return _Histories([account_id], (), at).stance(account_id)


def of_album(account_id: int, album_id: int, at: datetime) -> Stance:
    """What its account had said of this album, and of everything."""
    acts = [pk for (pk,) in _FOR_ALBUM.ask(albums=[album_id])]
    return _Histories([account_id], acts, at).stance(account_id, acts)


def of_listener(account_id: int, at: datetime) -> Stance:
    """What somebody had said of their own listening, below the terms that they had accepted."""
    acts = _LISTENERS.ask(accounts=[account_id], at=at)
    said_there = (*_acceptances([account_id], at), *_answers(acts, Layer.OWN))
    return _replayed([entry for _account, entry in said_there], {})


_Steps = dict[tuple[int, int, int], Stance]  # which row led from which stance to which


class _Histories:
    """What some accounts said of everything, of albums and of tracks. Of one account, these have most rows in common.

    Of an album that a track is on, all of its acts are replayed, also those from before the track came onto it: its
    answer is one, for all that is on it.
    """

    def __init__(self, account_ids: Collection[int], act_ids: Collection[int], at: datetime) -> None:
        self.accounts = listed(account_ids)
        defaults = _DEFAULTS.ask(accounts=self.accounts, at=at)
        of_some = _OF_SOME.ask(acts=act_ids, at=at)
        self._by_account: dict[int, list[Entry]] = defaultdict(list)
        for account_id, entry in (*_acceptances(account_ids, at), *_answers(defaults, Layer.ACCOUNT)):
            self._by_account[account_id].append(entry)
        self._acts = {entry[2]: entry for _account, entry in _answers(of_some, Layer.OWN)}
        self._steps: _Steps = {}

    def stance(self, account_id: int, act_ids: Iterable[int] = ()) -> Stance:
        of_some = [self._acts[pk] for pk in act_ids if pk in self._acts]
        return _replayed(self._by_account.get(account_id, []) + of_some, self._steps)


def _replayed(entries: list[Entry], steps: _Steps) -> Stance:
    """Where these rows lead. A step that was taken before is not taken again."""
    stance = SILENCE
    for _at, kind, pk, event in sorted(entries):  # no two have the same kind and key, so events are not compared
        step = (id(stance), kind, pk)  # `steps` keeps each stance alive, so no other takes its id
        if step not in steps:
            steps[step] = after(stance, event)
        stance = steps[step]
    return stance


def _answers(acts: Iterable[Sequence[Any]], layer: Layer) -> Iterator[tuple[int, Entry]]:
    """Each act's account, and the act as it is replayed: in the album's layer where it is for one, else in this."""
    for pk, account_id, key, allowed, held, cleared, at, album in acts:
        answer = said.Answer(id=pk, party=key, allowed=allowed, held=held, album=album or 0)
        where = Layer.ALBUM if album else layer
        yield account_id, (at, 1, pk, Answered(at=at, number=pk, layer=where, answer=answer, cleared=cleared))


def _acceptances(account_ids: Collection[int], at: datetime) -> Iterator[tuple[int, Entry]]:
    """Each acceptance's account, and the acceptance as it is replayed."""
    for pk, account_id, number, digest, declined, when in _ACCEPTED.ask(accounts=account_ids, at=at):
        named, needed, left_out = _cells_of(digest, tuple(declined))
        terms = said.Acceptance(id=pk, party=str(number), named=named, needed=needed, declined=left_out)
        yield account_id, (when, 0, pk, Accepted(at=when, number=pk, terms=terms))


@lru_cache(maxsize=1_024)  # a text never changes, and few people decline clauses
def _cells_of(digest: str, declined: tuple[int, ...]) -> tuple[int, int, int]:
    """What a version names for those who declined these clauses, what it declares as needed, and what they left out."""
    terms = Version.objects.get(digest=digest).terms
    needed, permitted = mask_of(terms.needed), mask_of(terms.permitted(frozenset(declined)))
    return permitted | needed, needed, mask_of(terms.permits) & ~permitted


# What is asked before every use of a work, so its SQL is made once.
_SPOKEN_OF = Question(
    lambda: Track.objects.filter(pk__in=these("tracks")).order_by().values_list("pk", "owner_id", "acts")
)
_SPOKEN_OF_ALBUMS = Question(
    lambda: (
        Inclusion.objects.filter(
            Q(leaving=None) | Q(leaving__at__gt=moment("at")),
            track_id__in=these("tracks"),
            at__lte=moment("at"),
            album__acts__isnull=False,
        )
        .order_by()
        .values_list("track_id", "album__acts")
        .distinct()
    )
)
_FOR_ALBUM = Question(lambda: Act.objects.filter(album_id__in=these("albums")).order_by().values_list("pk"))
_CLOSED = Question(
    lambda: Account.objects.filter(pk__in=these("accounts"), is_active=False).order_by().values_list("pk")
)
_DEFAULTS = Question(lambda: _acts(account_id__in=these("accounts"), layer=Act.Layer.ACCOUNT))
_LISTENERS = Question(lambda: _acts(account_id__in=these("accounts"), layer=Act.Layer.LISTENER))
_OF_SOME = Question(lambda: _acts(pk__in=these("acts")))
_ACCEPTED = Question(
    lambda: (
        Acceptance.objects.filter(account_id__in=these("accounts"), at__lte=moment("at"))
        .order_by()
        .values_list("pk", "account_id", "version__number", "version__digest", "declined", "at")
    )
)


def _acts(**wanted: Any) -> "QuerySet[Act, Any]":
    """Acts until a moment, as `_answers` reads them."""
    acts = Act.objects.filter(**wanted, at__lte=moment("at")).order_by()
    return acts.values_list("pk", "account_id", "key", "allowed", "held", "cleared", "at", "album_id")
