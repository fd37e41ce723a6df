"""What the sandbox says of a copy is a stranger's word: nothing outside of the copy is ever written to or signed."""

from pathlib import Path

import pytest
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.dsp.carriers import Place
from tenuto.dsp.errors import Crashed
from tenuto.safeguards.marks.signing import Marks, marks_of, sign
from tests.safeguards.marks.marking import downloadable, sung

pytestmark = pytest.mark.django_db


@pytest.fixture
def marks(alma: Account, tmp_path: Path) -> Marks:
    track = downloadable(alma, sung(tmp_path, "mp3"))
    return marks_of(track, track.recordings.get(), "audio/mpeg", timezone.now())


@pytest.mark.parametrize(
    "place", [Place(bytes(32), 90_000, 6_000), Place(bytes(32), 4, 6_000, head=8), Place(b"", -1, 9)]
)
def test_room_outside_of_the_copy_is_refused(marks: Marks, tmp_path: Path, place: Place) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(bytes(10_000))
    with pytest.raises(Crashed):
        sign(copy, place, marks, timezone.now())
    assert copy.read_bytes() == bytes(10_000)


def test_a_link_in_the_place_of_the_copy_is_not_followed(marks: Marks, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(10_000))
    (tmp_path / "soft").symlink_to(secret)
    (tmp_path / "hard").hardlink_to(secret)
    with pytest.raises(OSError, match="symbolic"):
        sign(tmp_path / "soft", Place(bytes(32), 0, 6_000), marks, timezone.now())
    with pytest.raises(Crashed):
        sign(tmp_path / "hard", Place(bytes(32), 0, 6_000), marks, timezone.now())
    assert secret.read_bytes() == bytes(10_000)
