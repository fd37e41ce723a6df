"""What visitors' guard puts into somebody's copy of everything: the licences and the offer they made."""

from collections.abc import Iterator

from tenuto.accounts.export import Item, Words, as_json_lines, contributes
from tenuto.accounts.models import Account
from tenuto.safeguards.visitors.models import Licence, Offer


@contributes
def licences(account: Account) -> Iterator[Item]:
    """One licence a line; tokens are not kept, so none is in it."""
    found = Licence.objects.filter(artist=account).order_by("pk")
    names = ("key", "holder", "purpose", "agent", "issued_at", "ends_at", "revoked_at")
    if found.exists():
        yield Words(
            "crawlers/licences.jsonl", as_json_lines({name: getattr(each, name) for name in names} for each in found)
        )
    offer = Offer.objects.filter(artist=account).first()
    if offer is not None:
        yield Words("crawlers/offer.jsonl", as_json_lines([{"words": offer.words, "address": offer.address}]))
