from typing import Any

import pytest
from django.test import Client, RequestFactory

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotAllowed, NotFound, OverLimit, TenutoError
from tenuto.web import errors


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_so_in_the_look_of_the_house(client: Client) -> None:
    response = client.get("/nothing/here")
    page = response.content.decode()
    assert response.status_code == 404
    assert "There is nothing here." in page
    assert 'id="masthead"' in page
    assert '<meta name="robots" content="noindex">' in page


def test_programs_are_answered_in_json(client: Client) -> None:
    for path, accept in (("/api/v1/nothing", "*/*"), ("/nothing", "application/json")):
        response = client.get(path, headers={"Accept": accept})
        assert response.status_code == 404
        assert response.json()["code"] == "not_found"


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused_with_a_page(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    response = client.get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert "elsewhere.example" not in response.content.decode()


@pytest.mark.parametrize("error", [BadRequest, NotFound, NotAllowed, OverLimit, TenutoError])
def test_every_error_is_a_page_with_advice(error: type[TenutoError], rf: RequestFactory, alma: Account) -> None:
    request = rf.get("/", headers={"Accept": "text/html"})
    request.user = alma
    response = errors.answer(request, error("for the log alone"))
    page = response.content.decode()
    assert response.status_code == error.status
    assert str(error.advice) in page.replace("&#x27;", "'")
    assert "for the log alone" not in page


def test_a_form_without_its_token_is_answered_in_plain_words(alma: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "alma", "password": "x"})
    assert response.status_code == 403
    assert "Go back, reload the page and try again" in response.content.decode()


def test_an_address_that_only_takes_something_says_so_to_whoever_opens_it(as_alma: Client) -> None:
    """As somebody does who pressed, was asked to sign in again, and was led back to where the press had gone."""
    response = as_alma.get("/permissions/held")
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert "Nothing was changed" in response.content.decode()
    response = as_alma.get("/permissions/held", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["code"]) == (405, "wrong_method")
    assert as_alma.put("/uploads/", headers={"Tus-Resumable": "1.0.0"}).content == b""


def test_the_policy_lets_nothing_in_from_elsewhere(client: Client, alma: Account) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_the_manifest_names_icons_that_exist(client: Client) -> None:
    from django.contrib.staticfiles import finders

    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["start_url"] == "/"
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")) is not None
