"""What somebody reposts, in their copy of everything: a line for each, of what is still shared with them."""

from collections.abc import Iterator

from django.db.models import F
from django.utils import timezone

from tenuto.accounts.export import Item, Words, as_json_lines, contributes
from tenuto.accounts.models import Account
from tenuto.library.reposts.models import Repost
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among
from tenuto.tracks.models import Track


@contributes
def reposts(account: Account) -> Iterator[Item]:
    """The last reposted first."""
    heard = among(Track.objects.filter(reposts__account=account), Visitor(account.pk), timezone.now())
    found = Repost.objects.filter(account=account, track__in=heard.values("pk")).order_by("-since", "-id")
    rows = found.values("since", key=F("track__key"), title=F("track__title"), artist=F("track__owner__username"))
    if found.exists():
        yield Words("reposts.jsonl", as_json_lines(map(dict, rows.iterator(chunk_size=1000))))
