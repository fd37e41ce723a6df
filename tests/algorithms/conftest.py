import pytest

from tenuto.algorithms.fingerprint import Segment
from tests.algorithms.known import Floats, music, taught


@pytest.fixture(scope="module")
def songs() -> list[Floats]:
    return [music(seed, 40) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def catalogue(songs: list[Floats]) -> Segment:
    return taught(*enumerate(songs))
