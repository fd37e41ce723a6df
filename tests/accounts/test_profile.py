import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account, FormerHandle, ProfileLink
from tenuto.accounts.portraits import avatar_address
from tenuto.base import pictures, storage

pytestmark = pytest.mark.django_db


def picture(colour: str = "red", size: tuple[int, int] = (600, 400)) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return SimpleUploadedFile("me.jpg", out.getvalue(), "image/jpeg")


def bomb() -> bytes:
    """6 KB that unpack to 49 million pixels."""
    out = BytesIO()
    Image.new("1", (7000, 7000)).save(out, "PNG")
    return out.getvalue()


BOMB = bomb()


def rows(*links: tuple[str, str, int]) -> dict[str, str]:
    form = {"links-TOTAL_FORMS": str(len(links)), "links-INITIAL_FORMS": "0"}
    for number, (label, url, place) in enumerate(links):
        form |= {f"links-{number}-label": label, f"links-{number}-url": url, f"links-{number}-ORDER": str(place)}
    return form


NOTHING = {"display_name": "", "place": "", "bio": "", **rows()}


def test_what_one_says_of_oneself_is_kept_and_shown_again(as_alma: Client, alma: Account) -> None:
    answer = as_alma.post(
        "/settings",
        {
            "display_name": "Alma F.",
            "place": "Porto",
            "bio": "Slow pieces.",
            **rows(("Second", "https://b.example", 2), ("First", "http://a.example/x?y=1", 1), ("", "", 3)),
        },
    )
    assert (answer.status_code, answer["Location"]) == (302, "/settings")
    alma.refresh_from_db()
    assert (alma.display_name, alma.place, alma.bio) == ("Alma F.", "Porto", "Slow pieces.")
    kept = [(link.label, link.url) for link in alma.links.all()]
    assert kept == [("First", "http://a.example/x?y=1"), ("Second", "https://b.example")]
    page = as_alma.get("/settings").content.decode()
    assert all(words in page for words in ["Alma F.", "Porto", "Slow pieces.", "https://b.example"])


def test_without_a_scheme_a_link_is_https(as_alma: Client, alma: Account) -> None:
    as_alma.post("/settings", NOTHING | rows(("Mine", "alma.example/music", 1)))
    assert alma.links.get().url == "https://alma.example/music"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://example.org/%0aalert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.org/",
        "file:///etc/passwd",
        "//",
        "https://",
    ],
)
def test_a_link_that_is_no_page_is_refused(as_alma: Client, alma: Account, url: str) -> None:
    ProfileLink.objects.create(account=alma, label="Old", url="https://old.example")
    answer = as_alma.post("/settings", NOTHING | {"place": "Porto"} | rows(("Mine", url, 1)))
    assert answer.status_code == 422
    assert "Enter a valid URL" in answer.content.decode()
    assert alma.links.get().label == "Old"
    alma.refresh_from_db()
    assert alma.place == ""


def test_half_a_link_is_pointed_out(as_alma: Client) -> None:
    answer = as_alma.post("/settings", NOTHING | rows(("Only a name", "", 1)))
    assert answer.status_code == 422
    assert "A link has a name and an address" in answer.content.decode()


def test_there_are_at_most_ten_links(as_alma: Client, alma: Account) -> None:
    ten = [(f"{n}", f"https://{n}.example", n) for n in range(10)]
    assert as_alma.post("/settings", NOTHING | rows(*ten)).status_code == 302
    assert as_alma.post("/settings", NOTHING | rows(*ten, ("11", "https://11.example", 11))).status_code == 422
    assert alma.links.count() == 10


def test_words_of_a_person_are_never_markup(as_alma: Client, as_bo: Client) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    as_alma.post(
        "/settings",
        {"display_name": evil[:80], "place": evil[:80], "bio": evil, **rows((evil[:40], "https://a.example", 1))},
    )
    for page in (as_alma.get("/settings"), as_bo.get("/@alma/avatar-160.webp")):
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


@pytest.mark.parametrize(("part", "shape"), [("avatar", (160, 160)), ("banner", (160, 53))])
def test_a_picture_is_taken_shown_and_taken_back(
    as_alma: Client, alma: Account, part: str, shape: tuple[int, int]
) -> None:
    assert as_alma.post("/settings", NOTHING | {f"{part}_file": picture()}).status_code == 302
    alma.refresh_from_db()
    blob = getattr(alma, part)
    assert storage.path_of(blob).read_bytes() == picture().read()
    shown = Client().get(f"/@alma/{part}-160.webp?v={blob.digest[:12]}")
    assert (shown["Content-Type"], Image.open(BytesIO(shown.content)).size) == ("image/webp", shape)
    assert "immutable" in shown["Cache-Control"]
    as_alma.post("/settings", NOTHING | {f"no_{part}": "on"})
    alma.refresh_from_db()
    assert getattr(alma, part) is None
    assert Client().get(f"/@alma/{part}-160.webp")["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("me.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "could not read this as a picture"),
        ("me.png", b"<html><script>alert(1)</script>", "could not read this as a picture"),
        ("me.png", BOMB, "picture is too large"),
        ("me.png", b"", "empty"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(
    as_alma: Client, alma: Account, name: str, data: bytes, words: str
) -> None:
    answer = as_alma.post("/settings", NOTHING | {"avatar_file": SimpleUploadedFile(name, data, "image/png")})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    alma.refresh_from_db()
    assert alma.avatar is None


def test_nobody_else_s_profile_can_be_changed(client: Client) -> None:
    for method in (client.get, client.post):
        answer = method("/settings")
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/settings")


def test_a_handle_is_changed_and_the_old_one_kept(as_alma: Client, alma: Account, bo: Account) -> None:
    taken = as_alma.post("/settings/handle", {"handle": "Bo"})
    assert taken.status_code == 422
    assert "“bo” is taken" in taken.content.decode()
    assert as_alma.post("/settings/handle", {"handle": "@Alma-F"}).status_code == 302
    alma.refresh_from_db()
    assert alma.username == "alma-f"
    assert FormerHandle.objects.get().handle == "alma"
    moved = as_alma.get("/@alma/avatar-160.webp?v=1")
    assert (moved.status_code, moved["Location"]) == (301, "/@alma-f/avatar-160.webp?v=1")


# ——— faces ———


def test_without_a_picture_a_letter_is_drawn_the_same_everywhere(client: Client, alma: Account, bo: Account) -> None:
    first, again = client.get("/@alma/avatar-160.webp"), client.get("/@ALMA/avatar-48.webp")
    assert first.content == again.content
    assert b">A</text>" in first.content
    assert client.get("/@bo/avatar-160.webp").content != first.content
    assert "default-src 'none'" in first["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "letter"), [("<b>", "&lt;"), ("", "D"), ("été", "É"), ("ßa", "ß"), ("好", "好"), ("é", "É")]
)
def test_any_name_has_a_first_letter(client: Client, db: None, name: str, letter: str) -> None:
    Account.objects.create(username="dora", email="d@example.org", display_name=name)
    assert f">{letter}</text>".encode() in client.get("/@dora/avatar-160.webp").content


def test_who_has_the_picture_already_is_told_so(client: Client, alma: Account) -> None:
    first = client.get("/@alma/avatar-160.webp")
    again = client.get("/@alma/avatar-160.webp", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/@alma/avatar-160.webp")["ETag"] == first["ETag"]


@pytest.mark.parametrize(
    "path", ["/@nobody/avatar-160.webp", "/@alma/avatar-161.webp", "/@alma/avatar-0.webp", "/@alma/banner-9999999.webp"]
)
def test_other_faces_are_not_there(client: Client, alma: Account, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_closed_account_has_no_face(client: Client, alma: Account) -> None:
    assert client.get("/@alma/avatar-160.webp").status_code == 200
    Account.objects.update(is_active=False)
    assert client.get("/@alma/avatar-160.webp").status_code == 404


@pytest.mark.parametrize("part", ["avatar", "banner"])
def test_no_copy_is_left_of_a_picture_that_was_replaced_or_taken_away(
    as_alma: Client, alma: Account, part: str
) -> None:
    def shown(change: dict[str, Any]) -> Path:
        as_alma.post("/settings", NOTHING | change)
        blob = getattr(Account.objects.get(pk=alma.pk), part)
        as_alma.get(f"/@alma/{part}-160.webp")
        folder = pictures._place(blob.digest)
        assert folder.exists()
        return folder

    green = shown({f"{part}_file": picture("green")})
    blue = shown({f"{part}_file": picture("blue")})
    assert not green.exists()
    assert shown({"display_name": "Alma"}) == blue
    as_alma.post("/settings", NOTHING | {f"no_{part}": "on"})
    assert not blue.exists()


def test_addresses_of_faces_change_with_the_picture_and_cost_no_query(
    as_alma: Client, alma: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    before = avatar_address(alma, 160)
    assert re.fullmatch(r"/@alma/avatar-160\.webp\?v=[0-9a-f]{12}", before)
    assert "immutable" in as_alma.get(before)["Cache-Control"]
    as_alma.post("/settings", NOTHING | {"avatar_file": picture()})
    fresh = Account.objects.get(pk=alma.pk)
    with django_assert_num_queries(0):
        after = avatar_address(fresh, 160)
    assert after != before
