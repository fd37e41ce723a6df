"""How somebody answers: for some tracks, for an album, for everything they have, or for their own listening."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements.among import among
from tenuto.base.errors import BadRequest
from tenuto.consent.albums import tracks_on
from tenuto.consent.current import refresh, refresh_account
from tenuto.consent.entries import write_acts
from tenuto.consent.models import Act, ActTrack, Album
from tenuto.consent.reserving import SENTENCE_NAME, NeedsAttestation, reserved_among
from tenuto.consent.stances import account_stance, listener_stance
from tenuto.consent.turns import in_turn
from tenuto.consent.words import name_of
from tenuto.ledger.errors import VaultClosed
from tenuto.rules.cells import EVERYTHING, LICENCE_ONLY, Asset, cells_in, cells_of
from tenuto.tracks.models import Track

log = logging.getLogger(__name__)

OF_LISTENERS = cells_of(asset=Asset.LISTENING)


class NotInTerms(BadRequest):
    """A yes to a cell that no accepted terms name, or only in a clause that was left out."""

    advice = _(
        "The terms, as you accepted them, do not speak of this use, so you cannot allow it."
        " Read the terms, and answer them."
    )
    status = 422
    code = "not_in_terms"


class OnlyByLicence(BadRequest):
    advice = _("This can only be opened by a licence that names one model or one licensee. Nothing was changed.")
    status = 422
    code = "only_by_licence"


class NoSuchCell(BadRequest):
    advice = _("A listener answers only for listening: recommendation and fraud, to inform and to train.")
    status = 422
    code = "no_such_cell"


class YesAndNo(BadRequest):
    advice = _("One cell was answered twice. Say allowed, held or cleared, one of the three. Nothing was changed.")
    status = 422
    code = "yes_and_no"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to say: three sets of cells that do not meet."""

    allowed: int = 0
    held: int = 0
    cleared: int = 0  # here nothing more is said; the next layer speaks

    def __bool__(self) -> bool:
        return bool(self.count)

    @property
    def count(self) -> int:
        """How many cells it speaks of."""
        return (self.allowed | self.held | self.cleared).bit_count()

    @property
    def only_holds(self) -> bool:
        return bool(self.held) and not (self.allowed or self.cleared)

    @property
    def as_default(self) -> "Wish":
        """The same for a whole account. What leaves a track to the account says nothing to the account."""
        return Wish(self.allowed, self.held)


HOLD_EVERYTHING = Wish(held=EVERYTHING)


def answer(
    account: Account, track_ids: Sequence[int], wish: Wish, how: Act.How, *, at: datetime, attests: bool = False
) -> Act | None:
    """Answer for some of one's own tracks. Tracks of others are left out; without any, nothing is written.

    `attests`: with the sentence of `consent.reserving`, that a reservation in a file is theirs to lift.
    Raises NotInTerms, OnlyByLicence, YesAndNo, NeedsAttestation, and then has changed nothing.
    """
    tracks = Track.objects.filter(owner=account, pk__in=among(track_ids))
    with transaction.atomic():
        act = _answer(account, tracks, wish, how, at, attests)
        _enter(act)
    return act


def answer_for_catalogue(
    account: Account, wish: Wish, how: Act.How, *, at: datetime, attests: bool = False
) -> Act | None:
    """The same for every track that the account has now."""
    with transaction.atomic():
        act = _answer(account, Track.objects.filter(owner=account), wish, how, at, attests)
        _enter(act)
    return act


def answer_for_album(account: Account, album: Album, wish: Wish, how: Act.How, *, at: datetime) -> Act | None:
    """Answer for what is on one's own album, now and later, as far as nothing is said for a track by itself."""
    with transaction.atomic():
        act = _answer_for_album(account, album, wish, how, at)
        _enter(act)
    return act


def hold_album(account: Account, album: Album, how: Act.How, *, at: datetime) -> list[Act]:
    """Every track on it becomes no, and so does the album: what comes onto it later is held too."""
    with transaction.atomic():
        acts = (
            _answer_for_album(account, album, HOLD_EVERYTHING, how, at),
            _answer(account, tracks_on(album), HOLD_EVERYTHING, how, at, attests=False),
        )
        _enter(*acts)
    return [act for act in acts if act is not None]


def answer_by_default(account: Account, wish: Wish, how: Act.How, *, at: datetime) -> Act | None:
    """Answer for everything of which nothing else is said, now and later: the account's default."""
    with transaction.atomic():
        act = _answer_by_default(account, wish, how, at)
        _enter(act)
    return act


def answer_here_and_by_default(
    account: Account, track_ids: Sequence[int], wish: Wish, how: Act.How, *, at: datetime, attests: bool = False
) -> list[Act]:
    """The same words for some tracks and as the account's default. The tracks keep them when the default changes."""
    with transaction.atomic():
        tracks = Track.objects.filter(owner=account, pk__in=among(track_ids))
        acts = (
            _answer_by_default(account, wish.as_default, how, at),
            _answer(account, tracks, wish, how, at, attests),
        )
        _enter(*acts)
    return [act for act in acts if act is not None]


def answer_as_listener(account: Account, wish: Wish, how: Act.How, *, at: datetime) -> Act | None:
    """Answer for one's own listening."""
    if (wish.allowed | wish.held | wish.cleared) & ~OF_LISTENERS:
        raise NoSuchCell
    with transaction.atomic():
        at = in_turn(account.pk, at)
        terms = listener_stance(account.pk, at).terms
        _check(wish, terms.named if terms else 0)
        act = _write(account, wish, how, at, layer=Act.Layer.LISTENER) if wish else None
        _enter(act)
    return act


def hold_everything(account: Account, how: Act.How, *, at: datetime) -> list[Act]:
    """Every track's own answer becomes no, and so does the default: what comes later is held too.

    An album that says yes to anything says no from now on, or what comes onto it later would open by its word.
    """
    with transaction.atomic():
        acts = (
            _answer_by_default(account, HOLD_EVERYTHING, how, at),
            *_hold_albums(account, how, at),
            _answer(account, Track.objects.filter(owner=account), HOLD_EVERYTHING, how, at, attests=False),
        )
        _enter(*acts)
    return [act for act in acts if act is not None]


def _answer_by_default(account: Account, wish: Wish, how: Act.How, at: datetime) -> Act | None:
    at = in_turn(account.pk, at)
    _check(wish, _named(account, at))
    if not wish:
        return None
    act = _write(account, wish, how, at, layer=Act.Layer.ACCOUNT)
    refresh_account(account.pk, at)
    return act


def _answer_for_album(account: Account, album: Album, wish: Wish, how: Act.How, at: datetime) -> Act | None:
    at = in_turn(account.pk, at)
    _check(wish, _named(account, at))
    if album.account_id != account.pk or not wish:
        return None
    reached = list(tracks_on(album).order_by("pk").values_list("pk", flat=True))
    act = _write(account, wish, how, at, layer=Act.Layer.ALBUM, album=album, track_count=len(reached))
    refresh(reached, at)
    return act


def _hold_albums(account: Account, how: Act.How, at: datetime) -> list[Act]:
    """Of the account's albums, those that say yes to something. Their tracks, all its own, whoever asks refreshes."""
    at = in_turn(account.pk, at)
    yes: dict[int, int] = {}
    of_albums = Act.objects.filter(account=account, layer=Act.Layer.ALBUM, album__ended_at=None).order_by("at", "pk")
    for album_id, allowed, held, cleared in of_albums.values_list("album_id", "allowed", "held", "cleared"):
        yes[album_id] = (yes.get(album_id, 0) | allowed) & ~(held | cleared)
    saying_yes = among([album_id for album_id, cells in yes.items() if cells])
    there = Count("inclusions", filter=Q(inclusions__leaving=None))
    acts: list[Act] = Act.objects.bulk_create(
        Act(
            account=account,
            held=EVERYTHING,
            how=how,
            at=at,
            layer=Act.Layer.ALBUM,
            album=album,
            track_count=album.on_it,
        )
        for album in Album.objects.filter(pk__in=saying_yes).annotate(on_it=there).order_by("pk")
    )
    return acts


def _answer(
    account: Account, tracks: QuerySet[Track], wish: Wish, how: Act.How, at: datetime, attests: bool
) -> Act | None:
    at = in_turn(account.pk, at)
    _check(wish, _named(account, at))
    own = list(tracks.order_by("pk").values_list("pk", flat=True))
    if not own or not wish:
        return None
    # What is left to the default again is no longer held by the file's own word.
    lifts = bool(wish.allowed | wish.cleared) and reserved_among(tracks).exists()
    if lifts and not attests:
        raise NeedsAttestation
    sentence = SENTENCE_NAME if lifts else ""
    act = _write(account, wish, how, at, layer=Act.Layer.TRACKS, track_count=len(own), attested=sentence)
    these = among(own)
    with connection.cursor() as cursor:  # one statement, however large the catalogue
        cursor.execute(
            f"INSERT INTO {ActTrack._meta.db_table} (act_id, track_id) "  # noqa: S608  # names of ours
            f"SELECT %s, id FROM {Track._meta.db_table} WHERE id IN ({these.sql})",
            [act.pk, *these.params],
        )
    refresh(own, at)
    return act


def _enter(*acts: Act | None) -> None:
    """Into the log, last: from here to the commit every other writer waits.

    Nobody's no waits for a vault that cannot be reached. A sweep writes it then, and at the latest the gate, before it
    names the act in an entry.
    """
    try:
        write_acts([act for act in acts if act is not None])
    except VaultClosed:
        log.exception("what was said is not in the ledger yet")


def _named(account: Account, at: datetime) -> int:
    terms = account_stance(account, at).terms
    return terms.named if terms else 0


def _check(wish: Wish, named: int) -> None:
    if wish.allowed & wish.held or (wish.allowed | wish.held) & wish.cleared:
        raise YesAndNo
    if wish.allowed & LICENCE_ONLY:
        raise OnlyByLicence
    if missing := wish.allowed & ~named:
        names = ", ".join(map(name_of, cells_in(missing)))
        raise NotInTerms(names, advice=f"{NotInTerms.advice} ({names})")


def _write(account: Account, wish: Wish, how: Act.How, at: datetime, **more: Any) -> Act:
    act: Act = Act.objects.create(
        account=account, allowed=wish.allowed, held=wish.held, cleared=wish.cleared, how=how, at=at, **more
    )
    return act
