"""Objections: somebody who wrote, performs on or owns a part of a track says no, and their no holds at once.

Whoever objects need not prove anything first: one no is enough. What keeps that from being a weapon is that it can only
close, that its maker stands to it by name before the uploader, that it is contested with one press, and that nobody
objects often where staff found them wrong.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements.claims import standing_objections
from tenuto.agreements.events import ClaimsChanged
from tenuto.agreements.letters import send_letter
from tenuto.agreements.models import Acceptance, Dispute, Objection, Resolution, Withdrawal
from tenuto.base.errors import BadRequest, NotFound, OverLimit
from tenuto.base.events import publish as tell
from tenuto.rules.cells import NEEDED, Asset, Cell
from tenuto.tracks.models import Track

FEWEST_LETTERS = 10  # of what one says for oneself
MOST_A_DAY = 20  # by one account
MOST_ON_ONE_TRACK = 3  # by one account, one after the other
MOST_REJECTED = 3  # of one account within the time below
REJECTED_COUNTS_FOR = timedelta(days=180)


class OwnTrack(BadRequest):
    advice = _("This track is your own. What AI may do with it you say on its Permissions tab.")
    status = 409
    code = "own_track"


class SayMore(BadRequest):
    advice = _("Say in a sentence or two what your part in this track is, so that its uploader can follow it.")
    status = 422
    code = "say_more"


class NothingToHold(BadRequest):
    advice = _("Choose what you object to, or everything.")
    status = 422
    code = "nothing_to_hold"


class ObjectsAlready(BadRequest):
    advice = _("You object to this track already, and it holds. To say something else, withdraw that first.")
    status = 409
    code = "objects_already"


class FoundWrong(BadRequest):
    advice = _(
        "Staff have decided about your objection to this track, and gave their reasons. If you have learned something "
        "new since, write to them."
    )
    status = 409
    code = "found_wrong"


class TooOften(OverLimit):
    advice = _("That are more objections than one person raises here. Write to the staff of this site instead.")
    status = 429
    code = "too_often"


def object_to(track: Track, role: str, cells: frozenset[Cell], words: str, *, by: Account, at: datetime) -> Objection:
    """Hold these cells of a track, or, without any, all. The same again is the objection that stands.

    Raises OwnTrack, SayMore, NothingToHold, ObjectsAlready, FoundWrong, TooOften.
    """
    if track.owner_id == by.pk:
        raise OwnTrack
    words = words.strip()
    if sum(letter.isalnum() for letter in words) < FEWEST_LETTERS:
        raise SayMore
    if any(cell.bit & NEEDED or cell.asset is Asset.LISTENING for cell in cells):
        raise NothingToHold
    names = sorted(map(str, cells))
    with transaction.atomic():
        # One act of one person after the other, so that limits hold however many are sent at once.
        Account.objects.select_for_update().get(pk=by.pk)
        mine = Objection.objects.filter(account=by)
        stands: Objection | None = standing_objections().filter(account=by, track=track).first()
        if stands is not None:
            if (stands.role, stands.cells, stands.words) == (role, names, words):
                return stands
            raise ObjectsAlready
        _within_bounds(mine, track, at)
        made: Objection = Objection.objects.create(track=track, account=by, role=role, cells=names, words=words, at=at)
        send_letter("objected", made.pk)
        tell(ClaimsChanged((track.pk,), at))
    return made


def withdraw(objection: Objection, *, by: Account, at: datetime) -> None:
    """Take it back. What was open about it is settled with it. Twice is once."""
    if objection.account_id != by.pk:
        raise NotFound(f"{by.pk} did not raise {objection.key}")
    with transaction.atomic():
        locked(objection)
        made, new = Withdrawal.objects.get_or_create(objection=objection, defaults={"at": at})
        if not new:
            return
        _settle(objection, Resolution.Outcome.WITHDRAWN, str(_("The objection was withdrawn.")), by, at)
        send_letter("withdrawn", made.pk)
        tell(ClaimsChanged((objection.track_id,), at))


def accept(objection: Objection, *, by: Account, at: datetime) -> None:
    """The uploader agrees that it is right; if they had contested it, they no longer do. Twice is once."""
    if objection.track.owner_id != by.pk:
        raise NotFound(f"{by.pk} does not own the track of {objection.key}")
    with transaction.atomic():
        locked(objection)
        if not standing_objections().filter(pk=objection.pk).exists():
            raise NoLonger
        made, new = Acceptance.objects.get_or_create(objection=objection, defaults={"at": at})
        if not new:
            return
        _settle(objection, Resolution.Outcome.UPHELD, str(_("The uploader accepted the objection.")), by, at)
        send_letter("accepted", made.pk)
        tell(ClaimsChanged((objection.track_id,), at))


class NoLonger(BadRequest):
    advice = _("This objection holds no longer, so there is nothing to answer.")
    status = 409
    code = "no_longer"


def objection_of(account: Account, key: str) -> Objection:
    """The objection of this key, for whoever raised it, whoever it concerns, and staff. To others it is missing."""
    found: Objection | None = (
        Objection.objects.select_related(
            "track__owner", "account", "withdrawal", "acceptance", "dispute__resolution__by"
        )
        .filter(key=key)
        .first()
    )
    if found is None or not (account.pk in (found.account_id, found.track.owner_id) or account.is_staff):
        raise NotFound(f"objection {key} of account {account.pk}")
    return found


def objections_by(account: Account) -> QuerySet[Objection]:
    return Objection.objects.filter(account=account).select_related(
        "track__owner", "withdrawal", "acceptance", "dispute__resolution"
    )


def standing_of(account: Account, track: Track) -> Objection | None:
    """The objection of this account that holds in this track now."""
    return standing_objections().filter(account=account, track=track).first()


def locked(objection: Objection) -> None:
    """Of two acts upon one objection, the second waits, and then sees what the first did."""
    Objection.objects.select_for_update().get(pk=objection.pk)
    for known in ("withdrawal", "acceptance", "dispute"):
        objection._state.fields_cache.pop(known, None)


def _settle(objection: Objection, outcome: str, reasons: str, by: Account, at: datetime) -> None:
    # Staff may be deciding it at this very moment: whoever comes second finds it resolved.
    dispute = Dispute.objects.select_for_update().filter(objection=objection).first()
    if dispute is not None and not Resolution.objects.filter(dispute=dispute).exists():
        Resolution.objects.create(dispute=dispute, outcome=outcome, reasons=reasons, by=by, at=at)


def _within_bounds(mine: QuerySet[Objection], track: Track, at: datetime) -> None:
    rejected = mine.filter(
        dispute__resolution__outcome=Resolution.Outcome.REJECTED,
        dispute__resolution__at__gt=at - REJECTED_COUNTS_FOR,
    )
    if rejected.filter(track=track).exists():
        raise FoundWrong
    if rejected.count() >= MOST_REJECTED:
        raise TooOften
    if mine.filter(at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooOften
    if mine.filter(track=track).count() >= MOST_ON_ONE_TRACK:
        raise TooOften
