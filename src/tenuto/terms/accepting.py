"""Accepting the terms, clause by clause where that is possible; and what an acceptance permits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest
from tenuto.base.events import publish as tell
from tenuto.rules.cells import Cell
from tenuto.terms.events import TermsAccepted
from tenuto.terms.models import Acceptance, Version


class OtherWords(BadRequest):
    """What was on the screen is not what would be accepted."""

    advice = _("These terms have changed since you opened the page. Read them as they are now, then answer.")
    status = 409
    code = "terms_changed"


class NotDeclinable(BadRequest):
    advice = _("Only clauses that permit a use of AI can be declined by themselves.")
    status = 422
    code = "not_declinable"


@dataclass(frozen=True)
class Standing:
    """What somebody has accepted: the version, what it permits them to allow, and what it needs."""

    acceptance: Acceptance
    needed: frozenset[Cell]
    permitted: frozenset[Cell]


def accept(
    account: Account, version: Version, digest: str, declined: Iterable[int], how: Acceptance.How, *, at: datetime
) -> Acceptance:
    """Write down that `account` accepts `version`, whose text they saw under `digest`, without `declined` clauses.

    Saying the same again writes nothing. Raises OtherWords, NotDeclinable.
    """
    if digest != version.digest:
        raise OtherWords
    refused = sorted(set(declined))
    choices = {clause.number for clause in version.terms.clauses if clause.is_choice}
    if not choices.issuperset(refused):
        raise NotDeclinable
    with transaction.atomic():
        last = latest(account)
        if last is not None and last.version_id == version.pk and last.declined == refused:
            return last
        made = Acceptance.objects.create(
            account=account, version=version, digest=digest, declined=refused, how=how, at=at
        )
        tell(TermsAccepted(account.pk, version.number))
    return made


def latest(account: Account, at: datetime | None = None) -> Acceptance | None:
    """The acceptance that counts, now or at a moment that is past."""
    made = Acceptance.objects.filter(account=account)
    if at is not None:
        made = made.filter(at__lte=at)
    found: Acceptance | None = made.select_related("version").order_by("-at", "-pk").first()
    return found


def standing(account: Account, at: datetime) -> Standing | None:
    """What the terms give for this account: those that it accepted, however many came since. None: nothing at all."""
    acceptance = latest(account, at)
    if acceptance is None:
        return None
    terms = acceptance.version.terms
    return Standing(acceptance, terms.needed, terms.permitted(frozenset(acceptance.declined)))


def is_asked(account: Account) -> Version | None:
    """The version that this account has still to answer; None where there is nothing to ask."""
    newest = Version.objects.order_by("-number").first()
    if newest is None:
        return None
    last = latest(account)
    return newest if last is None or last.version.number < newest.number else None
