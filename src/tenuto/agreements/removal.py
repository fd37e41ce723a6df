"""How agreements go when somebody leaves: what binds ends and stays with the other side; drafts and words go."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.agreements.drafting import give_up, open_drafts
from tenuto.agreements.ending import end_for_one_who_leaves
from tenuto.agreements.models import Agreement, Document, Membership, Objection, Organisation, Side
from tenuto.agreements.reach import living

BATCH = 25


def _names(account: Account) -> list[str]:
    now = timezone.now()
    bound = living(now).filter(agreement__artist=account).count()
    drafts = open_drafts().filter(artist=account).count()
    alone = [
        each.name
        for each in Organisation.objects.filter(memberships__in=_owners(account))
        if not _owners().filter(organisation=each).exclude(account=account).exists()
    ]
    raised = Objection.objects.filter(account=account).count()
    return [
        *(
            [
                ngettext(
                    "%d agreement ends now; the other side keeps what it signed",
                    "%d agreements end now; the other sides keep what they signed",
                    bound,
                )
                % bound
            ]
            if bound
            else []
        ),
        *([ngettext("%d draft of an agreement", "%d drafts of agreements", drafts) % drafts] if drafts else []),
        *[_("%(name)s, which has no other owner, is left without one") % {"name": name} for name in alone],
        *(
            [
                ngettext(
                    "your name and words under %d objection, which itself stays",
                    "your name and words under %d objections, which themselves stay",
                    raised,
                )
                % raised
            ]
            if raised
            else []
        ),
    ]


def _owners(account: Account | None = None) -> QuerySet[Membership]:
    """Memberships of owners who can act: of all, or of one."""
    found = Membership.objects.filter(
        role=Membership.Role.OWNER, ended_at=None, confirmed_at__isnull=False, account__is_active=True
    )
    return found.filter(account=account) if account else found


def _hide(account: Account) -> None:
    now = timezone.now()
    for bond in living(now).filter(agreement__artist=account):
        end_for_one_who_leaves(bond.agreement, now)
    for draft in open_drafts().filter(artist=account):
        give_up(draft, side=Side.ARTIST, by=account, at=now)


def _remove(account: Account) -> list[str] | None:
    # Past the guard of records: this is the one change that whoever said something may ask of what they said.
    Objection._base_manager.filter(account=account).update(account=None, words="")
    unbound = list(Agreement.objects.filter(artist=account, bond=None).order_by("pk")[:BATCH])
    if not unbound:
        return None
    digests = list(Document.objects.filter(agreement__in=unbound).values_list("blob_id", flat=True))
    Agreement.objects.filter(pk__in=[one.pk for one in unbound]).delete()
    return digests


register(Part(_names, _hide, _remove))
