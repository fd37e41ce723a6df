"""What a test begins with is what it says, whatever the one before it did."""

import pytest

from tenuto.accounts.models import Account
from tenuto.ledger import vault
from tenuto.ledger.subjects import Subject
from tests.once import Once
from tests.people import person
from tests.ports import free_port

ALMA = Subject("account", 1)


@pytest.fixture(scope="module")
def alma_and_her_key(once: Once) -> tuple[int, bytes]:
    return once.make(lambda: (person("alma", "Alma Ferreira").pk, vault.keys_of([ALMA])[ALMA]))


@pytest.mark.django_db
@pytest.mark.parametrize("_time", range(2))
def test_what_was_made_once_is_found_by_each_test_as_it_was_made(
    alma_and_her_key: tuple[int, bytes], _time: int
) -> None:
    number, key = alma_and_her_key
    assert vault.known_keys([ALMA]) == {ALMA: key}
    vault.erase([ALMA])
    account = Account.objects.get(pk=number)
    assert account.display_name == "Alma Ferreira"
    account.display_name = "Somebody else"
    account.save()


def test_no_two_servers_are_given_one_port() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == len(ports)
