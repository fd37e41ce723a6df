"""What uploader, holder and staff say to a match. Each act is written down; `rules.matches` says what follows."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.agreements.models import Agreement, Membership
from tenuto.agreements.reach import agreements_on
from tenuto.agreements.standing import standing as agreement_stands
from tenuto.agreements.standing import told_whole
from tenuto.base.errors import BadRequest, NotAllowed, NotFound
from tenuto.matches.journey import said_to, settle, tell_holder
from tenuto.matches.letters import send_letter
from tenuto.matches.models import Match, Reply, Ruling, Word
from tenuto.matches.works import shown_matches
from tenuto.rules.matches import Claim, Standing, State, may_claim, standing
from tenuto.tracks import links
from tenuto.tracks.models import SecretLink, Track

SIGNING = (Membership.Role.OWNER, Membership.Role.SIGNATORY)
FEWEST_LETTERS = 10  # of what one says for oneself


class SayMore(BadRequest):
    advice = _("Say in a sentence or two how it is, so that the other side can follow it.")
    status = 422
    code = "say_more"


class SignIt(BadRequest):
    advice = _("Type your name: you give your word for it.")
    status = 422
    code = "sign_it"


class NotNow(BadRequest):
    advice = _("This cannot be said now: it was said before, or somebody else has the word.")
    status = 409
    code = "not_now"


class NotCovered(BadRequest):
    advice = _(
        "This agreement is not in force, does not reach your track, or is with an organisation for which the holder "
        "of this work does not sign."
    )
    status = 422
    code = "not_covered"


class OwnCause(NotAllowed):
    advice = _("You have a part in this yourself. Somebody else of the staff must decide it.")
    code = "own_cause"


def claim(
    match: Match,
    what: Claim,
    words: str,
    *,
    by: Account,
    at: datetime,
    name: str = "",
    agreement: str = "",
    lets_hear: bool = False,
    credit_wanted: bool = False,
) -> Word:
    """The uploader says how it is. Raises SayMore, SignIt, NotCovered, NotNow."""
    track = match.recording.track
    if track.owner_id != by.pk:
        raise NotFound(f"{by.pk} did not upload {track.key}")
    words, name = words.strip(), " ".join(name.split())
    if what is not Claim.AGREEMENT and sum(letter.isalnum() for letter in words) < FEWEST_LETTERS:
        raise SayMore
    if what in (Claim.RIGHTS, Claim.DISPUTE) and sum(letter.isalpha() for letter in name) < 2:
        raise SignIt
    with transaction.atomic():
        _locked(match)
        if match.settled_at is not None or not may_claim(what, said_to(match), at):
            raise NotNow
        covers = _covering(match, agreement, at) if what is Claim.AGREEMENT else None
        link = _link_for_holder(match, by, at) if lets_hear else None
        word = Word.objects.create(
            match=match,
            claim=what.value,
            words=words,
            name=name[:120],
            agreement=covers,
            link=link,
            credit_wanted=credit_wanted,
            at=at,
        )
        if not tell_holder(match, at):
            send_letter("said", word.pk)
    settle(match, at)
    return word


def reply(match: Match, agrees: bool, words: str, credit: str = "", *, by: Account, at: datetime) -> Reply:
    """The holder answers the uploader's last word, once. A no says why. Raises SayMore, NotNow."""
    if match.holder_id != by.pk or match.told_at is None:
        raise NotFound(f"{by.pk} does not hold {match.key}")
    words = words.strip()
    if not agrees and sum(letter.isalnum() for letter in words) < FEWEST_LETTERS:
        raise SayMore
    with transaction.atomic():
        _locked(match)
        word = match.said.order_by("at", "pk").last()
        if word is None or match.settled_at is not None or stands(match, at).state is not State.ASKED:
            raise NotNow
        made = Reply.objects.create(
            word=word, agrees=agrees, words=words, credit=" ".join(credit.split())[:300] if agrees else "", by=by, at=at
        )
        send_letter("replied", made.pk)
        if stands(match, at).state is State.CONTESTED:
            send_letter("contested", word.pk)
    settle(match, at)
    return made


def rule(match: Match, passes: bool, reasons: str, *, by: Account, at: datetime) -> Ruling:
    """Staff decide what the two do not agree on. Raises NotAllowed, OwnCause, SayMore, NotNow."""
    if not by.is_staff:
        raise NotFound(f"{by.pk} is no staff")
    if by.pk in (match.holder_id, match.recording.track.owner_id):
        raise OwnCause
    reasons = reasons.strip()
    if sum(letter.isalnum() for letter in reasons) < FEWEST_LETTERS:
        raise SayMore(advice=_("Write down the reasons: both sides read them, and must be able to follow them."))
    with transaction.atomic():
        _locked(match)
        word = match.said.order_by("at", "pk").last()
        if word is None or match.settled_at is not None or stands(match, at).state is not State.CONTESTED:
            raise NotNow
        made = Ruling.objects.create(word=word, passes=passes, reasons=reasons, by=by, at=at)
        send_letter("ruled", made.pk)
    settle(match, at)
    return made


def stands(match: Match, at: datetime) -> Standing:
    """How a match stands."""
    return Standing(State.SETTLED) if match.settled_at is not None else standing(said_to(match), at)


def match_of(account: Account, key: str) -> Match:
    """The match of this key: for its holder once they were told, and for staff. To everybody else it is missing.

    To the holder too, once it holds nothing any more, unless they may hear the track as anybody may.
    """
    found = _whole().filter(key=key).first()
    is_holders = found is not None and found.holder_id == account.pk and found.told_at is not None
    if found is None or not (account.is_staff or (is_holders and found.pk in shown_matches(account, timezone.now()))):
        raise NotFound(f"match {key} of account {account.pk}")
    return found


def own_match(account: Account, track: Track, key: str) -> Match:
    """The match of this key in one's own track."""
    found = _whole().filter(key=key, recording__track=track).first()
    if found is None or track.owner_id != account.pk:
        raise NotFound(f"match {key} in {track.key}")
    return found


def matches_in(track: Track) -> QuerySet[Match]:
    """Those of the recording that is heard or is to be."""
    newest = track.newest_ready
    return _whole().filter(recording=newest) if newest else Match.objects.none()


def contested() -> list[Match]:
    """What waits for staff: the holder said no to a notice, and nobody ruled."""
    waiting = _whole().filter(
        settled_at=None, said__claim=Claim.DISPUTE.value, said__reply__agrees=False, said__ruling=None
    )
    return list(waiting.distinct().order_by("at")[:200])


def agreements_covering(match: Match, at: datetime) -> list[Agreement]:
    """Agreements of the uploader that could be named: they reach the track, and the holder signs for the other side.

    It passes at once, so it must be the holder's own word. Not who merely belongs to the organisation gave it, and not
    whoever wrote the code of somebody else's work into an agreement of their own.
    """
    track = match.recording.track
    reaching = {one.id for one in agreements_on([track.pk], at).get(track.pk, ())}
    signs = Membership.objects.filter(account=match.holder, role__in=SIGNING, confirmed_at__isnull=False, ended_at=None)
    found = Agreement.objects.filter(
        pk__in=reaching, artist=track.owner_id, organisation__in=signs.values("organisation_id")
    )
    return [one for one in told_whole(found) if _in_force(one, at)]


def _in_force(agreement: Agreement, at: datetime) -> bool:
    return agreement_stands(agreement, at).state in ("in_force", "ending")


def _covering(match: Match, key: str, at: datetime) -> Agreement:
    for agreement in agreements_covering(match, at):
        if agreement.key == key:
            return agreement
    raise NotCovered(key)


def _link_for_holder(match: Match, by: Account, at: datetime) -> SecretLink:
    name = str(_("For whoever answers match %(key)s")) % {"key": match.key}
    return links.make(match.recording.track, name, None, by=by, at=at)


def _locked(match: Match) -> None:
    """Of two acts upon one match, the second waits, and then sees what the first did."""
    Match.objects.select_for_update().get(pk=match.pk)
    match.refresh_from_db(fields=["settled_at", "told_at"])
    getattr(match, "_prefetched_objects_cache", {}).clear()  # what was said may have been read before we waited


def _whole() -> QuerySet[Match]:
    found = Match.objects.select_related("holder", "recording__track__owner", "recording__hold")
    return found.prefetch_related("said__reply", "said__ruling")
