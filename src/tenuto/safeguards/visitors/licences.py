"""Licences for crawlers: an artist's word to one named party, for one purpose; and what is still stronger than it.

A licence is put before the rule that decides every use (`rules.consent`) together with all else that was said of the
track, so an objection, an open dispute, the track's own *held* or an agreement that stands in its place closes what the
licence would open.
"""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db.models import Q
from django.http import HttpRequest

from tenuto.accounts.models import Account
from tenuto.base.ids import new_secret
from tenuto.consent.stances import stance_at
from tenuto.rules import agreements
from tenuto.rules.agreements import Errand, Recipient
from tenuto.rules.cells import Asset, Purpose, Use, cell, cells_of
from tenuto.rules.consent import Ask, decide
from tenuto.safeguards.visitors.agents import verified_origin
from tenuto.safeguards.visitors.models import Licence, Offer
from tenuto.tracks.models import Track

PREFIX = "tenuto_licence_"


def issue(
    artist: Account, holder: str, purpose: Licence.Purpose, agent: str, ends_at: datetime | None, *, at: datetime
) -> tuple[Licence, str]:
    """License one party's crawler. The token is returned this once; nobody can read it again."""
    token = PREFIX + new_secret()
    licence = Licence.objects.create(
        artist=artist, holder=holder, purpose=purpose, agent=agent, digest=_digest(token),
        hint=token[len(PREFIX) :][:4], issued_at=at, ends_at=ends_at,
    )  # fmt: skip
    return licence, token


def revoke(licence: Licence, *, at: datetime) -> None:
    """Take it back, at once. What was fetched before stays in the ledger of what was stopped and let through."""
    if licence.revoked_at is None:
        licence.revoked_at = at
        licence.save(update_fields=["revoked_at"])


def licence_for(request: HttpRequest, track: Track, at: datetime) -> Licence | None:
    """The licence by which this crawler may have this track now; None where there is none that holds."""
    for licence in _presented(request, track.owner_id, at):
        if _opens(licence, track, at):
            return licence
    return None


def _presented(request: HttpRequest, artist_id: int, at: datetime) -> list[Licence]:
    living = Licence.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), artist_id=artist_id, revoked_at=None, issued_at__lte=at
    )
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    signed = verified_origin(request)
    origin = signed[0] if signed else ""
    if scheme.lower() == "license" and token.startswith(PREFIX):
        # A licence for one agent is worth nothing in the hands of another, even with its token.
        return list(living.filter(Q(agent="") | Q(agent=origin), digest=_digest(token.strip())))
    return list(living.filter(agent=origin)) if origin else []


def _opens(licence: Licence, track: Track, at: datetime) -> bool:
    """Does everything else that was said of the track leave the licence its word?"""
    purpose = Purpose(licence.purpose)
    errand = Errand(at, licensee=licence.holder)
    word = agreements.Licence(
        id=licence.pk, party=licence.holder, starts_at=licence.issued_at, ends_at=licence.ends_at,
        cells=cells_of(purpose=purpose), recipient=Recipient(licensee=licence.holder),
    )  # fmt: skip
    stance = stance_at(track.pk, at)
    stance = replace(stance, licences=(*stance.licences, word))
    # The sound is what a crawler takes; reading it is the least that a licence can be for.
    return bool(decide(Ask(cell(Asset.RECORDING, purpose, Use.INPUT), errand), stance))


def offer_of(track: Track) -> dict[str, str] | None:
    """On which terms the artist would license, where they say so."""
    offer = Offer.objects.filter(artist_id=track.owner_id).first()
    return {"words": offer.words, "address": offer.address} if offer else None


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
