"""What is open in each track now: a projection of everything that was said, kept current by those who change it.

It answers bulk questions in one set operation. It is a hint: the gate decides each track again from its stance before
anything is handed over.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, QuerySet
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.agreements.among import among
from tenuto.agreements.claims import last_said
from tenuto.agreements.events import ClaimsChanged
from tenuto.base.events import on
from tenuto.base.events import publish as tell
from tenuto.base.jobs import every
from tenuto.consent.events import ConsentChanged, ConsentClosed
from tenuto.consent.marking import mark
from tenuto.consent.masks import as_digits
from tenuto.consent.models import COLUMNS, Consent, Stop
from tenuto.consent.stances import batches, stances
from tenuto.consent.unmapped import look_at
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import BITS_PER_ASSET, Cell, Purpose, cells_of
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.stances import Stance
from tenuto.terms.events import TermsAccepted
from tenuto.tracks.models import Track

ONE_ASSET = (1 << BITS_PER_ASSET) - 1
SWEPT_AT_ONCE = 20_000


def works_open(cell: Cell, after: int = 0, limit: int | None = None) -> list[int]:
    """Tracks in which this cell is open, in the order of their ids, from the one after `after`."""
    if stopped() & cell.bit:
        return []
    found = rows_open(cell).filter(track_id__gt=after).order_by("track_id").values_list("track_id", flat=True)
    return list(found[:limit])


def open_among(cell: Cell, track_ids: Iterable[int]) -> set[int]:
    """Those of these tracks in which the cell is open."""
    if stopped() & cell.bit:
        return set()
    found: set[int] = set()
    for ids in batches(list(track_ids)):
        found.update(rows_open(cell).filter(track_id__in=among(ids)).values_list("track_id", flat=True))
    return found


def open_but_for_stops(track_ids: Iterable[int]) -> dict[int, int]:
    """What is open in each of these tracks, stops left aside: what may be kept, though nobody may use it meanwhile.

    A track of which nothing is known is missing, and nothing is open in it.
    """
    return _masks(list(track_ids))


def stopped() -> int:
    """The cells of every purpose that the operator stopped."""
    mask = 0
    for purpose in Stop.objects.filter(ended_at=None).values_list("purpose", flat=True):
        mask |= cells_of(purpose=Purpose(purpose))
    return mask


def refresh(track_ids: Sequence[int], at: datetime) -> int:
    """Bring the projection of these tracks up to what was said until `at`, and tell who listens. How many were turned.

    An objection that was written meanwhile, or by a clock that is ahead, counts here too: what holds already is not
    opened once more by somebody who began earlier.
    """
    return sum(_refresh(ids, at) for ids in batches(track_ids))


def refresh_account(account_id: int, at: datetime) -> int:
    """The same for all of an account's tracks."""
    return refresh(list(Track.objects.filter(owner_id=account_id).values_list("pk", flat=True)), at)


@transaction.atomic
def _refresh(ids: list[int], at: datetime) -> int:
    _wait_for_others(ids)
    at = max(at, last_said(ids) or at)
    before = _masks(ids)
    found = stances(ids, at)
    after = _effective(found, at)
    turned = {track_id: mask for track_id, mask in after.items() if before.get(track_id) != mask}
    _write(turned)
    look_at(turned)
    mark(found, after, turned, at)
    if turned:
        tell(ConsentChanged(tuple(sorted(turned)), at))
    closed: dict[int, list[int]] = defaultdict(list)
    for track_id, mask in turned.items():
        if gone := before.get(track_id, 0) & ~mask:
            closed[gone].append(track_id)
    for gone, tracks in closed.items():
        tell(ConsentClosed(tuple(tracks), as_digits(gone), at))
    return len(turned)


def _wait_for_others(ids: list[int]) -> None:
    """Of two that refresh the same tracks at once, the second waits until it can read what the first has read.

    On SQLite there is only ever one that writes.
    """
    if connection.features.has_select_for_update:
        owners = Track.objects.filter(pk__in=among(ids)).values("owner_id")
        list(Account.objects.select_for_update(no_key=True).filter(pk__in=owners).order_by("pk").values_list("pk"))


def _effective(found: dict[int, Stance], at: datetime) -> dict[int, int]:
    """What is open in each track, everywhere and for nobody in particular; stops left aside."""
    errand = Errand(at)
    known: dict[int, int] = {}
    for stance in found.values():
        if id(stance) not in known:
            known[id(stance)] = effective_mask(_without_stops(stance), errand)
    return {track_id: known[id(stance)] for track_id, stance in found.items()}


def _without_stops(stance: Stance) -> Stance:
    return replace(stance, stops=()) if stance.stops else stance


def _write(masks: dict[int, int]) -> None:
    """What is open in each of these tracks, whether it has a row or not. One statement for all that are alike."""
    alike: dict[int, list[int]] = defaultdict(list)
    for track_id, mask in masks.items():
        alike[mask].append(track_id)
    kept = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS)
    with connection.cursor() as cursor:
        for mask, track_ids in alike.items():
            these = among(track_ids)
            # Selected from the tracks, so that one that went meanwhile is left out.
            cursor.execute(
                f"INSERT INTO {Consent._meta.db_table} (track_id, {', '.join(COLUMNS)}) "  # noqa: S608  # names of ours
                f"SELECT id, {', '.join(['%s'] * len(COLUMNS))} FROM {Track._meta.db_table} WHERE id IN ({these.sql}) "
                f"ON CONFLICT (track_id) DO UPDATE SET {kept}",
                [*columns_of(mask).values(), *these.params],
            )


def columns_of(mask: int) -> dict[str, int]:
    return {name: mask >> place * BITS_PER_ASSET & ONE_ASSET for place, name in enumerate(COLUMNS)}


def mask_in(parts: Iterable[int]) -> int:
    """The columns of a row put together again."""
    mask = 0
    for place, part in enumerate(parts):
        mask |= part << place * BITS_PER_ASSET
    return mask


def _masks(track_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    known: dict[tuple[int, ...], int] = {}  # of many tracks, few masks
    for ids in batches(track_ids):
        for track_id, *parts in Consent.objects.filter(track_id__in=among(ids)).values_list("track_id", *COLUMNS):
            columns = tuple(parts)
            if columns not in known:
                known[columns] = mask_in(columns)
            found[track_id] = known[columns]
    return found


def rows_open(cell: Cell) -> QuerySet[Consent]:
    """Rows of the works in which this cell is open, as part of a larger question; of stops, whoever asks takes care."""
    bit = cell.bit >> cell.asset.shift
    return Consent.objects.annotate(found=F(cell.asset.value).bitand(bit)).exclude(found=0)


def rows_open_now(*cells: Cell) -> QuerySet[Consent]:
    """Rows of the works in which all of these cells are open and no purpose of theirs is stopped, at this moment."""
    rows = Consent.objects.exclude(Exists(Stop.objects.filter(ended_at=None, purpose__in={c.purpose for c in cells})))
    for each in cells:
        name = f"open_{each.position}"
        rows = rows.alias(**{name: F(each.asset.value).bitand(each.bit >> each.asset.shift)}).exclude(**{name: 0})
    return rows


# ——— who changes it ———


@on(TermsAccepted)
def terms_were_accepted(event: TermsAccepted) -> None:
    refresh_account(event.account_id, timezone.now())


@on(ClaimsChanged)
def claims_have_changed(event: ClaimsChanged) -> None:
    # As things stand now: an event that comes late must not bring back what stood when it happened.
    refresh(event.track_ids, max(event.at, timezone.now()))


@every(seconds=30)
def take_in_new_tracks(now: datetime) -> None:
    """Tracks that came in by a way that told nobody. Each has a row after it was looked at once."""
    known = Consent.objects.order_by("-track_id").values_list("track_id", flat=True).first() or 0
    newest = Track.objects.filter(pk__gt=known).order_by("pk").values_list("pk", flat=True)[:SWEPT_AT_ONCE]
    refresh(list(newest), now)
