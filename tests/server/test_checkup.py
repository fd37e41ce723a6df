"""What `tenuto check` says of the comparison at upload."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.consent import stops
from tenuto.gate import volumes
from tenuto.gate.container import pack
from tenuto.rules.cells import Purpose
from tenuto.server.checkup import compared
from tenuto.terms.versions import publish
from tenuto.tracks.models import Hold
from tests.audio.sounding import sketch
from tests.gate.working import LONG_AGO, agreed
from tests.matches.world import begin
from tests.terms.writing import OWNING, written

pytestmark = pytest.mark.django_db

KIND = "identification.index"


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "INDEX_DIR", tmp_path)


def waits(account: Account) -> None:
    Hold.objects.create(recording=sketch(account).recordings.get())


def test_it_is_wrong_that_no_terms_in_force_name_the_comparison() -> None:
    assert compared()[1] is False
    publish(written(OWNING), LONG_AGO, at=LONG_AGO)
    _what, well, words = compared()
    assert not well
    assert "heard uncompared" in words


def test_it_says_how_many_wait_and_whose_artists_have_accepted_nothing(
    alma: Account, bo: Account, tmp_path: Path
) -> None:
    begin(tmp_path)
    assert compared() == ("comparison", True, "with 0 registered works, in 1 parts")
    waits(agreed(alma))
    waits(bo)
    _what, well, words = compared()
    assert well
    assert "2 uploads wait for it, 1 of their artists have accepted no terms that name it" in words
    stops.stop(Purpose.IDENTIFICATION, "The engine is looked at.", timezone.now())
    assert "stopped by you; 2 uploads wait" in compared()[2]


def test_it_says_that_the_index_is_made_again_or_divided_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(tmp_path)
    volume = volumes.add(KIND, [1], pack({}))
    monkeypatch.setattr(settings, "INDEX_SHARDS", 3)
    assert "with 1 registered works, in 3 parts, being divided anew" in compared()[2]
    volumes.path_of(volume).unlink()
    assert "the index is being made again" in compared()[2]
