import pytest
from django.db import connection
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from tenuto.accounts.models import Account, Follow

pytestmark = pytest.mark.django_db


def test_following_is_a_press_and_no_longer_another(as_bo: Client, alma: Account, bo: Account) -> None:
    for _twice in range(2):
        answer = as_bo.post("/@alma/follow", {"follow": "yes", "next": "/@alma/a-song"})
        assert (answer.status_code, answer["Location"]) == (302, "/@alma/a-song")
    assert [(row.follower, row.followed) for row in Follow.objects.all()] == [(bo, alma)]
    for _twice in range(2):
        assert as_bo.post("/@Alma/follow", {"follow": "no"})["Location"] == "/@alma"
    assert not Follow.objects.exists()


def test_the_button_comes_back_with_the_new_count(as_bo: Client, alma: Account) -> None:
    fragment = as_bo.post("/@alma/follow", {"follow": "yes"}, headers={"HX-Request-Type": "partial"}).content.decode()
    assert fragment.lstrip().startswith('<div class="follow" id="follow-alma">')
    assert 'value="no"' in fragment
    assert "1 follower<" in fragment
    fragment = as_bo.post("/@alma/follow", {"follow": "no"}, headers={"HX-Request-Type": "partial"}).content.decode()
    assert 'value="yes"' in fragment
    assert "0 followers" in fragment


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_the_way_back_never_leads_elsewhere(as_bo: Client, alma: Account, elsewhere: str) -> None:
    assert as_bo.post("/@alma/follow", {"follow": "yes", "next": elsewhere})["Location"] == "/@alma"


def test_nobody_follows_without_signing_in(client: Client, alma: Account) -> None:
    assert client.post("/@alma/follow", {"follow": "yes"})["Location"] == "/accounts/login/?next=/%40alma"
    assert not Follow.objects.exists()


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/@alma/follow", {"follow": "yes"}, 302),
        ("/@alma/follow", {"follow": "perhaps"}, 400),
        ("/@alma/follow", {}, 400),
        ("/@nobody/follow", {"follow": "yes"}, 404),
        ("/@bo/follow", {"follow": "yes"}, 400),
    ],
)
def test_only_somebody_else_who_exists_can_be_followed(
    as_bo: Client, alma: Account, path: str, form: dict[str, str], status: int
) -> None:
    assert as_bo.post(path, form).status_code == status
    assert as_bo.get(path).status_code == 405


def test_a_closed_account_is_followed_by_nobody_new_and_counts_for_nothing(
    as_bo: Client, alma: Account, bo: Account
) -> None:
    as_bo.post("/@alma/follow", {"follow": "yes"})
    assert "1 follower<" in button(alma, alma)
    Account.objects.filter(pk=bo.pk).update(is_active=False)
    assert "0 followers" in button(alma, alma)
    Account.objects.filter(pk=alma.pk).update(is_active=False)
    assert as_bo.post("/@alma/follow", {"follow": "yes"}).status_code in {302, 404}


def test_the_button_costs_two_queries_however_many_follow(alma: Account, bo: Account, cy: Account) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    Follow.objects.create(follower=cy, followed=alma)
    with CaptureQueriesContext(connection) as seen:
        shown = button(alma, bo)
    assert len(seen) == 2
    assert 'value="no"' in shown
    assert "2 followers" in shown


def test_oneself_sees_the_count_but_no_button(alma: Account) -> None:
    assert "<button" not in button(alma, alma)


def button(owner: Account, visitor: Account) -> str:
    request = RequestFactory().get("/")
    request.user = visitor
    template = engines["django"].from_string("{% load people %}{% follow_button owner %}")
    return template.render({"owner": owner}, request)
