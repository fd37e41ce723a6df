"""`tenuto terms`: the operator edits one file, and is told what publishing it would do."""

from io import StringIO
from pathlib import Path

import pytest
from pytest_django import Settings
from rich.console import Console

from tenuto.server.terms import diff, draft, publish_draft
from tenuto.terms.models import Version
from tests.terms.writing import LEADING, NEEDED, OWNING, SORTING, written

pytestmark = pytest.mark.django_db


class Terminal(Console):
    """A console whose words can be read afterwards."""

    def __init__(self) -> None:
        self.paper = StringIO()
        super().__init__(file=self.paper, width=200, highlight=False)

    @property
    def words(self) -> str:
        return self.paper.getvalue()


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Path:
    settings.TERMS_DIR = tmp_path / "terms"
    return tmp_path / "terms" / "terms.md"


def test_from_the_first_draft_to_the_second_version(place: Path) -> None:
    seen = Terminal()
    assert publish_draft(None, seen) == 1
    assert "tenuto terms draft" in seen.words
    assert draft(seen) == 0
    assert "[country]" in seen.words, "what is to be filled in"
    assert publish_draft(None, seen) == 1
    assert not Version.objects.exists()

    place.write_text(written(OWNING, NEEDED, SORTING), encoding="utf-8")
    assert publish_draft(None, seen) == 0
    place.write_text(written(OWNING, NEEDED, SORTING, LEADING), encoding="utf-8")
    before = Terminal()
    assert draft(before) == 0
    assert "4. Recommending  (new)" in before.words
    assert "opens the question of: recording/recommendation/inform" in before.words
    assert publish_draft("2026-13-01", seen) == 2
    assert publish_draft("2000-01-01", seen) == 1
    assert publish_draft(None, seen) == 0
    assert [version.number for version in Version.objects.all()] == [2, 1]
    after = Terminal()
    assert diff(None, None, after) == 0
    assert "4. Recommending  (new)" in after.words
    assert diff(1, 7, after) == 1
    assert "There is no version 7" in after.words


def test_a_draft_that_cannot_be_read_is_said_with_its_fault(place: Path) -> None:
    place.parent.mkdir()
    place.write_text("## 1. Nothing in front\n\nof it", encoding="utf-8")
    seen = Terminal()
    assert draft(seen) == 1
    assert "title and summary" in seen.words
