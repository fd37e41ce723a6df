"""An agreement before it binds: written by either side, changed by either side, given up by either side."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.agreements import wording
from tenuto.agreements.letters import send_letter
from tenuto.agreements.models import Agreement, Membership, Organisation, Reach, Refusal, Side, Wording
from tenuto.agreements.organisations import TooMany, is_verified, role_of
from tenuto.agreements.wording import Content, Parties, Thing
from tenuto.base.errors import BadRequest, NotFound, Words
from tenuto.rules.cells import cells_of
from tenuto.rules.isrc import read_isrc
from tenuto.rules.iswc import read_iswc
from tenuto.rules.upc import read_upc
from tenuto.tracks.models import Track

MOST_THINGS = 10_000
MOST_OPEN_DRAFTS = 20  # between the same two
MOST_NOTICE_DAYS = 3650


class NotVerified(BadRequest):
    advice = _("Staff have not verified this organisation yet. Until they have, nothing can be agreed with it.")
    status = 409
    code = "not_verified"


class Unsound(BadRequest):
    """The content makes no sense; `advice` says everything that is wrong with it."""

    status = 422
    code = "unsound"


class Overtaken(BadRequest):
    advice = _(
        "The draft was changed while you were writing. What you typed still stands below: compare it with what the "
        "draft says now, then save again."
    )
    status = 409
    code = "overtaken"


class Settled(BadRequest):
    advice = _("This agreement is signed by both sides, or was given up. Its words change no more: begin a new one.")
    status = 409
    code = "settled"


def begin(
    organisation: Organisation, artist: Account, content: Content, *, side: Side, by: Account, at: datetime
) -> Agreement:
    """The first draft of an agreement, by `by` on behalf of `side`. Raises NotVerified, Unsound, TooMany."""
    _speaks_for(side, organisation, artist, by)
    if not is_verified(organisation):
        raise NotVerified
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if open_drafts().filter(organisation=organisation, artist=artist).count() >= MOST_OPEN_DRAFTS:
            raise TooMany(advice=_("Many drafts lie between you already. Sign one, or give some up first."))
        made = Agreement.objects.create(organisation=organisation, artist=artist, drafted_by=side, created_at=at)
        _write(made, content, side, by, at)
        send_letter("drafted", made.pk)
    return made


def change(agreement: Agreement, content: Content, *, side: Side, by: Account, at: datetime, over: str = "") -> Wording:
    """Write it down anew. Signatures under the former wording are void. The same words write nothing.

    `over` is the digest of the wording that was read before; where another stands there now, Overtaken is raised.
    """
    with transaction.atomic():
        locked(agreement)
        former = current(agreement)
        if over and over != former.digest:
            raise Overtaken
        content = replace(content, papers=wording.read(former.text).papers)
        return rewrite(agreement, content, side=side, by=by, at=at)


def rewrite(agreement: Agreement, content: Content, *, side: Side, by: Account, at: datetime) -> Wording:
    """The same, with its documents."""
    with transaction.atomic():
        locked(agreement)
        if is_settled(agreement):
            raise Settled
        former = current(agreement)
        content = replace(content, zone=settings.TIME_ZONE)
        if wording.write(content, parties_of(agreement)) == former.text:
            return former
        made = _write(agreement, content, side, by, at)
        if former.signatures.exists():
            send_letter("voided", made.pk)
    return made


def give_up(agreement: Agreement, *, side: Side, by: Account, at: datetime) -> None:
    """Put a draft aside for good. Twice is once."""
    with transaction.atomic():
        locked(agreement)
        if hasattr(agreement, "bond"):
            raise Settled
        Refusal.objects.get_or_create(agreement=agreement, defaults={"side": side, "by": by, "at": at})


def thing(kind: str, typed: str) -> Thing:
    """Something to be covered, from how people write it. Raises Unsound."""
    typed = " ".join(typed.split())
    readers = {Reach.Kind.ISRC: read_isrc, Reach.Kind.ISWC: read_iswc, Reach.Kind.UPC: read_upc}
    if kind == Reach.Kind.CATALOGUE:
        return Thing(Reach.Kind.CATALOGUE)
    reader = readers.get(Reach.Kind(kind))
    value = reader(typed) if reader else typed
    if not value or len(value) > 120:
        raise Unsound(advice=_("“%(typed)s” is no %(kind)s.") % {"typed": typed[:60], "kind": Reach.Kind(kind).label})
    return Thing(Reach.Kind(kind), value)


def faults(content: Content, artist: Account) -> list[str]:
    """Everything that is wrong with a content, in words for whoever wrote it."""
    found: list[Words] = []
    if not content.assets:
        found.append(_("Say which assets it covers: the recording, the composition, the lyrics …"))
    if not content.things:
        found.append(_("Say what it covers: codes, tracks, a label, or the whole catalogue."))
    if len(content.things) > MOST_THINGS:
        found.append(
            _("That are more than %(most)d things. Name the label or the whole catalogue.") % {"most": MOST_THINGS}
        )
    covered = 0
    for asset in content.assets:
        covered |= cells_of(asset=asset)
    if content.granted & ~covered:
        found.append(_("It grants uses of an asset that it does not cover. Tick that asset too."))
    if content.for_licensees and not content.recipients:
        found.append(_("Generative models and third parties need a name: say for whom, or for which model."))
    if content.recipients and not content.for_licensees:
        found.append(_("Somebody is named, and nothing is granted that needs a name. Grant it, or leave the name out."))
    if content.countries is not None and not content.countries:
        found.append(_("Choose at least one country, or everywhere."))
    if content.first_day and content.last_day and content.last_day < content.first_day:
        found.append(_("It would end before it begins."))
    if content.notice_days is not None and not 0 <= content.notice_days <= MOST_NOTICE_DAYS:
        found.append(_("The time of notice is 0 to %(most)d days.") % {"most": MOST_NOTICE_DAYS})
    found.extend(_unknown_tracks(content.things, artist))
    return [str(words) for words in found]


# ——— reading ———


def agreement_of(account: Account, key: str) -> tuple[Agreement, frozenset[Side]]:
    """The agreement of this key and for which sides the account speaks. To everybody else it is missing."""
    found = (
        Agreement.objects.select_related("organisation", "artist", "bond__wording", "refusal").filter(key=key).first()
    )
    sides = sides_of(account, found) if found is not None else frozenset()
    if found is None or not sides:
        raise NotFound(f"agreement {key} of account {account.pk}")
    return found, sides


def agreements_of(account: Account) -> QuerySet[Agreement]:
    """All agreements that somebody may read: as the artist, or as a member of the organisation."""
    return Agreement.objects.filter(
        Q(artist=account)
        | Q(
            organisation__in=Membership.objects.filter(
                account=account, ended_at=None, confirmed_at__isnull=False
            ).values("organisation")
        )
    ).select_related("organisation", "artist", "bond__wording", "refusal")


def pages_of(account: Account, agreement_ids: Collection[int]) -> dict[int, str]:
    """Where those of these agreements stand that somebody may read."""
    readable = agreements_of(account).filter(pk__in=agreement_ids).order_by() if agreement_ids else ()
    return {agreement.pk: agreement.get_absolute_url() for agreement in readable}


def sides_of(account: Account, agreement: Agreement) -> frozenset[Side]:
    """For whom somebody may speak in it; both, where an artist belongs to the organisation."""
    sides = set()
    if agreement.artist_id is not None and agreement.artist_id == account.pk:
        sides.add(Side.ARTIST)
    if role_of(account, agreement.organisation) is not None:
        sides.add(Side.ORGANISATION)
    return frozenset(sides)


def current(agreement: Agreement) -> Wording:
    """The wording that counts: the last."""
    found: Wording = agreement.wordings.order_by("-number")[0]
    return found


def open_drafts() -> QuerySet[Agreement]:
    return Agreement.objects.filter(bond=None, refusal=None)


def is_settled(agreement: Agreement) -> bool:
    """Signed by both, or given up."""
    return hasattr(agreement, "bond") or hasattr(agreement, "refusal")


def locked(agreement: Agreement) -> None:
    """Of two acts upon one agreement, the second waits, and then sees what the first did."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    for known in ("bond", "refusal"):
        agreement._state.fields_cache.pop(known, None)


def parties_of(agreement: Agreement) -> Parties:
    """Who agrees, by the names they have now."""
    artist = agreement.artist
    return Parties(
        agreement.organisation.name,
        agreement.organisation.slug,
        artist.name if artist else "",
        artist.username if artist else "",
    )


def _write(agreement: Agreement, content: Content, side: Side, by: Account, at: datetime) -> Wording:
    content = replace(content, zone=settings.TIME_ZONE)
    assert agreement.artist is not None
    if wrong := faults(content, agreement.artist):
        raise Unsound(" ".join(wrong), advice=" ".join(wrong))
    text = wording.write(content, parties_of(agreement))
    last = agreement.wordings.order_by("-number").first()
    return Wording.objects.create(
        agreement=agreement,
        number=last.number + 1 if last else 1,
        text=text,
        digest=wording.digest_of(text),
        side=side,
        by=by,
        at=at,
    )


def _speaks_for(side: Side, organisation: Organisation, artist: Account, by: Account) -> None:
    speaks = by == artist if side is Side.ARTIST else role_of(by, organisation) is not None
    if not speaks:
        raise NotFound(f"{by.pk} does not speak for {side}")


def _unknown_tracks(things: Iterable[Thing], artist: Account) -> list[str]:
    named = {thing.value for thing in things if thing.kind == Reach.Kind.TRACK}
    known = set(Track.objects.filter(owner=artist, key__in=named).values_list("key", flat=True)) if named else set()
    missing = sorted(named - known)
    if not missing:
        return []
    words = ngettext(
        "There is no track %(keys)s of %(artist)s.", "There are no tracks %(keys)s of %(artist)s.", len(missing)
    )
    return [words % {"keys": ", ".join(missing[:5]), "artist": artist.name}]
