"""Every answer has a receipt: what was said, by whom, under which terms, and how to take it back.

As our own JSON, and as a consent record in the words of the W3C's Data Privacy Vocabulary (DPV 2), with the fields that
ISO/IEC TS 27560:2023 asks of a record.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.consent.models import Act
from tenuto.consent.reach import keys_reached
from tenuto.consent.reserving import sentence_of
from tenuto.consent.words import name_of
from tenuto.rules.cells import Cell, Purpose, Use, cells_in
from tenuto.terms.accepting import latest
from tenuto.terms.models import Acceptance
from tenuto.tracks.studio import member

PAGE_SIZE = 50
STANDARD = "ISO/IEC TS 27560:2023"
# What a purpose and a use are in the vocabulary. The nearest broader term: a narrower one would say too much.
DPV_PURPOSES = {
    Purpose.RECOMMENDATION: "dpv:ProvidePersonalisedRecommendations",
    Purpose.ORGANISATION: "dpv:ServiceProvision",
    Purpose.FRAUD: "dpv:FraudPreventionAndDetection",
    Purpose.IDENTIFICATION: "dpv:MisusePreventionAndDetection",
    Purpose.GENERATIVE: "dpv:ResearchAndDevelopment",
    Purpose.THIRD_PARTY: "dpv:ResearchAndDevelopment",
}
DPV_USES = {Use.INPUT: "dpv:Use", Use.INFORM: "dpv:Infer", Use.TRAIN: "dpv:Derive", Use.DEVELOP: "dpv:Analyse"}


@require_safe
@login_required
def history(request: HttpRequest) -> HttpResponse:
    """Everything one has answered, newest first."""
    acts = Act.objects.filter(account=member(request)).select_related("album").order_by("-pk")
    before = request.GET.get("before", "")
    found = list((acts.filter(pk__lt=int(before)) if before.isdecimal() else acts)[: PAGE_SIZE + 1])
    shown = [Shown(act) for act in found[:PAGE_SIZE]]
    older = found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None
    return render(request, "consent/history.html", {"acts": shown, "older": older})


class Shown:
    """An act for the page: its cells in words."""

    def __init__(self, act: Act) -> None:
        self.act = act
        self.attested = sentence_of(act)
        self.parts = [
            (word, [name_of(each) for each in cells_in(mask)])
            for word, mask in (
                (_("Allowed"), act.allowed),
                (_("Held"), act.held),
                (_("Left to the default"), act.cleared),
            )
            if mask
        ]


@require_safe
@login_required
def as_json(request: HttpRequest, act_key: str) -> HttpResponse:
    """The receipt of one's own act, to keep."""
    act = own_act(member(request), act_key)
    return _file(receipt_of(act), f"tenuto-receipt-{act.key}.json", "application/json")


@require_safe
@login_required
def as_dpv(request: HttpRequest, act_key: str) -> HttpResponse:
    """The same as a consent record in JSON-LD."""
    act = own_act(member(request), act_key)
    return _file(dpv_record_of(act), f"tenuto-receipt-{act.key}.jsonld", "application/ld+json")


def own_act(account: Account, key: str) -> Act:
    act: Act | None = Act.objects.filter(account=account, key=key).select_related("account", "album").first()
    if act is None:
        raise NotFound(f"act {key} of account {account.pk}")
    return act


def receipt_of(act: Act) -> dict[str, Any]:
    """What was said, whole."""
    return receipts_of([act])[0]


def receipts_of(acts: Sequence[Act]) -> list[dict[str, Any]]:
    """The receipts of these acts, with two questions however many they are; a third where some are for albums."""
    tracks = keys_reached(acts)
    accepted: dict[int, list[Acceptance]] = defaultdict(list)
    accounts = {act.account_id for act in acts}
    for acceptance in Acceptance.objects.filter(account__in=accounts).select_related("version").order_by("at", "pk"):
        accepted[acceptance.account_id].append(acceptance)
    return [_receipt(act, tracks.get(act.pk, []), _last(accepted[act.account_id], act.at)) for act in acts]


def _receipt(act: Act, tracks: list[str], terms: Acceptance | None) -> dict[str, Any]:
    return {
        "receipt": act.key,
        "site": settings.SITE_URL,
        "by": act.account.username,
        "at": act.at.isoformat(),
        "how": act.how,
        "attested": str(attested) if (attested := sentence_of(act)) else None,
        "about": {
            "layer": act.layer,
            **({"album": {"key": act.album.key, "title": act.album.title}} if act.album else {}),
            "track_count": act.track_count,
            "tracks": tracks,
        },
        "allowed": [str(cell) for cell in cells_in(act.allowed)],
        "held": [str(cell) for cell in cells_in(act.held)],
        "cleared": [str(cell) for cell in cells_in(act.cleared)],
        "terms": {"version": terms.version.number, "sha256": terms.digest, "declined_clauses": terms.declined}
        if terms
        else None,
        "to_change_it": settings.SITE_URL + reverse("consent:account"),
    }


def _last(accepted: list[Acceptance], at: datetime) -> Acceptance | None:
    """The acceptance that counted at that moment."""
    return next((each for each in reversed(accepted) if each.at <= at), None)


def dpv_record_of(act: Act) -> dict[str, Any]:
    """A consent record: identifier, parties, notice, and each cell as a process with its status."""
    terms = latest(act.account, act.at)
    subjects = [f"track {key}" for key in keys_reached([act])[act.pk]]
    if act.album is not None:
        subjects.insert(0, f"album {act.album.key}")
    # What was said by the operator's hand, or read from a file, was not indicated by the artist.
    by_us = act.how in (Act.How.COMMAND, Act.How.FILE)
    indicated_by = settings.SITE_URL if by_us else f"{settings.SITE_URL}/@{act.account.username}"
    place = settings.SITE_URL + reverse("consent:receipt-dpv", args=[act.key])
    return {
        "@context": {
            "dpv": "https://w3id.org/dpv#",
            "dct": "http://purl.org/dc/terms/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            "dct:created": {"@type": "xsd:dateTime"},
            "dpv:isIndicatedAtTime": {"@type": "xsd:dateTime"},
            # what stands there names things of the vocabulary or of this site, and is no text
            **{
                f"dpv:{name}": {"@type": "@id"}
                for name in ("hasPurpose", "hasProcessing", "hasConsentStatus", "isIndicatedBy")
            },
        },
        "@id": place,
        "@type": "dpv:ConsentRecord",
        "dct:identifier": act.key,
        "dct:conformsTo": STANDARD,
        "dct:created": act.at.isoformat(),
        "dct:subject": subjects or [act.get_layer_display()],
        "dpv:hasDataSubject": {"@id": f"{settings.SITE_URL}/@{act.account.username}", "@type": "dpv:DataSubject"},
        "dpv:hasDataController": {
            "@id": settings.SITE_URL,
            "@type": "dpv:DataController",
            "dct:title": settings.SITE_NAME,
        },
        "dpv:hasNotice": {
            "@id": settings.SITE_URL + reverse("terms:version", args=[terms.version.number]),
            "@type": "dpv:ConsentNotice",
            "dct:identifier": f"sha256:{terms.digest}",
        }
        if terms
        else None,
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "@id": settings.SITE_URL + reverse("consent:account"),
        },
        "dpv:hasProcess": [
            *(_process(act, each, indicated_by, "dpv:ConsentGiven") for each in cells_in(act.allowed)),
            *(_process(act, each, indicated_by, "dpv:ConsentRefused") for each in cells_in(act.held)),
            *(_process(act, each, indicated_by, "dpv:ConsentUnknown") for each in cells_in(act.cleared)),
        ],
    }


def _process(act: Act, each: Cell, indicated_by: str, status: str) -> dict[str, Any]:
    return {
        "@type": "dpv:Process",
        "dct:title": str(each),
        "dpv:hasPurpose": DPV_PURPOSES[each.purpose],
        "dpv:hasProcessing": DPV_USES[each.use],
        "dpv:hasData": {"@type": "dpv:Data", "dct:title": each.asset.value},
        "dpv:hasLegalBasis": {
            "@type": "dpv:ExpressedConsent",
            "dpv:hasConsentStatus": status,
            "dpv:isIndicatedAtTime": act.at.isoformat(),
            "dpv:isIndicatedBy": indicated_by,
            "dpv:hasIndicationMethod": act.how,
            "dpv:hasDuration": {"@type": "dpv:UntilEventDuration", "dct:title": "until it is answered otherwise"},
        },
    }


def _file(record: dict[str, Any], name: str, kind: str) -> HttpResponse:
    response = JsonResponse(record, json_dumps_params={"indent": 2, "ensure_ascii": False}, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
