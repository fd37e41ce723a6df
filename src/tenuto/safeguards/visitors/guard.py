"""What features that hand out music ask: may this leave, and for whom. The one face of this package towards them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.rules.ai_crawlers import ai_crawler_in
from tenuto.rules.budgets import Verdict
from tenuto.rules.known_crawlers import claimed
from tenuto.safeguards.visitors.askers import Asker, program
from tenuto.safeguards.visitors.books import Known, Wish
from tenuto.safeguards.visitors.crawlers import is_licensed
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.refusals import TooMuch
from tenuto.tracks.models import Recording, Track
from tenuto.web.clients import address_at, address_of

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
# An account that is younger counts as no account: one is made in a minute, and a thousand in an hour.
GROWN_UP = timedelta(days=3)
# So long a track is new: readers of feeds fetch what is new whole, and hear it when they like.
NEW = timedelta(days=3)
# With less than this at hand, nobody is told that they may begin.
FIRST_SECONDS = 30.0
PAUSES = timedelta(minutes=15)


def wish_for(track: Track, recording: Recording, seconds: float, at: datetime) -> Wish:
    """So much of a track's sound, with what must be known of the track to weigh it."""
    publication = getattr(track, "publication", None)
    is_new = publication is not None and at - publication.starts_at < NEW
    return Wish(track.pk, recording.seconds or 0.0, seconds, is_new)


def asker_of(request: HttpRequest, listener_id: str, at: datetime) -> Asker:
    """Whoever makes this request: a program by what it signs in with, a browser by the id under which it listens."""
    person = program(request.headers.get("Authorization", "")) or listener_id
    return meter.asker(address_of(request), person, at.timestamp())


def begin(
    request: HttpRequest, listener_id: str, account: Account | None, track: Track, recording: Recording, at: datetime
) -> None:
    """Somebody presses play: remember whose browser it is, and say at once if no sound could follow."""
    if not settings.GUARD or (account is not None and account.pk == track.owner_id):
        return
    asker = asker_of(request, listener_id, at)
    seconds = recording.seconds or 0.0
    known = _known(account, at)
    if known is not None:
        meter.learn(asker, known)
        meter.playing(asker, known, track.pk, (at + PAUSES + timedelta(seconds=2 * seconds)).timestamp())
    # The minute is the network's guests': what members take and hear stands in books of their own.
    if known is None or not known.is_member:
        meter.press(asker, at.timestamp())
    if not is_licensed(request):
        wish = wish_for(track, recording, min(FIRST_SECONDS, seconds), at)
        _raise_if_no(meter.would_stop(asker, known, wish, at.timestamp()), request, asker, track.pk, at)


def window(request: HttpRequest, listener_id: str, account: Account | None, wish: Wish, at: datetime) -> float:
    """Which share of the usual stretch to send at once."""
    if not settings.GUARD or is_licensed(request):
        return 1.0
    return meter.would_stop(asker_of(request, listener_id, at), _known(account, at), wish, at.timestamp()).window


def let_out(request: HttpRequest, listener_id: str, account: Account | None, wish: Wish, at: datetime) -> None:
    """So much sound is to leave for whoever asks: it is noted, or they are told why not.

    `account` is theirs where the view knows it; where not, the browser's is known since it pressed play.
    """
    if not settings.GUARD or wish.seconds <= 0 or is_licensed(request):
        return
    asker = asker_of(request, listener_id, at)
    verdict = meter.take(asker, _known(account, at), wish, at.timestamp())
    _raise_if_no(verdict, request, asker, wish.track_id, at)


def admits(header: Callable[[str], str | None], client: str, listener_id: str, wish: Wish) -> bool:
    """The same for an answer that the front gives again by itself; whatever is not plainly yes, Django looks at."""
    if not settings.GUARD:
        return True
    agent = header("user-agent") or ""
    if ai_crawler_in(agent) or claimed(agent) or header("signature-agent"):
        return False
    if wish.seconds <= 0:
        return True
    now = timezone.now().timestamp()
    asker = meter.asker(address_at(client, header), program(header("authorization") or "") or listener_id, now)
    return bool(meter.take(asker, None, wish, now))


def hear(request: HttpRequest, listener_id: str, track_id: int, seconds: float, at: datetime) -> None:
    """A player says that so much more was heard; of it counts what one person can have heard."""
    if settings.GUARD and seconds > 0:
        meter.hear(asker_of(request, listener_id, at), track_id, seconds, at.timestamp())


def _known(account: Account | None, at: datetime) -> Known | None:
    return Known(f"a{account.pk}", at - account.date_joined >= GROWN_UP) if account is not None else None


def _raise_if_no(verdict: Verdict, request: HttpRequest, asker: Asker, track_id: int, at: datetime) -> None:
    if verdict.reason is None:
        return
    meter.note_stop(asker, verdict.reason, track_id, agent_of(request), at)
    raise TooMuch(verdict, asker, at)


def agent_of(request: HttpRequest) -> str:
    """The first word of what a program calls itself, for the operator's page; browsers all begin alike."""
    return _UNPRINTABLE.sub("?", request.headers.get("User-Agent", "").partition(" ")[0][:60])
