"""`tenuto consent`: what holds and why, in a table or for programs; said by the operator's hand, and written so."""

import json
from argparse import Namespace
from datetime import timedelta

import pytest
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.consent.models import Act
from tenuto.server.command import parser
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.consent.answering import INPUT, NEED, TRAIN, agree, opened, terms
from tests.server.test_terms import Terminal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harbour(alma: Account) -> Track:
    agree(alma, terms(timezone.now() - timedelta(days=2)), timezone.now() - timedelta(days=1))
    return begin_track(alma, "Harbour")


def typed(*words: str) -> tuple[int, str]:
    """Exit status and what was printed for people."""
    arguments: Namespace = parser().parse_args(["consent", *words])
    seen = Terminal()
    return arguments.run(arguments, seen), seen.words


def test_the_table_says_what_holds_and_where_it_comes_from(harbour: Track) -> None:
    assert typed("allow", "@alma", str(TRAIN)) == (0, typed_receipt("Allowed for everything, now and later."))
    status, table = typed("show", "--track", harbour.key)
    assert status == 0
    assert f"Harbour ({harbour.key}) by @alma" in table
    [row] = [line.split() for line in table.splitlines() if line.split()[:2] == ["recording", "organisation"]]
    assert row[2:6] == ["–", "–", "yes", "–"]
    assert "your account" in table
    assert "170 held, 1 allowed, 0 by agreement, 1 needed." in table


def typed_receipt(words: str) -> str:
    return f"{words} Receipt {Act.objects.get().key}.\n"


def test_programs_get_every_cell(harbour: Track, capsys: pytest.CaptureFixture[str]) -> None:
    typed("show", "alma", "--json")
    cells = {each["cell"]: each for each in json.loads(capsys.readouterr().out)}
    assert len(cells) == 172
    assert cells[str(NEED)]["allowed"] is True
    assert cells[str(TRAIN)] == {
        "cell": str(TRAIN), "allowed": False, "reason": "silence", "own": "",
        "why": "Held: nobody has said anything, and silence is no.",
    }  # fmt: skip


def test_what_is_said_by_the_operators_hand_is_written_so(
    alma: Account, harbour: Track, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever has a shell on the server can answer for you; then your history says that it was not you."""
    typed("allow", "--track", harbour.key, str(TRAIN), str(INPUT))
    assert opened(harbour) == {str(NEED), str(TRAIN), str(INPUT)}
    typed("hold", "--track", harbour.key, str(INPUT))
    assert opened(harbour) == {str(NEED), str(TRAIN)}
    assert set(Act.objects.values_list("how", flat=True)) == {"command"}
    _status, table = typed("history", "@alma")
    assert table.count("command") == 2
    typed("history", "--track", harbour.key, "--json")
    assert [each["held"] for each in json.loads(capsys.readouterr().out)] == [[str(INPUT)], []]


def test_everything_is_held_where_no_cell_is_named(alma: Account, harbour: Track) -> None:
    typed("allow", "alma", str(TRAIN))
    typed("allow", "--track", harbour.key, str(INPUT))
    status, said = typed("hold", "alma")
    assert status == 0
    assert "Held for everything, now and later." in said
    assert "Held in 1 tracks." in said
    assert opened(harbour) == opened(begin_track(alma, "Later")) == {str(NEED)}


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("show", "@nobody"), 1, "There is no account @nobody."),
        (("show",), 1, "Say whose"),
        (("show", "--track", "nosuchtrack2"), 1, "There is no track nosuchtrack2."),
        (("allow", "alma"), 2, "Name what is allowed"),
        (("allow", "alma", "recording/fraud"), 2, "is no cell"),
        (("allow", "alma", "recording/generative/train"), 1, "licence that names one model"),
        (("allow", "alma", "lyrics/fraud/train"), 1, "The terms, as you accepted them, do not speak of this use"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    harbour: Track, words: tuple[str, ...], status: int, sentence: str
) -> None:
    found, said = typed(*words)
    assert (found, sentence in said) == (status, True)
    assert not Act.objects.exists()
