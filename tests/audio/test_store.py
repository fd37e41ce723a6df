"""Bytes of works are handed out to those who show a right."""

import pytest

from tenuto.audio.store import NoRight, Playback
from tenuto.rules.visibility import Hearing, Reason


def test_a_refusal_opens_nothing() -> None:
    """If a visitor may not hear a track, the code that asks for its bytes stops."""
    assert Playback(Hearing(True, Reason.PUBLIC)).hearing
    with pytest.raises(NoRight):
        Playback(Hearing(False, Reason.PUBLIC))
