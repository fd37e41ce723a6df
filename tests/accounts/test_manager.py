"""Whoever a session is of is found by their number, as Django finds anybody."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account

pytestmark = pytest.mark.django_db


def test_one_number_is_one_question_and_the_same_person(
    alma: Account, bo: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for person in (alma, bo):
        with django_assert_num_queries(1):
            found = Account.objects.get(pk=person.pk)
        slowly = Account.objects.filter(pk=person.pk).get()
        assert {**vars(found), "_state": None} == {**vars(slowly), "_state": None}
        assert (found._state.adding, found._state.db) == (slowly._state.adding, slowly._state.db)


def test_a_number_that_nobody_has_is_nobodys(alma: Account) -> None:
    with pytest.raises(Account.DoesNotExist):
        Account.objects.get(pk=alma.pk + 1)


def test_whatever_else_is_asked_is_asked_too(alma: Account, bo: Account) -> None:
    with pytest.raises(Account.DoesNotExist):
        Account.objects.get(pk=alma.pk, username="bo")
    assert Account.objects.get(username="bo") == bo
    assert Account.objects.get(pk=str(bo.pk)) == bo


def test_among_related_people_only_those_are_found(alma: Account, bo: Account) -> None:
    group = bo.groups.create(name="choir")
    assert group.user_set.get(pk=bo.pk) == bo
    with pytest.raises(Account.DoesNotExist):
        group.user_set.get(pk=alma.pk)
