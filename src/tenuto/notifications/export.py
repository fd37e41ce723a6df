"""What somebody chose to be told, in their copy of everything. Notices themselves are what others did, and pass."""

from collections.abc import Iterator

from tenuto.accounts.export import Item, Words, as_json, contributes
from tenuto.accounts.models import Account
from tenuto.notifications.models import Choice, Device, Rhythm


@contributes
def notifications(account: Account) -> Iterator[Item]:
    """Switches that they changed, how often a digest comes, and which browsers are pushed to."""
    changed = list(Choice.objects.filter(account=account).values("kind", "channel", "wanted").order_by("pk"))
    rhythm = Rhythm.objects.filter(account=account).first()
    devices = list(Device.objects.filter(account=account).values("name", "since"))
    if changed or rhythm or devices:
        facts = {"changed": changed, "digest": rhythm.every if rhythm else None, "browsers": devices}
        yield Words("notifications.json", [as_json(facts)])
