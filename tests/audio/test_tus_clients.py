"""Clients that others wrote get along with our server: tuspy, and tus-js-client where node and the package are."""

import hashlib
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tusclient.client import TusClient

from tests.faults.served import Served, serving
from tests.web.test_scripts import NODE

pytestmark = pytest.mark.slow

NODE_MODULES = os.environ.get("TENUTO_NODE_MODULES", "")
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("clients") / "home", "--no-worker", "--workers", "2") as served:
        yield served


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Its content matters to no client, so it is noise; 5 MB, so that it goes in several pieces."""
    path = tmp_path / "ätherisch.flac"
    path.write_bytes(random.Random(str(tmp_path)).randbytes(5_000_000))
    return path


def arrived_whole(served: Served, song: Path) -> bool:
    digest = hashlib.sha256(song.read_bytes()).hexdigest()
    rows = served.sql("SELECT filename FROM tracks_recording WHERE original_id = ?", digest)
    stored = served.home / "store" / digest[:2] / digest[2:4] / digest
    return rows == [(song.name,)] and stored.read_bytes() == song.read_bytes()


def tuspy(served: Served) -> TusClient:
    return TusClient(f"{served.url}/uploads/", headers={"Authorization": f"Bearer {served.token}"})


def test_tuspy_uploads_in_pieces_with_checksums(served: Served, song: Path) -> None:
    with song.open("rb") as file:  # tuspy would leave it open
        tuspy(served).uploader(
            file_stream=file, chunk_size=700_000, metadata={"filename": song.name}, upload_checksum=True
        ).upload()
    assert arrived_whole(served, song)


def test_tuspy_goes_on_where_another_stopped(served: Served, song: Path) -> None:
    with song.open("rb") as file:
        first = tuspy(served).uploader(file_stream=file, chunk_size=1_000_000, metadata={"filename": song.name})
        first.upload(stop_at=2_000_000)
        assert 2_000_000 <= first.offset < 5_000_000
        second = tuspy(served).uploader(file_stream=file, url=first.url, chunk_size=1_000_000)
        assert second.offset == first.offset
        second.upload()
    assert arrived_whole(served, song)


def by_tus_js(served: Served, song: Path, *more: str) -> None:
    if NODE is None or not (Path(NODE_MODULES) / "tus-js-client").is_dir():
        pytest.skip("needs node, and tus-js-client in the folder that TENUTO_NODE_MODULES names")
    run = subprocess.run(
        [NODE, str(HERE / "tus_client.mjs"), f"{served.url}/uploads/", served.token, str(song), *more],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


def test_tus_js_client_uploads_in_pieces(served: Served, song: Path) -> None:
    by_tus_js(served, song)
    assert arrived_whole(served, song)


def test_tus_js_client_goes_on_after_it_was_cut(served: Served, song: Path) -> None:
    by_tus_js(served, song, "2500000")
    assert arrived_whole(served, song)
