"""What the front gives again without asking Django is given in the country for which Django was asked."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pytest_django import Settings

from tenuto.server import repeats
from tenuto.server.incoming import Scope, Transport
from tenuto.server.outgoing import Heading
from tenuto.server.repeats import Repeats
from tenuto.web import networks
from tenuto.web.files import Repeat, SentFile
from tests.web.networks_file import germany_and_france

GERMANY, NEARBY, FRANCE, ELSEWHERE = "192.0.2.7:50", "192.0.2.8:51", "198.51.100.7:52", "203.0.113.7:53"


def asking(client: str, **headers: str) -> Scope:
    return cast(Scope, SimpleNamespace(method="GET", path="/media/x", query_string="", client=client, headers=headers))


@pytest.fixture
def given(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Is this request answered from memory, once Django has answered the same to everybody in Germany?"""
    settings.COUNTRY_FILE = germany_and_france(tmp_path / "countries.mmdb")
    networks._file.cache_clear()
    monkeypatch.setattr(repeats, "send_stretch", lambda *_args: None)
    memory = Repeats()

    def remember(first: Scope) -> None:
        memory.remember(first, SentFile(tmp_path, 10, "x", "audio/mp4"), Repeat(60, True), Heading())

    remember(asking(GERMANY))
    return lambda scope: memory.give(scope, cast(Transport, None))


def test_one_countrys_answer_is_not_given_to_another(given: Any) -> None:
    assert [given(asking(client)) for client in (GERMANY, NEARBY, FRANCE, ELSEWHERE)] == [True, True, False, False]


def test_nobody_makes_up_a_country_by_a_header_that_no_proxy_set(given: Any, settings: Settings) -> None:
    forwarded = {"x-forwarded-for": "192.0.2.9", "cf-ipcountry": "DE"}
    assert not given(asking(FRANCE, **forwarded))
    settings.BEHIND_PROXY = True
    assert given(asking(FRANCE, **forwarded))
