"""Blocking: whoever is blocked cannot follow, comment, answer or name. What one followed of the other ends."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from tenuto.accounts.handles import person_called
from tenuto.accounts.models import Account, Block, Follow
from tenuto.base.errors import BadRequest


class NotThemselves(BadRequest):
    advice = gettext_lazy("You cannot block yourself.")
    code = "blocks_themselves"


@transaction.atomic
def block(blocker: Account, blocked: Account) -> None:
    """From now on, and what one followed of the other ends. Twice is once.

    Raises:
        NotThemselves: nobody blocks themselves
    """
    if blocker == blocked:
        raise NotThemselves
    hold_both(blocker, blocked)
    Block.objects.get_or_create(blocker=blocker, blocked=blocked, defaults={"since": timezone.now()})
    Follow.objects.filter(Q(follower=blocker, followed=blocked) | Q(follower=blocked, followed=blocker)).delete()


def hold_both(one: Account, other: Account) -> None:
    """Following and blocking between two people happen one after the other, so that none begins beside a block."""
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk"))


def unblock(blocker: Account, blocked: Account) -> None:
    """Let them again. Following is theirs to begin anew."""
    Block.objects.filter(blocker=blocker, blocked=blocked).delete()


def block_each_other(one: int, *others: int) -> bool:
    """Has one of them blocked any of the others, or been blocked by one?"""
    return Block.objects.filter(
        Q(blocker_id=one, blocked_id__in=others) | Q(blocked_id=one, blocker_id__in=others)
    ).exists()


def blocked_between(one: str, other: str) -> Exists:
    """The same within a question to the database, of the two accounts that these fields of its rows point to."""
    first, second = OuterRef(one), OuterRef(other)
    return Exists(Block.objects.filter(Q(blocker=first, blocked=second) | Q(blocker=second, blocked=first)))


class BlocksView(LoginRequiredMixin, View):
    """GET lists whom one has blocked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, Account)
        blocks = request.user.blocks.filter(blocked__is_active=True).select_related("blocked").order_by("-since")
        return render(request, "accounts/blocks.html", {"blocks": blocks})


class BlockView(LoginRequiredMixin, View):
    """GET asks whether somebody shall be blocked, saying what it means; POST does it: `block=yes` or `block=no`."""

    def get(self, request: HttpRequest, handle: str) -> HttpResponse:
        return render(request, "accounts/block.html", {"person": self._person(request, handle)})

    def post(self, request: HttpRequest, handle: str) -> HttpResponse:
        person = self._person(request, handle)
        assert isinstance(request.user, Account)
        match request.POST.get("block"):
            case "yes":
                block(request.user, person)
                messages.success(request, _("%(name)s is blocked.") % {"name": person.name})
            case "no":
                unblock(request.user, person)
                messages.success(request, _("%(name)s is no longer blocked.") % {"name": person.name})
            case _:
                raise BadRequest("neither block=yes nor block=no")
        return redirect("accounts:blocks")

    def _person(self, request: HttpRequest, handle: str) -> Account:
        person = person_called(handle)
        if person == request.user:
            raise NotThemselves
        return person
