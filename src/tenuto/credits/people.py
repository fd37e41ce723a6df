"""Asking somebody whether a credit is theirs, and their answer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.blocks import block_each_other
from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotFound, OverLimit
from tenuto.base.remembered import times_today
from tenuto.credits.letters import send_letter
from tenuto.credits.models import Credited
from tenuto.tracks.models import Track
from tenuto.tracks.publish import locked

DAY = timedelta(days=1)
MOST_A_DAY = 100  # questions of one artist
MOST_LETTERS = 10  # of them to one person in a day; what is asked beyond it stands in their list, and no mail says so


class NobodyToAsk(BadRequest):
    advice = _("Nobody here whom you could ask has this handle. The credit stays as you wrote it.")
    status = 422
    code = "nobody_to_ask"


class NoSuchCredit(BadRequest):
    advice = _("The track has no such credit any more. Look at the list again.")
    status = 409
    code = "no_such_credit"


class SaidNo(BadRequest):
    advice = _("They were asked this, and said no. Should that have been by mistake, they can still say yes.")
    status = 409
    code = "said_no"


class TooManyAsked(OverLimit):
    advice = _("You have asked many people today. Go on tomorrow.")
    status = 429
    code = "too_many_asked"


def ask(track: Track, role: str, name: str, handle: str, at: datetime) -> Credited:
    """Ask whoever has this handle whether the credit is theirs. Asking twice is asking once.

    They are told of one question about a track in a day, however it is worded, taken back and asked anew.

    Raises:
        NoSuchCredit: the track does not say so
        NobodyToAsk: nobody has this handle, or one of the two blocks the other
        SaidNo: they declined it
        TooManyAsked: by this artist, today
    """
    artist = track.owner
    person = Account.objects.filter(username=handle.strip().removeprefix("@").lower(), is_active=True).first()
    # Whoever has blocked the artist is not told from nobody.
    if person is None or (person != artist and block_each_other(person.pk, artist.pk)):
        raise NobodyToAsk(f"{handle[:60]!r} for {track.key}")
    with transaction.atomic():
        locked(track)
        track.refresh_from_db(fields=["credits", "title"])
        if [role, name] not in track.credits:
            raise NoSuchCredit(track.key)
        found = Credited.objects.filter(track=track, account=person, role=role).first()
        if found is not None and found.answer == Credited.Answer.DECLINED:
            raise SaidNo(found.key)
        if found is not None and found.name == name and found.answer != Credited.Answer.TAKEN_BACK:
            return found
        # Other words, so another question. Who credits themselves has said yes by it.
        own = person == artist
        # Counted apart from the rows: those of a track go with it.
        if not own and times_today(f"credits asked by {artist.pk}", at) > MOST_A_DAY:
            raise TooManyAsked(f"account {artist.pk}")
        said_today = Credited.objects.filter(track=track, account=person, asked_at__gt=at - DAY).exists()
        to_them = f"credits asked by {artist.pk} of {person.pk}"
        told = not own and not said_today and times_today(to_them, at) <= MOST_LETTERS
        said = {
            "title": track.title,
            "name": name,
            "asked_at": at,
            "answer": Credited.Answer.CONFIRMED if own else Credited.Answer.OPEN,
            "answered_at": at if own else None,
        }
        credit, _new = Credited.objects.update_or_create(track=track, account=person, role=role, defaults=said)
        if told:
            send_letter("asked", credit.pk, at)
    return credit


def credit_of(account: Account, key: str) -> Credited:
    """One that the account was asked about, answered or not."""
    found = Credited.between_friends().filter(account=account, key=key).select_related("track__owner").first()
    if found is None:
        raise NotFound(f"credit {key} of account {account.pk}")
    return found


def answer(credit: Credited, *, confirms: bool, at: datetime) -> None:
    """Yes or no, and the other later, if they think again. Saying it twice changes nothing.

    Raises:
        NoSuchCredit: the words were changed since they were asked
    """
    said = Credited.Answer.CONFIRMED if confirms else Credited.Answer.DECLINED
    if confirms and not credit.is_worded_so:
        raise NoSuchCredit(credit.key)
    with transaction.atomic():
        changed = Credited.objects.filter(pk=credit.pk).exclude(answer=said).update(answer=said, answered_at=at)
        if changed and credit.account_id != credit.track.owner_id:
            send_letter("answered", credit.pk, at)


def take_back(track: Track, key: str, at: datetime) -> None:
    """The artist asks no longer, or wants the person no longer named; the words stay. What was declined stays so."""
    asked = Credited.objects.filter(track=track, key=key, answer__in=[Credited.Answer.OPEN, Credited.Answer.CONFIRMED])
    if not asked.update(answer=Credited.Answer.TAKEN_BACK, answered_at=at):
        raise NotFound(f"credit {key} of track {track.key}")
