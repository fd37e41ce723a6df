from pathlib import Path

import pytest

from tenuto.dsp.render import Rendered, render
from tests.dsp.clips import music, written

SONG_SECONDS = 13.123  # no whole number of frames, fragments or pixels


@pytest.fixture(scope="package")
def song(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rendered, Path]:
    """A song that was rendered once for all, and the place where it lies as x.flac with its renditions."""
    place = tmp_path_factory.mktemp("song")
    return render(written(place / "x.flac", music(SONG_SECONDS), 44_100), place), place
