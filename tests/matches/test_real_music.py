"""What was promised, with music of people: held, clear, a mix in its passages, and forgotten to the byte."""

from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.test import TestCase
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.identification import findings
from tenuto.matches.models import Match
from tenuto.matches.registering import let_go, register
from tenuto.tracks.models import Track
from tests.ai.pieces import Sound, as_mp3, faster, heard_in, held_of, noisy
from tests.ai.test_identification import files
from tests.gate.conftest import without_rooms  # noqa: F401  on PostgreSQL
from tests.gate.working import worked_off
from tests.matches.world import again, agreed, begin, uploaded

MUSIC = Path("../shared/music")
REGISTERED = ("expedition.flac", "solstice-festival.flac", "savino-palace.aiff")
NOBODYS = "alba-longa-burns.wav"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not MUSIC.is_dir(), reason="no ../shared/music on this machine"),
]


def song(name: str) -> Sound:
    return heard_in(MUSIC / name)[: 25 * 12_000]


@pytest.fixture
def works(alma: Account, tmp_path: Path) -> list[Track]:
    """Three pieces that Alma has registered, and everybody hears."""
    begin(tmp_path)
    tracks = [uploaded(agreed(alma), song(name), name) for name in REGISTERED[:1]]
    tracks += [uploaded(alma, song(name), name) for name in REGISTERED[1:]]
    with TestCase.captureOnCommitCallbacks(execute=True):
        register(alma, [track.pk for track in tracks], timezone.now())
    worked_off()
    return tracks


def test_real_music_is_held_or_clear_told_passage_by_passage_and_forgotten(
    works: list[Track], alma: Account, bo: Account, tmp_path: Path
) -> None:
    agreed(bo)
    tape = heard_in(as_mp3(noisy(faster(song(REGISTERED[0]), 1.05)), tmp_path / "tape.mp3"))
    taped = uploaded(bo, tape, "Tape")
    assert not again(taped).publication.audible
    (passage,) = findings.found_before_publishing(taped.pk)
    assert passage.reference == works[0].pk
    assert passage.tempo == pytest.approx(1.05, abs=0.005)
    assert passage.end - passage.begin > 0.7 * len(tape) / 12_000

    assert again(uploaded(bo, song(NOBODYS), "Nobody's")).publication.audible

    mix = uploaded(bo, np.concatenate([song(name) for name in REGISTERED]), "Mix")
    found = findings.found_before_publishing(mix.pk)
    assert [one.reference for one in found] == [track.pk for track in works]
    begins = np.cumsum([0, *(len(song(name)) / 12_000 for name in REGISTERED[:-1])])
    assert [one.begin for one in found] == pytest.approx(list(begins), abs=4)

    hashes = held_of(works[0].pk, files())
    assert hashes
    with TestCase.captureOnCommitCallbacks(execute=True):
        let_go(alma, [works[0].pk], timezone.now())
    worked_off()
    whole = b"".join(path.read_bytes() for path in Path(settings.INDEX_DIR).rglob("*.arrays"))
    assert whole
    assert not [one for one in hashes if one in whole]
    assert again(taped).publication.audible  # nothing holds it any more
    assert not Match.objects.filter(recording__track=taped, settled_at=None).exists()
    assert again(uploaded(bo, tape, "Tape again")).publication.audible
