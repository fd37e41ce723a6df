"""People through the HTTP API: one's own profile, others', following, tokens."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tenuto.accounts.export_page import pack_export
from tenuto.accounts.models import Account, Export, Follow, Removal
from tenuto.accounts.tokens import issue
from tenuto.base import pictures
from tests.people import PASSWORD


def by_token(account: Account) -> Client:
    """A program that holds a token of this account."""
    _, secret = issue(account, "a program", None)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def square(colour: str) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return SimpleUploadedFile("square.png", file.getvalue())


@pytest.fixture
def alma_program(alma: Account) -> Client:
    return by_token(alma)


def test_a_token_acts_for_its_owner(alma_program: Client) -> None:
    answer = alma_program.get("/api/v1/me")
    assert answer.status_code == 200
    assert answer.json()["handle"] == "alma"
    assert answer.json()["email"] == "alma@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Bearer tenuto_wrong", "Bearer ", "Bearer"])
def test_a_wrong_token_is_refused_and_not_taken_for_nobody(header: str) -> None:
    answer = Client(headers={"Authorization": header}).get("/api/v1/me")
    assert answer.status_code == 401


@pytest.mark.django_db
def test_a_wrong_token_is_refused_even_where_anybody_may_read(alma: Account) -> None:
    assert Client().get("/api/v1/people/alma").status_code == 200
    wrong = Client(headers={"Authorization": "Bearer tenuto_wrong"}).get("/api/v1/people/alma")
    assert wrong.status_code == 401
    assert wrong.json()["code"] == "bad_token"


def test_others_see_no_e_mail_address(alma: Account) -> None:
    assert "email" not in Client().get("/api/v1/people/alma").json()


def test_a_profile_changes_only_where_asked(alma: Account, alma_program: Client) -> None:
    change = {"bio": "Field recordings.", "links": [{"label": "Radio", "url": "https://example.org/r"}]}
    answer = alma_program.patch("/api/v1/me", change, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["name"] == "Alma Ferreira"
    assert answer.json()["bio"] == "Field recordings."
    assert answer.json()["links"] == [{"label": "Radio", "url": "https://example.org/r"}]


def test_a_link_that_would_run_a_script_is_refused(alma_program: Client) -> None:
    change = {"links": [{"label": "x", "url": "javascript:alert(1)"}]}
    assert alma_program.patch("/api/v1/me", change, content_type="application/json").status_code == 422


def test_following_twice_is_following_once(alma: Account, bo: Account) -> None:
    program = by_token(bo)
    for _ in range(2):
        assert program.put("/api/v1/me/following/alma").status_code == 204
    assert Follow.objects.filter(follower=bo, followed=alma).count() == 1
    assert program.delete("/api/v1/me/following/alma").status_code == 204
    assert not Follow.objects.exists()


def test_nobody_follows_themselves(bo: Account) -> None:
    assert by_token(bo).put("/api/v1/me/following/bo").status_code == 204
    assert not Follow.objects.exists()


def test_a_browser_session_needs_its_csrf_token_to_change_anything(alma: Account) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/me").status_code == 200
    assert browser.patch("/api/v1/me", {"bio": "x"}, content_type="application/json").status_code == 403


def test_a_revoked_token_ends_at_once(alma: Account, alma_program: Client) -> None:
    [token] = alma_program.get("/api/v1/me/tokens").json()
    assert alma_program.delete(f"/api/v1/me/tokens/{token['id']}").status_code == 204
    assert alma_program.get("/api/v1/me").status_code == 401


def test_another_persons_token_answers_like_a_missing_one(alma: Account, bo: Account, alma_program: Client) -> None:
    token, _ = issue(bo, "his", None)
    assert alma_program.delete(f"/api/v1/me/tokens/{token.pk}").status_code == 404
    assert alma_program.delete("/api/v1/me/tokens/99999999999999999999999").status_code == 404


def test_a_copy_of_everything_is_asked_for_and_fetched_by_its_owner_alone(
    alma: Account, cy: Account, alma_program: Client
) -> None:
    assert alma_program.get("/api/v1/me/export").status_code == 404
    assert alma_program.put("/api/v1/me/export").status_code == 202
    assert alma_program.get("/api/v1/me/export.zip").status_code == 404, "not ready yet"
    pack_export.func(Export.objects.get().pk)
    assert alma_program.get("/api/v1/me/export").json()["progress"] == 1
    assert alma_program.get("/api/v1/me/export.zip").status_code == 200
    assert by_token(cy).get("/api/v1/me/export.zip").status_code == 404


def test_an_account_is_deleted_only_with_its_handle_and_password(alma: Account, alma_program: Client) -> None:
    place = "/api/v1/me/removal"
    for proof in ({"handle": "alma", "password": "wrong"}, {"handle": "bo", "password": PASSWORD}):
        assert alma_program.put(place, proof, content_type="application/json").status_code == 403
    assert not Removal.objects.exists()
    proof = {"handle": "alma", "password": PASSWORD}
    assert alma_program.put(place, proof, content_type="application/json").status_code == 202
    assert alma_program.get("/api/v1/me").status_code == 401
    assert Removal.objects.filter(account=alma).exists()


def test_a_profile_gets_its_picture(alma: Account, alma_program: Client) -> None:
    assert alma_program.post("/api/v1/me/pictures/avatar", {"picture": square("navy")}).status_code == 204
    alma.refresh_from_db()
    assert alma.avatar is not None
    alma_program.get("/@alma/avatar-48.webp")
    copies = pictures._place(alma.avatar.digest)
    assert copies.exists()
    assert alma_program.post("/api/v1/me/pictures/avatar", {"picture": square("teal")}).status_code == 204
    assert not copies.exists()
    words = SimpleUploadedFile("me.png", b"no picture at all")
    assert alma_program.post("/api/v1/me/pictures/banner", {"picture": words}).status_code == 400


@pytest.mark.parametrize("sent", ["[" * 100_000, '{"bio": ' * 2_000 + "1" + "}" * 2_000, '{"x": {"y": ["\\ud800"]}}'])
def test_json_that_nobody_can_read_is_refused(alma_program: Client, sent: str) -> None:
    answer = alma_program.patch("/api/v1/me", sent, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_name_is_one_line(alma_program: Client) -> None:
    change = {"name": " Alma\r\nSubject: x\t\x07", "bio": "two\nlines"}
    answer = alma_program.patch("/api/v1/me", change, content_type="application/json").json()
    assert (answer["name"], answer["bio"]) == ("Alma Subject: x", "two\nlines")


def test_a_text_with_nul_is_refused_on_every_database(alma_program: Client) -> None:
    assert alma_program.patch("/api/v1/me", {"bio": "a\0b"}, content_type="application/json").status_code == 400
    assert alma_program.get("/api/v1/people/a%00b").status_code == 404
    assert alma_program.get("/api/v1/tracks?before=%00").status_code == 404
