"""What is struck stays struck, whatever is written meanwhile; what is lost is read again, or nothing has changed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from tenuto.gate import volumes
from tenuto.gate.container import Arrays, pack
from tenuto.gate.duties import Duty, duty_named
from tenuto.gate.models import Shelved, Volume

pytestmark = pytest.mark.django_db

KIND = "identification.index"


class Here:
    """The sandbox has tests of its own; here its work is done in this process."""

    def run(self, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return function(*args)


def merged(arrays: Sequence[Arrays], without: Any) -> Arrays:
    pieces = [one for each in arrays for one in each["pieces"].tolist() if one not in without]
    return {"pieces": np.array(sorted(pieces), np.int64)}


@pytest.fixture
def duty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Duty:
    monkeypatch.setattr(settings, "INDEX_DIR", tmp_path)
    monkeypatch.setattr(volumes, "SANDBOX", Here())
    found = duty_named("identification.register")
    assert found is not None
    return replace(found, merges=merged)


def add(*works: int) -> Volume:
    return volumes.add(KIND, works, pack({"pieces": np.array(works, np.int64)}))


def test_a_work_that_is_struck_while_its_volume_is_written_anew_stays_struck(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(1, 2, 3)
    keep = volumes._keep

    def keep_and_be_struck(folder: Path, made: bytes) -> tuple[str, int]:
        volumes.strike([KIND], [2], timezone.now())
        return keep(folder, made)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(volumes, "_keep", keep_and_be_struck)
        volumes.erase(duty, [1])
    assert volumes.struck(KIND) == [2]
    volumes.erase(duty, [])
    assert set(Shelved.objects.values_list("track_id", flat=True)) == {3}


@pytest.mark.parametrize("lose", ["lose", "drop"])
def test_a_volume_goes_only_with_the_note_that_its_works_are_read_again(duty: Duty, lose: str) -> None:
    volume = add(1, 2)
    volumes.path_of(volume).unlink()

    def killed(works: Sequence[int]) -> None:
        raise KeyboardInterrupt

    def lost(read_again: volumes.ReadAgain) -> None:
        if lose == "drop":
            volumes.drop(volume, read_again)
        else:
            volumes.lose(KIND, read_again)

    with pytest.raises(KeyboardInterrupt):
        lost(killed)
    assert Volume.objects.exists()
    noted: list[int] = []
    lost(noted.extend)
    assert noted == [1, 2]
    assert not Volume.objects.exists()
