"""What somebody reads who is kept from music: why, for how long, and how to say that it is a mistake."""

from datetime import UTC, datetime, timedelta
from math import ceil, isfinite

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest, NotFound, Words
from tenuto.rules.budgets import Reason, Verdict
from tenuto.safeguards.visitors.askers import Asker

# Where listening is what opens more: about as often as a player says that it was heard.
LISTEN_FIRST_SECONDS = 15
REFERENCE_SECONDS = 7 * 24 * 3600

ADVICE: dict[Reason, Words] = {
    Reason.PACE: _("That is faster than anybody listens. Wait a moment; a player goes on by itself."),
    Reason.COLLECTION: _(
        "That is more new music in one day than one listener takes. Sign in to go on, or come back tomorrow; what you "
        "have heard today you can hear again."
    ),
    Reason.SPREAD: _(
        "Much music is being taken from here today without being listened to, so what is taken that way has an end "
        "for today. Press play on a track's page, or sign in."
    ),
    Reason.DECOY: _(
        "Something at your address asked for what no person can find, so no music goes there today. Sign in to go on."
    ),
    Reason.PAGES: _(
        "From where you are, far more pages of this catalogue are being opened today than people open. Music plays on."
    ),
}
TITLES: dict[Reason, Words] = {
    Reason.PACE: _("Slowly."),
    Reason.COLLECTION: _("Enough for today."),
    Reason.SPREAD: _("Enough for today."),
    Reason.DECOY: _("Not this way."),
    Reason.PAGES: _("A pause."),
}


class TooMuch(BadRequest):
    """Kept from music by a budget."""

    status = 429
    template = "visitors/refused.html"

    def __init__(self, verdict: Verdict, asker: Asker, at: datetime) -> None:
        assert verdict.reason is not None
        who = next(iter(asker.names), "nobody")[:8]
        super().__init__(f"{verdict.reason.value} of {who}", advice=ADVICE[verdict.reason])
        self.code = f"too_much_{verdict.reason.value}"
        # In whose browser a player reports what is heard, a moment later the answer may be another.
        wait = (
            LISTEN_FIRST_SECONDS if verdict.reason is Reason.SPREAD and asker.person else seconds_to_wait(verdict, at)
        )
        self.headers = {"Retry-After": str(wait), "Cache-Control": "no-store"}
        self.besides = {
            "title": TITLES[verdict.reason],
            "retry_after": wait,
            "appeal": reverse("visitors:appeal", args=[reference(verdict.reason, asker)]),
        }


def seconds_to_wait(verdict: Verdict, at: datetime) -> int:
    """What Retry-After says: the very second for a pace, tomorrow for a day's end."""
    if verdict.reason in {Reason.SPREAD, Reason.DECOY} or not isfinite(verdict.wait_seconds):
        tomorrow = (at.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(1, ceil((tomorrow - at).total_seconds()))
    if verdict.reason is Reason.COLLECTION:
        return LISTEN_FIRST_SECONDS
    return max(1, ceil(verdict.wait_seconds))


def reference(reason: Reason, asker: Asker) -> str:
    """What an appeal names: who was stopped and why, signed, so that nobody appeals in another's name."""
    return signing.dumps([reason.value, next(iter(asker.names), "")], salt="tenuto.appeal", compress=True)


def read_reference(text: str) -> tuple[Reason, str]:
    try:
        reason, who = signing.loads(text, salt="tenuto.appeal", max_age=REFERENCE_SECONDS)
    except signing.BadSignature as error:
        raise NotFound("no reference of ours") from error
    return Reason(reason), str(who)
