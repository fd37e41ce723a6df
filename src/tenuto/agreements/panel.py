"""What stands on a track's own pages: to others, how to object; to the artist, what others claim, and what to do."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from tenuto.accounts.models import Account
from tenuto.agreements.models import Agreement, Dispute, Objection, Resolution
from tenuto.agreements.objection_pages import words_of
from tenuto.agreements.objections import standing_of
from tenuto.agreements.reach import agreements_on
from tenuto.tracks.models import Track
from tenuto.tracks.panels import Place, panel


@panel(Place.PAGE)
def way_to_object(request: HttpRequest, track: Track) -> SafeString | str:
    """To everybody but the uploader: how somebody with a part in it says no."""
    account = request.user if isinstance(request.user, Account) else None
    if account is not None and account.pk == track.owner_id:
        return ""
    mine = standing_of(account, track) if account else None
    return render_to_string("agreements/_way_to_object.html", {"track": track, "mine": mine}, request)


@dataclass(frozen=True)
class Claim:
    """An agreement that covers this track."""

    agreement: Agreement
    is_own: bool
    dispute: Dispute | None


@panel(Place.PERMISSIONS)
def what_others_claim(request: HttpRequest, track: Track) -> SafeString | str:
    """To the uploader: agreements, objections and disputes, each with what can be done about it."""
    now = timezone.now()
    objections = list(
        Objection.objects.filter(track=track).select_related(
            "account", "withdrawal", "acceptance", "dispute__resolution", "track"
        )[:100]
    )
    disputes = {
        dispute.agreement_id: dispute
        for dispute in Dispute.objects.filter(track=track, agreement__isnull=False).select_related(
            "agreement__organisation", "resolution"
        )
    }
    reaching = [claim.id for claim in agreements_on([track.pk], now).get(track.pk, ())]
    found = Agreement.objects.filter(pk__in={*reaching, *disputes}).select_related("organisation")
    claims = [
        Claim(one, one.artist_id == track.owner_id, disputes.get(one.pk))
        for one in found
        if one.pk in reaching or one.pk in disputes
    ]
    if not objections and not claims:
        return ""
    context = {
        "track": track,
        "claims": claims,
        "objections": [(one, words_of(one)) for one in objections],
        "is_disputed": any(
            not hasattr(one, "resolution")
            for one in [*disputes.values(), *(o.dispute for o in objections if hasattr(o, "dispute"))]
        ),
        "rejected": Resolution.Outcome.REJECTED,
    }
    return render_to_string("agreements/_claims.html", context, request)
