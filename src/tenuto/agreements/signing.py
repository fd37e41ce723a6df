"""Signing: a typed name and a second factor, under exactly the words that were read. The second signature binds."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements.claims import turned
from tenuto.agreements.drafting import NotVerified, Settled, agreement_of, current, is_settled, locked
from tenuto.agreements.letters import send_letter
from tenuto.agreements.models import Agreement, Bond, Proof, Reach, Side, Signature, Turn, Wording
from tenuto.agreements.organisations import is_verified, may_sign
from tenuto.agreements.wording import read, same_label
from tenuto.base.errors import BadRequest, NotAllowed


class OtherWords(BadRequest):
    advice = _("This draft was changed since you opened it. Read it as it is now, then sign.")
    status = 409
    code = "words_changed"


class NoName(BadRequest):
    advice = _("Type your full name, as you would sign a letter.")
    status = 422
    code = "no_name"


class BothHands(BadRequest):
    advice = _(
        "You signed this for the other side. Nobody can agree with themselves: let somebody else sign for this one."
    )
    status = 409
    code = "both_hands"


class OverAlready(BadRequest):
    advice = _("The last day of this agreement has passed. Change its days before you sign.")
    status = 409
    code = "over_already"


def sign(
    agreement: Agreement, digest: str, name: str, method: Proof, *, side: Side, by: Account, at: datetime
) -> Signature:
    """Sign the current wording, whose text was read under `digest`, for `side`. Signing twice is signing once.

    Whoever calls this has seen `method` succeed a moment ago. Raises OtherWords, NoName, NotVerified, BothHands,
    OverAlready, Settled, NotAllowed.
    """
    name = check_name(name)
    may_speak(agreement, side, by)
    with transaction.atomic():
        locked(agreement)
        wording = current(agreement)
        mine: Signature | None = wording.signatures.filter(side=side).first()
        if mine is not None:
            return mine
        if is_settled(agreement):
            raise Settled
        if digest != wording.digest:
            raise OtherWords
        if not is_verified(agreement.organisation):
            raise NotVerified
        if wording.signatures.filter(account=by).exists():
            raise BothHands
        ends_at = read(wording.text).ends_at
        if ends_at is not None and ends_at <= at:
            raise OverAlready
        made: Signature = Signature.objects.create(
            wording=wording, side=side, account=by, name=name, method=method, digest=digest, at=at
        )
        if wording.signatures.filter(side=side.other).exists():
            _bind(agreement, wording, at)
        send_letter("signed", made.pk)
    return made


def check_name(name: str) -> str:
    """A name as it is kept. Two letters are the least that anybody is called."""
    name = " ".join(name.split())
    if sum(letter.isalpha() for letter in name) < 2 or len(name) > 120:
        raise NoName
    return name


def may_speak(agreement: Agreement, side: Side, by: Account) -> None:
    """Only the artist signs for the artist, and only signatories and owners for the organisation."""
    _found, sides = agreement_of(by, agreement.key)
    if side not in sides:
        raise NotAllowed(f"{by.pk} does not speak for {side} of {agreement.key}")
    if side is Side.ORGANISATION and not may_sign(by, agreement.organisation):
        raise NotAllowed(advice=_("Members read and draft. An owner or a signatory of the organisation must sign."))


def _bind(agreement: Agreement, wording: Wording, at: datetime) -> Bond:
    content = read(wording.text)
    starts_at = max(content.starts_at or at, at)
    artist = agreement.artist
    assert artist is not None
    bond: Bond = Bond.objects.create(
        agreement=agreement, wording=wording, starts_at=starts_at, ends_at=content.ends_at, at=at
    )
    # Two spellings of a label are one thing.
    reached = {
        (thing.kind, same_label(thing.value) if thing.kind == Reach.Kind.LABEL else thing.value)
        for thing in content.things
    }
    Reach.objects.bulk_create(
        [Reach(bond=bond, artist=artist, kind=kind, value=value) for kind, value in sorted(reached)],
        batch_size=500,
    )
    Turn.objects.bulk_create(
        Turn(bond=bond, at=moment) for moment in (starts_at, content.ends_at) if moment and moment > at
    )
    turned([bond], at)
    return bond
