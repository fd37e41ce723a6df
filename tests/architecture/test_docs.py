"""What can be set, typed or called is written down."""

import re

import pytest
from django.db import connection

from tenuto.gate import role
from tests.architecture.source import ROOT, SOURCE

SETTINGS_PAGE = (ROOT / "docs/operate/settings.md").read_text(encoding="utf-8")
READ = sorted(
    {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r'"(TENUTO_[A-Z0-9_]+)"', path.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize("name", READ)
def test_a_setting_is_described(name: str) -> None:
    assert re.search(rf"^`.*{name}`", SETTINGS_PAGE, flags=re.M)


def test_no_setting_is_described_that_nothing_reads() -> None:
    described = set(re.findall(r"^(?:`(TENUTO_[A-Z0-9_]+)`)", SETTINGS_PAGE, flags=re.M))
    assert described <= set(READ)


def test_every_decision_has_its_four_headings() -> None:
    for page in (ROOT / "docs/decisions").glob("0*.md"):
        headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.M)
        assert headings == ["What presses us", "Decision", "Turned down", "Cost"], page.name


def test_the_statements_that_make_the_role_of_ai_are_described_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", "tenuto")
    page = (ROOT / "docs/operate/ai.md").read_text(encoding="utf-8")
    described = re.findall(r"^((?:CREATE ROLE|GRANT) .+);$", page, flags=re.M)
    assert described == role.statements("…")
