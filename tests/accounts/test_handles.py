from datetime import timedelta
from itertools import islice

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tenuto.accounts import handles
from tenuto.accounts.models import Account, FormerHandle
from tests.people import PASSWORD, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("wish", "handle"), [("Alma", "alma"), (" @alma-2 ", "alma-2"), ("4hero", "4hero")])
def test_a_handle_is_taken_in_small_letters(wish: str, handle: str) -> None:
    assert handles.free(wish) == handle


@pytest.mark.parametrize("wish", ["", "a", "-alma", "al ma", "al.ma", "álma", "alma\nx", "a" * 31, "alma/../bo", "<b>"])
def test_what_does_not_fit_in_an_address_is_no_handle(wish: str) -> None:
    with pytest.raises(ValidationError, match="2 to 30 small letters"):
        handles.free(wish)


@pytest.mark.parametrize("wish", ["admin", "Settings", "@tenuto", "sign-in"])
def test_nobody_may_speak_as_the_house(wish: str) -> None:
    with pytest.raises(ValidationError, match="kept for the house"):
        handles.free(wish)


def test_a_taken_handle_comes_with_free_ones(alma: Account) -> None:
    with pytest.raises(ValidationError, match=r"“alma” is taken. Still free: alma-music, alma-sound, alma-plays\."):
        handles.free("Alma")


def test_suggestions_never_run_out_and_are_all_free(alma: Account) -> None:
    person("alma-music", "")
    person("alma3", "")
    found = list(islice(handles.suggestions("Alma"), 30))
    assert len(set(found)) == 30
    assert {"alma-music", "alma3"}.isdisjoint(found)
    assert [handles.free(handle) for handle in found] == found


class TestAnyWish(TestCase):
    @given(wish=st.text(max_size=60))
    @bounds(max_examples=50, deadline=None)
    def test_leads_to_handles_that_are_really_free(self, wish: str) -> None:
        for handle in islice(handles.suggestions(wish), 4):
            assert handles.free(handle) == handle


def test_the_database_itself_knows_one_person_by_any_spelling(alma: Account) -> None:
    for handle, email in [("Alma", "new@example.org"), ("new", "ALMA@example.org")]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.create(username=handle, email=email)


def test_old_addresses_lead_to_the_new_handle(alma: Account, client: Client) -> None:
    handles.change(alma, "alma-ferreira", at=timezone.now())
    answer = client.get("/@Alma/nowhere/at%20all?v=1")
    assert (answer.status_code, answer["Location"]) == (301, "/@alma-ferreira/nowhere/at%20all?v=1")
    assert client.post("/@alma/nowhere").status_code in {404, 405}
    assert client.get("/@almA-ferreira/nowhere").status_code == 404
    Account.objects.update(is_active=False)
    assert client.get("/@alma/nowhere").status_code == 404


def test_an_old_handle_stays_its_owner_s(alma: Account, bo: Account) -> None:
    handles.change(alma, "alma-ferreira", at=timezone.now())
    with pytest.raises(ValidationError, match="taken"):
        handles.change(bo, "alma", at=timezone.now())
    handles.change(alma, "alma", at=timezone.now())
    assert list(FormerHandle.objects.values_list("handle", flat=True)) == ["alma-ferreira"]
    assert Account.objects.get(pk=alma.pk).username == "alma"


def test_nobody_takes_handles_by_the_dozen(alma: Account, as_alma: Client) -> None:
    """Every former one is kept for whoever had it, so exchanging without an end would take them from all others."""
    at = timezone.now()
    for number in range(handles.MOST_EXCHANGES):
        handles.change(alma, f"alma-{number}", at=at)
    answer = as_alma.post("/settings/handle", {"handle": "one-too-many"})
    assert answer.status_code == 422
    assert "3 new handles within a month" in answer.content.decode()
    assert handles.free("one-too-many") == "one-too-many"
    handles.change(alma, "alma", at=at)
    handles.change(alma, "alma-1", at=at)
    with pytest.raises(ValidationError, match="within a month"):
        handles.change(alma, "one-too-many", at=at + handles.WITHIN - timedelta(seconds=1))
    handles.change(alma, "one-too-many", at=at + handles.WITHIN)


def test_the_same_handle_again_changes_nothing(alma: Account) -> None:
    handles.change(alma, "Alma", at=timezone.now())
    assert not FormerHandle.objects.exists()


@pytest.mark.parametrize("early", [1, 2])
def test_a_handle_that_somebody_takes_meanwhile_is_said_to_be_taken(
    alma: Account, as_alma: Client, monkeypatch: pytest.MonkeyPatch, early: int
) -> None:
    """The form looks, then the change itself: whichever looked before the other came, the answer is the form's."""
    person("salt", "Overtakes Alma")
    look, looked = handles.free, 0

    def free(handle: str, for_account: Account | None = None) -> str:
        nonlocal looked
        looked += 1
        return handle if looked <= early else look(handle, for_account)

    monkeypatch.setattr(handles, "free", free)
    answer = as_alma.post("/settings/handle", {"handle": "salt"})
    assert answer.status_code == 422
    assert "“salt” is taken. Still free: salt-music" in answer.content.decode()
    assert looked == early + 1
    assert Account.objects.get(pk=alma.pk).username == "alma"
    assert not FormerHandle.objects.exists()


def test_pressing_twice_changes_the_handle_once(alma: Account) -> None:
    """Both requests read the account before either changed it."""
    first, second = Account.objects.get(pk=alma.pk), Account.objects.get(pk=alma.pk)
    for account in (first, second):
        handles.change(account, "alma-ferreira", at=timezone.now())
    assert list(FormerHandle.objects.values_list("handle", flat=True)) == ["alma"]


def test_one_may_sign_in_by_handle_or_mail_in_any_case(alma: Account) -> None:
    for name in ["alma", "ALMA", "alma@example.org", "Alma@Example.org"]:
        answer = Client().post("/accounts/login/", {"login": name, "password": PASSWORD})
        assert (name, answer.status_code) == (name, 302)
