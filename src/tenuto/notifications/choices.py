"""Which kinds reach somebody in which ways."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from tenuto.accounts.models import Account
from tenuto.notifications.channels import Channel
from tenuto.notifications.kinds import KINDS, Kind
from tenuto.notifications.models import Choice, Notice, Rhythm

PERIOD = {Rhythm.Every.DAY: timedelta(days=1), Rhythm.Every.WEEK: timedelta(days=7)}


def ways_to(people: Collection[int], kind: Kind) -> dict[int, set[Channel]]:
    """By which channels this kind reaches each of these accounts: one question, however many they are."""
    ways = {one: {channel for channel in kind.begins if kind.offers(channel)} for one in people}
    for choice in Choice.objects.filter(account__in=people, kind=kind.name):
        channel = Channel(choice.channel)
        if choice.wanted and kind.offers(channel):
            ways[choice.account_id].add(channel)
        else:
            ways[choice.account_id].discard(channel)
    return ways


def chosen(account: Account) -> Mapping[str, set[Channel]]:
    """By which channels each kind reaches the account."""
    wanted: dict[str, set[Channel]] = {
        kind.name: {channel for channel in kind.begins if kind.offers(channel)} for kind in KINDS.values()
    }
    made: dict[str, dict[Channel, bool]] = defaultdict(dict)
    for choice in Choice.objects.filter(account=account):
        made[choice.kind][Channel(choice.channel)] = choice.wanted
    for name, ways in wanted.items():
        for channel, wants in made[name].items():
            (ways.add if wants and KINDS[name].offers(channel) else ways.discard)(channel)
    return wanted


@transaction.atomic
def choose(account: Account, ticked: Collection[tuple[str, Channel]]) -> None:
    """From now on these kinds by these channels and no others."""
    Choice.objects.filter(account=account).delete()
    Choice.objects.bulk_create(
        Choice(account=account, kind=kind.name, channel=channel.value, wanted=(kind.name, channel) in ticked)
        for kind in KINDS.values()
        for channel in Channel
        if kind.offers(channel) and ((kind.name, channel) in ticked) != (channel in kind.begins)
    )


@transaction.atomic
def set_rhythm(account: Account, every: str, at: datetime) -> None:
    """A digest every day or week from now on, or none where `every` is empty. Nothing that is past is told in it."""
    if not every:
        Rhythm.objects.filter(account=account).delete()
        return
    former = Rhythm.objects.select_for_update(of=("self",)).filter(account=account).first()
    if former is not None and former.every == every:
        return
    last = Notice.objects.filter(to=account).order_by("-pk").values_list("pk", flat=True).first() or 0
    period = PERIOD[Rhythm.Every(every)]
    Rhythm.objects.update_or_create(
        account=account,
        defaults={"every": every, "next_at": at + period, "until": former.until if former else last},
    )
