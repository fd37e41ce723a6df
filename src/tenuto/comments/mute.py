"""Not reading somebody any more. They are not told, and nothing changes for anybody else."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest
from tenuto.comments.models import Muted


class NotThemselves(BadRequest):
    advice = _("You cannot mute yourself.")
    code = "mutes_themselves"


def mute(by: Account, person: Account, *, mutes: bool) -> None:
    """Twice is once.

    Raises:
        NotThemselves: nobody mutes themselves
    """
    if by == person:
        raise NotThemselves
    if not mutes:
        Muted.objects.filter(by=by, account=person).delete()
        return
    with transaction.atomic():
        Muted.objects.get_or_create(by=by, account=person)


def muted_by(account: Account) -> list[Account]:
    """Whom they do not read, by name."""
    rows = Muted.objects.filter(by=account, account__is_active=True).select_related("account")
    return sorted((row.account for row in rows), key=lambda person: person.name.casefold())
