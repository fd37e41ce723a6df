"""What every process must know for a while: how often somebody tried, which one-time codes were used.

Django's DatabaseCache keeps it in a table, so that two web processes count together. Only what has a limit reads or
writes it; ordinary pages never do. Measured: signing in makes 15 small writes here, which take 45 ms on SQLite and
10 ms on PostgreSQL, less than the hashing of the password; a full table costs PostgreSQL three times that.
"""

from datetime import datetime

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from tenuto.base.models import Remembered

DAY_SECONDS = 24 * 3600


def hidden(key: str, prefix: str, version: int) -> str:
    """The name under which a key is kept: limits name network addresses, and those stand nowhere in clear."""
    return salted_hmac("tenuto.remembered", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def times_today(what: str, at: datetime) -> int:
    """How often this was done on this day (of UTC), this time included. Of two at the same moment one may be missed.

    The cache's own `incr` is none of this: it lets the database's cache forget after five minutes.
    """
    name = f"times:{what}:{at:%Y-%m-%d}"
    count: int = cache.get(name, 0) + 1
    cache.set(name, count, DAY_SECONDS)
    return count


def forget(now: datetime) -> int:
    """Remove what is over; the cache itself does so only when it is full. Returns of how many."""
    return Remembered.objects.filter(expires__lt=now).delete()[0]
