"""After a test that commits, nothing is left but what the migrations made."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from tenuto.accounts.models import Account
from tenuto.ledger.models import Entry
from tests.audio.sounding import sketch
from tests.people import person


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(2))
def test_what_a_test_has_committed_the_next_one_does_not_find(_time: int) -> None:
    assert not Account.objects.exists()
    assert not Entry.objects.exists()
    assert ContentType.objects.exists()
    assert Permission.objects.exists()
    sketch(person("alma", "Alma Ferreira"))
