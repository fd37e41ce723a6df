"""What workers do for this package now and then: forget what is over, and fetch crawlers' keys and networks anew."""

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings

from tenuto.base.fetching import NOT_REACHED, NotFetched
from tenuto.base.jobs import every
from tenuto.rules.known_crawlers import KNOWN, BadRanges
from tenuto.safeguards.visitors.agents import refresh
from tenuto.safeguards.visitors.models import (
    Acquaintance,
    Agent,
    Appeal,
    PublishedRanges,
    Stopped,
    StoppedOfTrack,
    Taking,
)
from tenuto.safeguards.visitors.ranges import fetched, take

log = logging.getLogger(__name__)

# Whoever listens across midnight is still known the day after; then it is nobody's business.
TAKINGS_KEPT = timedelta(days=1)
STOPS_KEPT = timedelta(days=30)
# Artists look back over a year of what was stopped of theirs; these are counts, of nobody.
TRACKS_KEPT = timedelta(days=366)
FETCHED_EVERY = timedelta(hours=1)


@every(seconds=3600)
def forget(now: datetime) -> None:
    """Remove what is over."""
    today = now.astimezone(UTC).date()
    Taking.objects.filter(day__lt=today - TAKINGS_KEPT).delete()
    Acquaintance.objects.filter(day__lt=today - TAKINGS_KEPT).delete()
    Stopped.objects.filter(day__lt=today - STOPS_KEPT).delete()
    StoppedOfTrack.objects.filter(day__lt=today - TRACKS_KEPT).delete()
    Appeal.objects.filter(at__lt=now - STOPS_KEPT).delete()


@every(seconds=600)
def fetch_keys(now: datetime) -> None:
    """Those that were not fetched for an hour, or never."""
    for agent in Agent.objects.exclude(fetched_at__gt=now - FETCHED_EVERY):
        refresh(agent, now)


@every(seconds=3600)
def fetch_ranges(now: datetime) -> None:
    """Only where a setting says that this server may ask for them by itself."""
    if not settings.CRAWLER_RANGES_HOURS:
        return
    lately = PublishedRanges.objects.filter(at__gt=now - timedelta(hours=settings.CRAWLER_RANGES_HOURS))
    done = set(lately.values_list("crawler", flat=True))
    for address in sorted({crawler.ranges for crawler in KNOWN if crawler.ranges and crawler.name not in done}):
        try:
            take([each for each in KNOWN if each.ranges == address], fetched(address), address, now)
        except (NotFetched, BadRanges, *NOT_REACHED) as error:  # those of before go on until they are stale
            log.warning("networks at %s: %s", address, error)
