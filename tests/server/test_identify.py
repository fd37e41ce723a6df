"""`tenuto identify`: what is in a file, with titles that are told as they are written."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tenuto.accounts.models import Account
from tenuto.server.identify import identify
from tenuto.tracks.models import Track
from tests.ai.pieces import as_file, faster, piece, turned
from tests.gate.conftest import without_rooms  # noqa: F401  on PostgreSQL
from tests.matches.world import agreed, begin, registered

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # real sound through the real engine


def asked(file: Path, *, as_json: bool = False) -> tuple[int, str]:
    """The exit status, and what stands on the console."""
    said = StringIO()
    return identify(file, Console(file=said), as_json=as_json), said.getvalue()


def test_it_tells_what_is_in_a_file_and_obeys_no_title(
    alma: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    begin(tmp_path)
    work = registered(agreed(alma), 1)
    Track.objects.filter(pk=work.pk).update(title="[/b] [red]Gull\x1b[2J\u202e")
    status, said = asked(as_file(turned(faster(piece(1), 1.03))))
    told = capsys.readouterr().out
    assert status == 0, said
    assert "[/b] [red]Gull" in told
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert asked(as_file(piece(1)), as_json=True)[0] == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["work"] == work.key
    status, said = asked(as_file(piece(3)))
    assert (status, "No registered work" in said) == (1, True)


def test_what_is_no_sound_is_said_to_be_none(db: None, tmp_path: Path) -> None:
    letter = tmp_path / "letter.wav"
    letter.write_text("Dear Alma")
    assert asked(letter)[0] == 2
    assert asked(tmp_path / "nothing.wav")[0] == 2
