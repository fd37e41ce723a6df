"""What agreements put into somebody's copy of everything: what they agreed and signed, objected and contested."""

from collections.abc import Iterator
from typing import Any

from tenuto.accounts.export import Item, Stored, Words, as_json, contributes, fields_of, file_name
from tenuto.accounts.models import Account
from tenuto.agreements.models import Agreement, Dispute, Membership, Objection


@contributes
def agreements(account: Account) -> Iterator[Item]:
    """A folder for each agreement that one is the artist of: every wording word for word, with its documents."""
    mine = Agreement.objects.filter(artist=account).select_related("organisation").order_by("pk")
    for agreement in mine.iterator(chunk_size=100):
        folder = f"agreements/{agreement.key}"
        yield Words(f"{folder}/agreement.json", [as_json(_facts(agreement))])
        for wording in agreement.wordings.all():
            yield Words(f"{folder}/wording-{wording.number}.json", [wording.text])
        for document in agreement.documents.select_related("blob"):
            yield Stored(f"{folder}/documents/{file_name(document.name)}", document.blob)


@contributes
def objections_and_disputes(account: Account) -> Iterator[Item]:
    """What one objected to, what one contested, and the organisations that one speaks for."""
    raised = Objection.objects.filter(account=account).select_related(
        "track__owner", "withdrawal", "acceptance", "dispute__resolution"
    )
    if found := [_objection(one) for one in raised.order_by("pk")]:
        yield Words("agreements/objections.json", [as_json(found)])
    contested = Dispute.objects.filter(track__owner=account).select_related("track", "resolution")
    if disputes := [_dispute(one) for one in contested]:
        yield Words("agreements/disputes.json", [as_json(disputes)])
    members = Membership.objects.filter(account=account).select_related("organisation")
    if speaks := [fields_of(one) | {"organisation": one.organisation.name} for one in members]:
        yield Words("agreements/organisations.json", [as_json(speaks)])


def _facts(agreement: Agreement) -> dict[str, Any]:
    signatures = [
        fields_of(signature) | {"wording": wording.number}
        for wording in agreement.wordings.prefetch_related("signatures")
        for signature in wording.signatures.all()
    ]
    bond = getattr(agreement, "bond", None)
    return fields_of(agreement) | {
        "organisation": agreement.organisation.name,
        "signatures": signatures,
        "binds": fields_of(bond) if bond else None,
        "partings": [fields_of(one) for one in agreement.partings.all()],
        "endings": [fields_of(one) for one in agreement.endings.all()],
    }


def _objection(one: Objection) -> dict[str, Any]:
    withdrawal, acceptance = getattr(one, "withdrawal", None), getattr(one, "acceptance", None)
    dispute: Dispute | None = getattr(one, "dispute", None)
    return fields_of(one) | {
        "track": f"{one.track.title} ({one.track.owner.name})",
        "withdrawn_at": withdrawal.at if withdrawal else None,
        "accepted_at": acceptance.at if acceptance else None,
        "dispute": _dispute(dispute) if dispute else None,
    }


def _dispute(one: Dispute) -> dict[str, Any]:
    resolution = getattr(one, "resolution", None)
    return fields_of(one) | {"resolution": fields_of(resolution) if resolution else None}
