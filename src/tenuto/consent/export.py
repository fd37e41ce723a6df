"""What consent puts into somebody's copy of everything: every answer, as its receipt."""

from collections.abc import Iterator

from tenuto.accounts.export import Item, Words, as_json_lines, contributes
from tenuto.accounts.models import Account
from tenuto.consent.models import Act
from tenuto.consent.receipts import receipt_of


@contributes
def answers(account: Account) -> Iterator[Item]:
    """One receipt a line, in the order in which they were given."""
    acts = Act.objects.filter(account=account).select_related("account", "album").order_by("at", "pk")
    if acts.exists():
        yield Words("consent/answers.jsonl", as_json_lines(map(receipt_of, acts.iterator())))
