"""Where somebody belongs and what they show there, in their copy of everything."""

from collections.abc import Iterator

from django.db.models import F

from tenuto.accounts.export import Item, Stored, Words, as_json, contributes, fields_of, file_name
from tenuto.accounts.models import Account
from tenuto.base.pictures import suffix_of
from tenuto.collectives.models import Declined, Membership
from tenuto.rules.collectives import Act, Role, may


@contributes
def collectives(account: Account) -> Iterator[Item]:
    """A folder for each; with its words and picture, where they are one's own to change."""
    found = Membership.objects.filter(account=account, joined_at__isnull=False)
    for membership in found.select_related("collective__picture").order_by("pk"):
        collective = membership.collective
        folder = f"collectives/{file_name(collective.slug)}"
        facts = {
            "role": membership.role,
            "is_shown": membership.is_shown,
            "joined_at": membership.joined_at,
            "shows": list(membership.shown.values("since", track_key=F("track__key"), release_key=F("release__key"))),
        }
        if may(Role(membership.role), Act.DESCRIBE):
            facts["collective"] = fields_of(collective)
            if collective.picture is not None:
                yield Stored(f"{folder}/picture{suffix_of(collective.picture)}", collective.picture)
        yield Words(f"{folder}/membership.json", [as_json(facts)])
    refused = Declined.objects.filter(account=account).order_by("pk")
    if refused.exists():
        rows = refused.values("at", collective_slug=F("collective__slug"))
        yield Words("collectives/said-no.json", [as_json(list(rows))])
