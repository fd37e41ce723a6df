import pytest
from django.test import Client

from tenuto.accounts.models import Account
from tenuto.base import storage
from tests.people import PASSWORD


@pytest.fixture(autouse=True)
def without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What survives a power cut is tests/base's question."""
    monkeypatch.setattr(storage, "sync", lambda _path: None)


@pytest.fixture
def lately(as_alma: Client, alma: Account) -> Client:
    """Alma, who has just shown once more who she is."""
    as_alma.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return as_alma
