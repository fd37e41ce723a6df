"""What the terms put into somebody's copy of everything: what they accepted, word for word."""

from collections.abc import Iterator

from tenuto.accounts.export import Item, Words, as_json, contributes
from tenuto.accounts.models import Account
from tenuto.terms.models import Acceptance, Version


@contributes
def acceptances(account: Account) -> Iterator[Item]:
    """Each acceptance as a record, and the text of each version that was accepted."""
    made = list(Acceptance.objects.filter(account=account).select_related("version"))
    if not made:
        return
    yield Words("terms/acceptances.json", [as_json([record_of(one) for one in made])])
    for version in Version.objects.filter(acceptances__in=made).distinct().order_by("number"):
        yield Words(f"terms/version-{version.number}.md", [version.text])


def record_of(acceptance: Acceptance) -> dict[str, object]:
    """An acceptance as it is shown to programs and put into copies."""
    return {
        "version": acceptance.version.number,
        "sha256": acceptance.digest,
        "declined_clauses": acceptance.declined,
        "how": acceptance.how,
        "at": acceptance.at.isoformat(),
    }
