"""The scripts that check the log in a browser are tested with what the rules write today."""

from tests.ledger.for_browsers import PLACE, written


def test_what_browsers_are_tested_with_is_what_the_rules_write() -> None:
    assert PLACE.read_text() == written(), "python -m tests.ledger.for_browsers writes it anew"
