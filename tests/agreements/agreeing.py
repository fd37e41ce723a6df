"""Organisations and agreements for tests: found, verified, drafted and signed by the functions that pages call."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tenuto.accounts.models import Account
from tenuto.agreements.drafting import begin, current
from tenuto.agreements.models import Agreement, Membership, Organisation, Proof, Reach, Side
from tenuto.agreements.organisations import confirm, found, invite, verify
from tenuto.agreements.signing import sign
from tenuto.agreements.wording import Content, Thing
from tenuto.rules.cells import Asset, Cell, cell_named
from tests.people import person
from tests.tracks.catalogue import NOON

DAY = timedelta(days=1)
ISRC = "DEA122600001"
OTHER_ISRC = "DEA122600002"
ISWC = "T0345246801"
UPC = "0614141999996"
SORTING = cell_named("recording/organisation/input")
LEADING = cell_named("recording/recommendation/train")
READING = cell_named("lyrics/organisation/input")


def label(owner: Account, name: str = "Harbour Records", *, verified: bool = True, at: datetime = NOON) -> Organisation:
    """An organisation of `owner`, looked at by staff."""
    made = found(name, Organisation.Kind.LABEL, "https://harbour.example", "rights@harbour.example", by=owner, at=at)
    if verified:
        verify(made, "Their entry in the register of companies.", by=None, at=at)
    return made


def joined(organisation: Organisation, account: Account, role: str, *, by: Account, at: datetime = NOON) -> Membership:
    """A member who was invited and said yes."""
    made = invite(organisation, account, role, by=by, at=at)
    confirm(organisation, by=account, at=at)
    return made


def over(*things: Thing, assets: frozenset[Asset] = frozenset({Asset.RECORDING}), **said: Any) -> Content:
    """What covers these things: one use of the recording is granted, nothing else."""
    return replace(Content(things=frozenset(things), assets=assets, grants=frozenset[Cell]({SORTING})), **said)


def isrc(code: str = ISRC) -> Thing:
    return Thing(Reach.Kind.ISRC, code)


CATALOGUE = Thing(Reach.Kind.CATALOGUE)


def drafted(
    organisation: Organisation, artist: Account, content: Content, *, by: Account, at: datetime = NOON
) -> Agreement:
    return begin(organisation, artist, content, side=Side.ORGANISATION, by=by, at=at)


def signs(agreement: Agreement, side: Side, by: Account, at: datetime = NOON) -> Agreement:
    """`by` signs what stands there now."""
    sign(agreement, current(agreement).digest, by.name + " Themselves", Proof.TOTP, side=side, by=by, at=at)
    return Agreement.objects.get(pk=agreement.pk)


def signed(
    organisation: Organisation, artist: Account, content: Content, *, by: Account, at: datetime = NOON
) -> Agreement:
    """Drafted and signed by both sides."""
    agreement = drafted(organisation, artist, content, by=by, at=at)
    signs(agreement, Side.ORGANISATION, by, at)
    return signs(agreement, Side.ARTIST, artist, at)


def dee() -> Account:
    """Dee owns a label."""
    return Account.objects.filter(username="dee").first() or person("dee", "Dee Moreira")
