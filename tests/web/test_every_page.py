"""Every page in another language: nothing on it is left in English, and what is for machines stays as it was.

The other language is one that nobody speaks: whatever passes the translation comes out in wide letters, so that what
did not is seen. The addresses are those of test_access, so a new page comes here by itself.
"""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.conf.locale import LANG_INFO
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from tenuto.accounts.models import Account
from tenuto.tracks.templatetags import lists
from tenuto.web import moments, moulds
from tests.architecture.test_access import ACCESS, ROUTES, everything_of_almas
from tests.conftest import signed_in
from tests.once import Once
from tests.people import person

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PUT_IN = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}|<[^>]+>|&\w+;|https?://\S+")
WORD = re.compile(r"[A-Za-z]{2,}")
ADDRESS = re.compile(r"https?://\S+")
NAMES = {"Tenuto", "UTC"}
FOR_PEOPLE = re.compile(r"alt|title|placeholder|aria-label|data-says?-.*|data-.*-words?")
AS_ENGLISH_WRITES_IT = re.compile(r"[-\d., :%]+")


class Answer(NamedTuple):
    """What whoever may open an address gets there, in English."""

    name: str
    client: Client
    path: str
    is_page: bool
    content: bytes

    def in_german(self) -> bytes:
        return content(self.client.get(self.path, headers={"Accept-Language": "de"}))


@pytest.fixture(scope="module")
def answers_once(once: Once) -> list[Answer]:
    return once.make(lambda: list(all_answers()))


@pytest.fixture
def answers(db: None, answers_once: list[Answer]) -> list[Answer]:
    return answers_once


def all_answers() -> Iterator[Answer]:
    addresses = everything_of_almas()
    alma, dana = Account.objects.get(username="alma"), person("dana", "Dana")
    Account.objects.filter(pk=dana.pk).update(is_staff=True)
    who = {"anyone": Client(), "entrance": Client(), "staff": signed_in(dana), "operator": signed_in(dana)}
    hers = signed_in(alma)
    for name in ROUTES:
        client = who.get(ACCESS[name], hers)
        # What programs are answered when something is wrong is for people, in their language.
        answer: Any = None if name.startswith("api:") else client.get(addresses[name])
        if answer is not None and answer.status_code == 302:
            client.get("/")  # what is said once about that is said here
        if answer is not None and answer.status_code == 200:
            is_page = answer.headers["Content-Type"].startswith("text/html")
            yield Answer(name, client, addresses[name], is_page, content(answer))


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


class Read(HTMLParser):
    """What people read of a page, and the attributes of everything on it."""

    EMPTY = {"meta", "link", "input", "img", "br", "hr", "source", "wbr", "rect", "ellipse"}

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self._foreign = [False]  # of each open element: whether its words are not ours to translate
        self._language = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self._language = self._language or found.get("lang") or ""
        foreign = (
            self._foreign[-1]
            or tag in {"script", "style", "code", "kbd", "pre", "bdi"}
            or found.get("translate") == "no"
            or (found.get("lang") or self._language) != self._language
        )
        for name, value in attributes:
            self.attributes.append((tag, name, value or ""))
            if FOR_PEOPLE.fullmatch(name) and not self._foreign[-1]:
                self.words.append(value or "")
        if tag not in self.EMPTY:
            self._foreign.append(foreign)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in self.EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if len(self._foreign) > 1:
            self._foreign.pop()

    def handle_data(self, words: str) -> None:
        if not self._foreign[-1]:
            self.words.append(words)


class Wide:
    """The language that nobody speaks. It remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def gettext(self, words: str) -> str:
        self.asked.add(words)
        return self.said(words)

    def ngettext(self, one: str, several: str, number: int) -> str:
        self.asked.add(one)  # by which both are found
        return self.said(one if number == 1 else several)

    def said(self, words: str) -> str:
        at, out = 0, ""
        for found in PUT_IN.finditer(words):
            out += self._wide(words[at : found.start()]) + found[0]
            at = found.end()
        return out + self._wide(words[at:])

    @staticmethod
    def _wide(words: str) -> str:
        return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalpha() else sign for sign in words)


@pytest.fixture
def speak_wide(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Wide]:
    def begin() -> Wide:
        wide = Wide()
        functions = {
            "gettext": wide.gettext,
            "ngettext": wide.ngettext,
            "pgettext": lambda context, words: wide.said(words),  # of Django alone, which tells them apart
        }
        for name, function in functions.items():
            monkeypatch.setattr(translation._trans, name, function)  # type: ignore[attr-defined]
        for module in (
            moulds,
            moments,
            lists,
        ):  # what they keep in each language another test may have asked for in German
            monkeypatch.setattr(module, "get_language", lambda: "wide")
        return wide

    return begin


def words_of_people() -> set[str]:
    """What people here wrote and what things are called, word by word; and what languages call themselves."""
    found = NAMES | set(WORD.findall(str([language.get("name_local") for language in LANG_INFO.values()])))
    for model in apps.get_models():
        fields = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField | JSONField) and not field.choices
        ]
        for row in model._default_manager.values_list(*fields) if fields else ():
            found.update(WORD.findall(" ".join(map(str, row))))
    return found


def test_nothing_on_any_page_is_left_in_english(answers: list[Answer], speak_wide: Callable[[], Wide]) -> None:
    """Also: no number or address in a page's markup is written as people of another language write it."""
    pages = [answer for answer in answers if answer.is_page]
    assert len(pages) > 80
    wide, known = speak_wide(), words_of_people()
    left: dict[str, str] = {}
    changed: set[tuple[str, str, str, str]] = set()
    for page in pages:
        before, after = Read(page.content), Read(page.in_german())
        for words in after.words:
            if set(WORD.findall(ADDRESS.sub("", words))) - known:
                left.setdefault(" ".join(words.split()), page.name)
        assert len(before.attributes) == len(after.attributes), page.name
        for (tag, attribute, value), (_tag, _attribute, other) in zip(before.attributes, after.attributes, strict=True):
            if value != other and (AS_ENGLISH_WRITES_IT.fullmatch(value) or attribute in {"href", "src", "action"}):
                changed.add((page.name, f"{tag} {attribute}", value, other))
    assert left == {}
    assert changed == set()
    german = trans_real.translation("de")._catalog  # type: ignore[attr-defined]  # ours, Django's and allauth's
    assert {words for words in wide.asked if words not in german and (words, 1) not in german} == set()


def test_what_machines_fetch_is_the_same_in_every_language(answers: list[Answer]) -> None:
    """But a receipt speaks to whoever reads it, and so does what a phone is told, and keeps."""
    of_people = {"consent:receipt-dpv", "web:manifest", "web:worker"}
    dated = {"marks:ern", "feeds:rss"}  # they say when they were made: to the second
    machines = [answer for answer in answers if not answer.is_page and answer.name not in of_people | dated]
    assert len(machines) > 20
    assert [answer.name for answer in machines if answer.in_german() != answer.content] == []
