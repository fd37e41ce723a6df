"""Where the counts of all processes meet: in the database, or in Redis where the operator names one."""

from functools import lru_cache
from importlib import import_module

from django.conf import settings

from tenuto.safeguards.visitors.counts import Counts, CountsAway
from tenuto.safeguards.visitors.counts_in_database import CountsInDatabase


def counts() -> Counts:
    """The store of this server. CountsAway where it cannot even be tried."""
    return _in_redis(settings.REDIS) if settings.REDIS else _IN_DATABASE


_IN_DATABASE = CountsInDatabase()


@lru_cache(maxsize=8)
def _in_redis(address: str) -> Counts:
    try:
        store: Counts = import_module("tenuto.safeguards.visitors.counts_in_redis").CountsInRedis(address)
    except ModuleNotFoundError as error:
        raise CountsAway("the Python package redis is not installed") from error
    except ValueError as error:
        raise CountsAway(f"TENUTO_REDIS: {error}") from error
    return store
