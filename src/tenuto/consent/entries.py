"""Every act that changes consent stands in the log, and a decision names the entry of each act that it rests on.

What an artist says is written in the transaction in which it is said. Terms, agreements, objections and disputes are
rows of features that do not know the log: they are written when they tell of themselves, by a sweep if that was lost,
and at the latest before anything is used on their strength. An entry is about an account, the one whose works the act
concerns, and opens with that account's key; of one act for 100,000 tracks there is one entry. Stops are public.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, QuerySet, Value

from tenuto.accounts.models import Account
from tenuto.agreements.among import among
from tenuto.agreements.claims import cells_of
from tenuto.agreements.events import ClaimsChanged
from tenuto.agreements.models import Bond, Dispute, Ending, Objection, Resolution, Withdrawal
from tenuto.base.events import on
from tenuto.base.jobs import every
from tenuto.consent.models import Act, Inclusion, Leaving, Logged, LoggedUntil, Stop
from tenuto.consent.reach import keys_reached
from tenuto.ledger import book, vault
from tenuto.ledger.subjects import ACCOUNT, Subject
from tenuto.rules.canonical import digest_words, moment
from tenuto.rules.cells import words_of
from tenuto.rules.records import Kind, Record
from tenuto.terms.events import TermsAccepted
from tenuto.terms.models import Acceptance

PUBLIC = 0  # instead of an account: everybody can read it
AT_ONCE = 500  # entries in one transaction of the sweep
MOST_TURNS = 20  # of them for each sort in one sweep
LOOKED_BACK = 1_000  # rows: on PostgreSQL one that got its number earlier may be committed later

Body = dict[str, object]


class What(StrEnum):
    """What sort of act it is. Those that a decision can rest on are called as in rules.records.Kind."""

    TERMS = "terms"
    ANSWER = "answer"
    AGREEMENT = "agreement"
    ENDING = "ending"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal"
    DISPUTE = "dispute"
    RESOLUTION = "resolution"
    INCLUSION = "inclusion"
    LEAVING = "leaving"
    STOP = "stop"
    RESUMPTION = "resumption"


KINDS = frozenset(what.value for what in What)


@dataclass(frozen=True)
class Source:
    """Where acts of one sort lie, whom each concerns, and what its record says."""

    rows: Callable[[], QuerySet[Any]]
    account: str  # the way from the row to the account whose works it concerns; empty: everybody
    says: Callable[[Any], Body]
    number: str = "pk"  # the column by which a basis names it
    all_anew: bool = False  # few rows, which may come to count later than they were made

    def concerns(self, row: Any) -> int | None:
        """The account, PUBLIC, or None where there is nobody left whom it concerns."""
        return reduce(getattr, f"{self.account}_id".split("__"), row) if self.account else PUBLIC


@dataclass(frozen=True)
class Told:
    """One act for one account."""

    what: What
    row: int
    account_id: int
    body: Body


def write_acts(acts: Sequence[Act]) -> None:
    """Write what somebody has just said, last in the transaction in which they said it. Terms they accepted first."""
    for account_id in sorted({act.account_id for act in acts}):
        terms = SOURCES[What.TERMS]
        accepted = _missing(What.TERMS, terms.rows().filter(account_id=account_id).order_by("pk"))
        own = (_told(What.ANSWER, act) for act in acts if act.account_id == account_id)
        _write([told for told in (*(_told(What.TERMS, row) for row in accepted), *own) if told])


def write_missing(*kinds: What, most: int = MOST_TURNS) -> int:
    """Write acts of these sorts that the log does not have yet, the oldest first. How many were.

    So many in each transaction, and no more than `most` transactions of a sort: the next sweep goes on.
    """
    return sum(_write_missing(what, most) for what in kinds or What)


def entries_of(basis: Collection[tuple[int, Record]]) -> dict[tuple[int, Record], int]:
    """The entry in which each of these records stands for an account; where one is lacking, it is written now.

    A removal has none: nobody's answer but the account's closing is what it says. All are written in one transaction.
    """
    wanted = {pair: _place(*pair) for pair in basis if pair[1].kind.value in KINDS}
    places = set(wanted.values())
    found = _known(places)
    if lacking := sorted(places - found.keys()):
        with transaction.atomic():
            _write([told for place in lacking if (told := _told_at(*place))])
        found = _known(places)
    return {pair: found[place] for pair, place in wanted.items() if place in found}


@on(TermsAccepted)
def terms_were_accepted(event: TermsAccepted) -> None:
    write_missing(What.TERMS, most=1)


@on(ClaimsChanged)
def claims_have_changed(event: ClaimsChanged) -> None:
    write_missing(*OF_OTHERS, most=1)


@every(seconds=20)
def write_what_was_lost(now: datetime) -> None:
    """Whatever told nobody, and all that was said before the log knew of such acts."""
    write_missing()


# ——— writing ———


def _write_missing(what: What, most: int) -> int:
    source, written = SOURCES[what], 0
    for _turn in range(most):
        until = 0 if source.all_anew else LoggedUntil.objects.get_or_create(kind=what)[0].row
        rows = source.rows().filter(pk__gt=until - LOOKED_BACK).order_by("pk")
        newest = source.rows().aggregate(Max("pk"))["pk__max"] or 0
        batch = list(_missing(what, rows)[:AT_ONCE])
        if batch:
            with transaction.atomic():
                written += _write([told for row in batch if (told := _told(what, row))])
        LoggedUntil.objects.filter(kind=what).exclude(row__gte=newest).update(
            row=batch[-1].pk if len(batch) == AT_ONCE else newest
        )
        if len(batch) < AT_ONCE:
            break
    return written


def _missing(what: What, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of these rows of which the log says nothing yet to the account that they concern first."""
    source = SOURCES[what]
    account = OuterRef(source.account) if source.account else Value(PUBLIC)
    known = Logged.objects.filter(kind=what, row=OuterRef(source.number), account_id=account)
    # Of an account that is being removed nothing new is written.
    living = rows.filter(**{f"{source.account}__is_active": True}) if source.account else rows
    return living.exclude(Exists(known))


def _told(what: What, row: Model) -> Told | None:
    source = SOURCES[what]
    account_id = source.concerns(row)
    return None if account_id is None else Told(what, getattr(row, source.number), account_id, source.says(row))


def _write(acts: Sequence[Told]) -> int:
    """In the caller's transaction, in this order. What another has written meanwhile is left out."""
    acts = list({(told.what, told.row, told.account_id): told for told in acts}.values())
    subjects = {told.account_id: Subject(ACCOUNT, told.account_id) for told in acts if told.account_id != PUBLIC}
    if not acts:
        return 0
    vault.keys_of(subjects.values())  # before the lock, under which every other writer would wait for them
    book.hold()
    known = _known({(told.what.value, told.row, told.account_id) for told in acts})
    acts = [told for told in acts if (told.what.value, told.row, told.account_id) not in known]
    there = set(Account.objects.filter(pk__in=among(subjects)).values_list("pk", flat=True)) | {PUBLIC}
    acts = [told for told in acts if told.account_id in there]
    last = _last_entries({told.account_id for told in acts})
    for turn in _turns(acts):
        drafts = []
        for told in turn:
            body = {"v": 1, "t": "consent", "what": told.what.value, "row": told.row} | told.body
            if told.account_id == PUBLIC:
                drafts.append(book.public(body))
            else:
                # Each names the one before it, so that none can be left out between two that are shown.
                drafts.append(book.blinded(subjects[told.account_id], body | {"before": last.get(told.account_id)}))
        entries = book.write(drafts)
        last |= {told.account_id: entry for told, entry in zip(turn, entries, strict=True)}
        Logged.objects.bulk_create(
            Logged(kind=told.what, row=told.row, account_id=told.account_id, entry=entry)
            for told, entry in zip(turn, entries, strict=True)
        )
    return len(acts)


def _turns(acts: Sequence[Told]) -> Iterator[list[Told]]:
    """The acts in as few parts as possible, with no account twice in one."""
    while acts:
        turn: dict[int, Told] = {}
        for told in acts:
            turn.setdefault(told.account_id, told)
        yield list(turn.values())
        acts = [told for told in acts if turn[told.account_id] is not told]


def _last_entries(accounts: Collection[int]) -> dict[int, int]:
    found = Logged.objects.filter(account_id__in=among(accounts)).values("account_id").annotate(last=Max("entry"))
    return {row["account_id"]: row["last"] for row in found.order_by()}


def _known(keys: Collection[tuple[str, int, int]]) -> dict[tuple[str, int, int], int]:
    """Which of these stand in the log, and where."""
    if not keys:
        return {}
    rows = Logged.objects.filter(
        kind__in={kind for kind, _row, _account in keys},
        row__in=among({row for _kind, row, _account in keys}),
        account_id__in=among({account for _kind, _row, account in keys}),
    )
    found = rows.values_list("kind", "row", "account_id", "entry")
    wanted = set(keys)
    return {(kind, row, account): entry for kind, row, account, entry in found if (kind, row, account) in wanted}


def _place(account_id: int, record: Record) -> tuple[str, int, int]:
    return record.kind.value, record.id, PUBLIC if record.kind is Kind.STOP else account_id


def _told_at(kind: str, row: int, account_id: int) -> Told | None:
    """The act that a basis names, for an account: its first, or another that it reaches. None: it is gone."""
    source = SOURCES[What(kind)]
    found = source.rows().filter(**{source.number: row}).order_by("pk").first()
    return None if found is None else Told(What(kind), row, account_id, source.says(found))


# ——— what each record says ———


def _of_act(act: Act) -> Body:
    said: Body = {
        "ts": moment(act.at),
        "act": act.key,
        "layer": act.layer,
        "how": act.how,
        "allowed": list(words_of(act.allowed)),
        "held": list(words_of(act.held)),
        "cleared": list(words_of(act.cleared)),
    }
    if act.album is not None:
        said["album"] = act.album.key
    if act.layer in (Act.Layer.TRACKS, Act.Layer.ALBUM):
        keys = sorted(keys_reached([act])[act.pk])
        # Whoever knows the tracks computes the digest: SHA-256 over their keys, sorted, a line each.
        digest = sha256("".join(f"{key}\n" for key in keys).encode()).digest()
        # None is named: whoever is shown the entry for the sake of one track need not learn of the others.
        said["tracks"] = {"count": len(keys), "digest": digest_words(digest)}
    return said


def _of_acceptance(row: Acceptance) -> Body:
    return {
        "ts": moment(row.at),
        "version": row.version.number,
        "text": f"sha256:{row.digest}",
        "declined": row.declined,
        "how": row.how,
    }


def _of_bond(bond: Bond) -> Body:
    return {
        "ts": moment(bond.at),
        "agreement": bond.agreement.key,
        "text": f"sha256:{bond.wording.digest}",
        "starts": moment(bond.starts_at),
        "ends": moment(bond.ends_at) if bond.ends_at else None,
    }


def _of_ending(row: Ending) -> Body:
    return {"ts": moment(row.at), "agreement": row.agreement.key, "ends": moment(row.ends_at), "how": row.how}


def _of_objection(row: Objection) -> Body:
    return {
        "ts": moment(row.at),
        "objection": row.key,
        "track": row.track.key,
        "role": row.role,
        "cells": list(words_of(cells_of(row))),
    }


def _of_withdrawal(row: Withdrawal) -> Body:
    return {"ts": moment(row.at), "objection": row.objection.key, "track": row.objection.track.key}


def _of_dispute(row: Dispute) -> Body:
    about = row.objection.key if row.objection else None
    return {"ts": moment(row.at), "dispute": row.key, "track": row.track.key, "objection": about}


def _of_resolution(row: Resolution) -> Body:
    return {
        "ts": moment(row.at),
        "dispute": row.dispute.key,
        "track": row.dispute.track.key,
        "outcome": row.outcome,
    }


def _of_inclusion(row: Inclusion) -> Body:
    return {"ts": moment(row.at), "album": row.album.key, "track": row.track.key}


def _of_leaving(row: Leaving) -> Body:
    return {"ts": moment(row.at), "album": row.inclusion.album.key, "track": row.inclusion.track.key}


def _after_an_answer(rows: QuerySet[Any], album: str) -> QuerySet[Any]:
    """Those at whose moment something had been said for the album. What was on it before, the answer's entry counts."""
    return rows.filter(Exists(Act.objects.filter(album=OuterRef(album), at__lte=OuterRef("at"))))


def _of_stop(row: Stop) -> Body:
    return {"ts": moment(row.began_at), "purpose": row.purpose, "reason": row.reason}


def _of_resumption(row: Stop) -> Body:
    assert row.ended_at is not None
    return {"ts": moment(row.ended_at), "purpose": row.purpose}


SOURCES = {
    What.TERMS: Source(lambda: Acceptance.objects.select_related("version"), "account", _of_acceptance),
    What.ANSWER: Source(lambda: Act.objects.select_related("album"), "account", _of_act),
    What.INCLUSION: Source(
        lambda: _after_an_answer(Inclusion.objects.select_related("album", "track"), "album"),
        "album__account",
        _of_inclusion,
    ),
    What.LEAVING: Source(
        lambda: _after_an_answer(
            Leaving.objects.select_related("inclusion__album", "inclusion__track"), "inclusion__album"
        ),
        "inclusion__album__account",
        _of_leaving,
    ),
    What.AGREEMENT: Source(
        lambda: Bond.objects.select_related("agreement", "wording"),
        "agreement__artist",
        _of_bond,
        number="agreement_id",
    ),
    What.ENDING: Source(lambda: Ending.objects.select_related("agreement"), "agreement__artist", _of_ending),
    What.OBJECTION: Source(lambda: Objection.objects.select_related("track"), "track__owner", _of_objection),
    What.WITHDRAWAL: Source(
        lambda: Withdrawal.objects.select_related("objection__track"), "objection__track__owner", _of_withdrawal
    ),
    What.DISPUTE: Source(lambda: Dispute.objects.select_related("track", "objection"), "track__owner", _of_dispute),
    What.RESOLUTION: Source(
        lambda: Resolution.objects.select_related("dispute__track"), "dispute__track__owner", _of_resolution
    ),
    What.STOP: Source(lambda: Stop.objects.all(), "", _of_stop, all_anew=True),
    What.RESUMPTION: Source(lambda: Stop.objects.filter(ended_at__isnull=False), "", _of_resumption, all_anew=True),
}
OF_OTHERS = (What.AGREEMENT, What.ENDING, What.OBJECTION, What.WITHDRAWAL, What.DISPUTE, What.RESOLUTION)
