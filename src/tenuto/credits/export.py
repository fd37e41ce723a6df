"""What somebody was asked and answered, whom they asked, and their codes, in their copy of everything."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from tenuto.accounts.export import Item, Words, as_json, as_json_lines, contributes, fields_of
from tenuto.accounts.models import Account
from tenuto.credits.models import Credited, PartyCodes
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among
from tenuto.tracks.models import Track


@contributes
def credits_of(account: Account) -> Iterator[Item]:
    """A line for each question to them, and for each that they asked."""
    asked = Credited.objects.filter(account=account).order_by("pk")
    if asked.exists():
        # Of tracks that they may meet no more, no address: it is made of a title that may have changed since.
        named = Track.objects.filter(pk__in=asked.order_by().values("track"))
        met = {track.pk: track.get_absolute_url() for track in among(named, Visitor(account.pk), timezone.now())}
        yield Words(
            "credits/asked-of-me.jsonl",
            as_json_lines({"track": met.get(one.track_id), **fields_of(one)} for one in asked.iterator()),
        )
    mine = Credited.objects.filter(track__owner=account).select_related("track__owner", "account").order_by("pk")
    if mine.exists():
        yield Words("credits/asked-by-me.jsonl", as_json_lines(_of_mine(one) for one in mine.iterator()))
    codes = PartyCodes.objects.filter(account=account).first()
    if codes is not None:
        yield Words("credits/codes.json", [as_json(fields_of(codes))])


def _of_mine(one: Credited) -> dict[str, Any]:
    return {"track": one.track.get_absolute_url(), "person": one.account.username, **fields_of(one)}
