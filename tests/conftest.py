import gc
import shutil

import pytest
from django.test import Client
from hypothesis import settings as hypothesis_settings

from tenuto.accounts.models import Account
from tests.people import person
from tests.settings import HOME

# A busy machine, or a first call that fills a cache, is no fault of what is tested. Forty examples, others each time:
# the suite is run many times a day, and what it has found once it tries first the next time.
hypothesis_settings.register_profile("tenuto", deadline=None, max_examples=40)
hypothesis_settings.load_profile("tenuto")


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it again at every collection took a tenth of the suite's time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """The tests' home goes with them; each process of pytest has its own (tests/settings.py)."""
    shutil.rmtree(HOME, ignore_errors=True)


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
