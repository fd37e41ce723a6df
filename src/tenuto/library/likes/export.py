"""What somebody likes, in their copy of everything: a line for each, of what is still shared with them."""

from collections.abc import Iterator

from django.db.models import F
from django.utils import timezone

from tenuto.accounts.export import Item, Words, as_json, as_json_lines, contributes
from tenuto.accounts.models import Account
from tenuto.library.likes.models import Like, ShownLikes
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among
from tenuto.tracks.models import Track


@contributes
def likes(account: Account) -> Iterator[Item]:
    """The last liked first; and whether others see it."""
    heard = among(Track.objects.filter(likes__account=account), Visitor(account.pk), timezone.now())
    found = Like.objects.filter(account=account, track__in=heard.values("pk")).order_by("-since", "-id")
    rows = found.values("since", key=F("track__key"), title=F("track__title"), artist=F("track__owner__username"))
    if found.exists():
        yield Words("likes.jsonl", as_json_lines(map(dict, rows.iterator(chunk_size=1000))))
    shown = ShownLikes.objects.filter(account=account).first()
    if shown is not None:
        yield Words("likes-shown.json", [as_json({"shown_to_everyone_since": shown.since})])
