"""Sessions are read as Django reads them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.session_store import SessionStore

pytestmark = pytest.mark.django_db


def kept(**values: object) -> str:
    session = SessionStore()
    session.update(values)
    session.save()
    assert session.session_key is not None
    return session.session_key


def test_it_is_the_one_that_pages_use() -> None:
    assert f"{settings.SESSION_ENGINE}.SessionStore" == f"{SessionStore.__module__}.SessionStore"


def test_it_says_what_djangos_own_would_say_in_one_question(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    key = kept(links=[1, 2], word="ü")
    with django_assert_num_queries(1):
        assert SessionStore(key)["links"] == [1, 2]
    assert dict(SessionStore(key).items()) == dict(db.SessionStore(key).items())
    kept(links=[3])
    assert SessionStore(key)["links"] == [1, 2]


@pytest.mark.parametrize("gone", ["ended", "unknown"])
def test_one_that_is_gone_is_empty_and_begins_anew_under_a_key_of_its_own(gone: str) -> None:
    key = kept(links=[1])
    if gone == "ended":
        Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    else:
        Session.objects.all().delete()
    session = SessionStore(key)
    assert list(session.items()) == []
    assert session.session_key is None
    session["links"] = [2]
    session.save()
    assert session.session_key not in {None, key}
