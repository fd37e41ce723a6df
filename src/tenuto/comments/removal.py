"""How comments go when somebody leaves: with their words; where others answered, an empty place stays above."""

from django.db import transaction
from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.comments.models import Comment
from tenuto.comments.say import take_away

BATCH = 100


def _names(account: Account) -> list[str]:
    count = Comment.objects.filter(author=account).count()
    return [ngettext("%d comment", "%d comments", count) % count] if count else []


def _hide(account: Account) -> None:
    """What somebody says whose account is closed is read by nobody."""


@transaction.atomic
def _remove(account: Account) -> list[str] | None:
    mine = list(Comment.objects.filter(author=account).select_related("parent").order_by("-pk")[:BATCH])
    for comment in mine:
        take_away(comment)
    return [] if mine else None


register(Part(_names, _hide, _remove))
