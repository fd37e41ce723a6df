"""The command line and its page say the same."""

import re

from tenuto.api.urls import api
from tenuto.server.command import parser
from tests.architecture.source import ROOT


def test_every_command_has_its_heading_and_no_heading_lacks_a_command() -> None:
    page = (ROOT / "docs/operate/commands.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^`tenuto ([a-z-]+)", page, flags=re.M))
    [commands] = [action.choices for action in parser()._actions if isinstance(action.choices, dict)]
    assert described == set(commands)


def test_every_operation_of_the_api_stands_on_its_page() -> None:
    page = (ROOT / "docs/build/api.md").read_text(encoding="utf-8")
    first_words = {path.split("/")[3] for path in api.get_openapi_schema(path_prefix="/api/v1/")["paths"]}
    assert [word for word in first_words if f"/{word}" not in page] == []
