"""What we publish is judged by `tenuto-verify`, which knows nothing of our database."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tenuto.ledger import book, files, vault
from tenuto.ledger.proving import Prover
from tenuto.ledger.sequencer import Sequencer
from tenuto.verify.command import main
from tests.ledger.writing import OPEN, SONG, draw_up, published_log, write_uses


def policy() -> list[str]:
    return ["--policy", str(settings.LOG_DIR / "policy")]


@pytest.mark.django_db
def test_the_folder_of_the_log_is_a_log_and_a_changed_one_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    published_log(count=600)
    assert main(["log", str(settings.LOG_DIR), *policy()]) == 0
    place = settings.LOG_DIR / "tile/entries/001"
    place.write_bytes(place.read_bytes()[:-1] + b"\0")
    assert main(["log", str(settings.LOG_DIR), *policy()]) == 1
    assert "tile/0/001" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_whoever_follows_the_log_over_http_sees_it_grow(live_server: Any, tmp_path: Path) -> None:
    published_log(count=300)
    follow = ["follow", f"{live_server.url}/log", "--state", str(tmp_path / "state"), *policy()]
    assert main(follow) == 0
    write_uses(500)
    Sequencer().step()
    assert main(follow) == 0


@pytest.mark.django_db
def test_proofs_and_manifests_hold_for_whoever_has_the_key(tmp_path: Path) -> None:
    published_log(count=3)
    with transaction.atomic():
        made = draw_up([SONG], OPEN)
        [index] = book.write([book.public(OPEN | made.said)])
    Sequencer().step()
    prover, key = Prover(), vault.keys_of([SONG])[SONG].hex()
    for opened, proven in prover.prove_about([SONG]):
        place = tmp_path / f"{opened.index}.tlog-proof"
        files.put(place, bytes(proven.proof))
        assert main(["proof", str(place), "--key", key, *policy()]) == 0
        assert main(["proof", str(place), "--key", "00" * 32, *policy()]) == 1
    job = tmp_path / "job.tlog-proof"
    files.put(job, bytes(prover.prove_public(index).proof))
    assert main(["manifest", str(made.path), "--job", str(job), *policy()]) == 0
