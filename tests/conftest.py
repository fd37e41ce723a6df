import gc
import shutil
from collections.abc import Iterator
from itertools import count

import pytest
import scipy.fft  # noqa: F401  loaded late by AI code, it would look into the folder that tests begin in
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tenuto.accounts.models import Account
from tenuto.ledger import vault
from tenuto.safeguards.visitors.meter import meter
from tenuto.safeguards.visitors.pauses import readers
from tests import emptying
from tests.migrated import fill
from tests.once import Once, keep_ledger_in
from tests.people import person
from tests.settings import HOME

# A busy machine, or a first call that fills a cache, is no fault of what is tested. Forty examples, others each time:
# the suite is run many times a day, and what it has found once it tries first the next time. A dozen on the second
# database, which is asked how it takes the statements, not what the rules are.
hypothesis_settings.register_profile(
    "tenuto",
    deadline=None,
    max_examples=40 if connection.vendor == "sqlite" else 12,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("tenuto")
emptying.install()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """bin/test finds files of slow tests and of tests in a browser by these words; none may escape it."""
    for mark, word in (("slow", "mark.slow"), ("browser", "IN_A_BROWSER")):
        for path in {item.path for item in items if item.get_closest_marker(mark)}:
            if word not in path.read_text(encoding="utf-8"):
                raise pytest.UsageError(f"{path} has a {mark} test and does not say {word}; bin/test would not run it")


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it again at every collection took a tenth of the suite's time."""
    gc.collect()
    gc.freeze()


@receiver(connection_created)
def begin_with_tables(connection: BaseDatabaseWrapper, **more: object) -> None:
    """What pytest-django's own database would be brought to in seconds, it is given at once."""
    if connection.vendor == "sqlite" and not connection.introspection.table_names():
        fill(connection.connection)


def pytest_unconfigure() -> None:
    """The tests' home goes with them; each process of pytest has its own (tests/settings.py)."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_ledger(request: pytest.FixtureRequest) -> Iterator[None]:
    """A vault and a log of its own for every test; the files come to be when they are first used.

    Where a file's tests begin with what was made `once`, with a copy of the vault and the log of that.
    """
    place = HOME / f"ledger-{next(_numbers)}"
    keep_ledger_in(place)
    if "once" in request.fixturenames:
        request.getfixturevalue("once").copy_ledger_to(place)
    yield
    vault.close()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Once]:
    """For what all tests of a file begin with, where making it takes longer than the tests do."""
    with Once(HOME / f"ledger-{next(_numbers)}", django_db_blocker.unblock) as begun:
        yield begun


@pytest.fixture(autouse=True)
def nobody_has_taken_anything() -> None:
    """What one test's people took and heard is not held against the next one's."""
    meter.forget()
    readers.forget()


@pytest.fixture(autouse=True)
def spoken_to_as_ever() -> Iterator[None]:
    """A page speaks its reader's language, and the thread goes on in it until the next page; a test begins anew."""
    yield
    translation.deactivate()


_numbers = count()


@pytest.fixture
def alma(db: None) -> Account:
    return person("alma", "Alma Ferreira")


@pytest.fixture
def bo(db: None) -> Account:
    return person("bo", "Bo")


@pytest.fixture
def cy(db: None) -> Account:
    return person("cy", "Cy")


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_alma(alma: Account) -> Client:
    return signed_in(alma)


@pytest.fixture
def as_bo(bo: Account) -> Client:
    return signed_in(bo)


@pytest.fixture
def as_cy(cy: Account) -> Client:
    return signed_in(cy)
