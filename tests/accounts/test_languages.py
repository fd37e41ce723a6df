"""In which language somebody is spoken to."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from tenuto.accounts import export
from tenuto.accounts.letters import post
from tenuto.accounts.models import Account
from tenuto.web.formats.de import formats
from tests.architecture.source import SOURCE
from tests.conftest import signed_in
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def spoken(client: Client, path: str = "/", **headers: str) -> str:
    """The language of a page, of which its own words agree with what it says of itself."""
    page = client.get(path, headers=headers).content.decode()
    found = re.search(r'<html lang="([\w-]+)">', page)
    assert found is not None
    assert ("Zum Inhalt springen" in page) is (found[1] == "de")
    assert ("Skip to the content" in page) is (found[1] == "en-gb")
    return found[1]


def choose(client: Client, language: str, goal: str = "/browse") -> str:
    answer = client.post("/language", {"language": language, "next": goal})
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("de", "de"), ("de-AT,en;q=0.5", "de"), ("en-US", "en-gb"), ("fr, de;q=0.8", "de"), ("fr", "en-gb")],
)
def test_a_page_speaks_as_the_browser_asks(client: Client, asked: str, answered: str) -> None:
    assert spoken(client, **{"Accept-Language": asked}) == answered
    answer = client.get("/", headers={"Accept-Language": asked})
    assert answer["Content-Language"] == answered
    assert "Accept-Language" in answer["Vary"]
    assert "language" not in answer.cookies  # nobody has chosen, so nothing is remembered


def test_whoever_chooses_is_spoken_to_so_whatever_the_browser_asks(client: Client) -> None:
    assert choose(client, "de") == "/browse"
    assert spoken(client) == "de"
    choose(client, "en-gb")
    assert spoken(client, **GERMAN) == "en-gb"


def test_a_language_that_is_not_spoken_here_changes_nothing(client: Client, as_bo: Client, bo: Account) -> None:
    for browser in (client, as_bo):
        choose(browser, "tlh")
        assert spoken(browser) == "en-gb"
    bo.refresh_from_db()
    assert bo.language == ""


def test_choosing_leads_nowhere_else(client: Client) -> None:
    assert choose(client, "de", "https://example.org/elsewhere") == "/"
    assert client.get("/language").status_code == 405


def test_the_choice_of_an_account_goes_with_it_to_another_browser(bo: Account, as_bo: Client) -> None:
    choose(as_bo, "de")
    elsewhere = Client()
    assert spoken(elsewhere) == "en-gb"
    elsewhere.post("/accounts/login/", {"login": "bo", "password": PASSWORD})
    assert spoken(elsewhere) == "de"


def test_a_browser_that_was_signed_in_before_follows_after_one_page(bo: Account, as_bo: Client) -> None:
    there = signed_in(bo)
    choose(there, "en-gb")
    choose(as_bo, "de")
    assert [spoken(there), spoken(there)] == ["en-gb", "de"]


def test_whoever_signs_up_gets_letters_in_the_language_of_the_page(client: Client) -> None:
    filled = {"username": "dora", "email": "dora@example.org", "password1": PASSWORD}
    client.post("/accounts/signup/", filled, headers=GERMAN)
    assert Account.objects.get().language == "de"
    assert mail.outbox[0].subject == "[Tenuto] Bestätige deine E-Mail-Adresse"


def test_a_letter_speaks_to_its_receiver_and_not_to_whoever_caused_it(alma: Account, bo: Account) -> None:
    Account.objects.filter(pk=alma.pk).update(language="de")
    for handle in ("alma", "bo"):
        Client().post(
            "/accounts/password/reset/", {"email": f"{handle}@example.org"}, headers={"Accept-Language": "en"}
        )
    assert "Jemand, hoffentlich du" in str(mail.outbox[0].body)
    assert "Somebody, we hope you" in str(mail.outbox[1].body)


def test_each_reader_of_one_letter_reads_their_own_language(alma: Account, bo: Account) -> None:
    Account.objects.filter(pk=alma.pk).update(language="de")
    post(
        "matches/letters/released.txt",
        [Account.objects.get(pk=alma.pk), bo],
        {"track": {"title": "Moth Logic", "key": "abcdefghijkl"}},
    )
    assert {message.subject for message in mail.outbox} == {
        "[Tenuto] „Moth Logic“ wird nicht mehr zurückgehalten",
        "[Tenuto] “Moth Logic” is held no longer",
    }


def test_ones_copy_of_everything_is_described_in_ones_language(alma: Account, tmp_path: Path) -> None:
    alma.language = "de"
    export.pack(alma, tmp_path / "alma.zip", timezone.now(), lambda done: None)
    with ZipFile(tmp_path / "alma.zip") as archive:
        assert archive.read("README.txt").decode().startswith("Alles, was @alma in Tenuto")
        assert json.loads(archive.read("account.json"))["language"] == "de"


def test_a_day_is_written_as_the_language_writes_it() -> None:
    when = datetime(2026, 11, 9, 18, 5, tzinfo=UTC)
    with translation.override("de"):
        assert date_format(when, "j F Y, H:i") == "9. November 2026, 18:05"
    with translation.override("en-gb"):
        assert date_format(when, "j F Y, H:i") == "9 November 2026, 18:05"


def test_every_way_in_which_pages_write_a_day_is_known_in_german() -> None:
    used = {
        pattern
        for path in SOURCE.rglob("templates/**/*.*")
        for pattern in re.findall(r"""\|date:["'](j [^"']*)["']""", path.read_text(encoding="utf-8"))
    }
    assert used <= set(formats.DAYS)
    assert {"j F Y", "j F Y, H:i T"} <= used
