"""Everything is killed at once, in the middle of it, and started again: nothing is lost, and nothing done twice."""

import hashlib
import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.audio.test_journey import clip
from tests.faults.served import Served, kill_9, serving, start
from tests.server.house import House, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Long enough to be met in the middle of its rendering."""
    return clip(tmp_path_factory.mktemp("song"), "ferry-horn.wav", seconds=90)


def test_an_upload_survives_the_death_of_everything(tmp_path: Path, song: Path) -> None:
    content = song.read_bytes()
    with serving(tmp_path / "home", "--workers", "2", "--jobs", "1") as served:
        _status, created = served.tus("POST", "/uploads/", Upload_Length=str(len(content)), Content_Type="")
        path = created["location"]
        step = random.Random(3).randrange(100_000, 900_000)
        status, answer = served.tus("PATCH", path, content[:step], Upload_Offset="0")
        assert (status, answer["upload-offset"]) == (204, str(step))
        with half_sent(served, path, step, content):
            kill_9(served.process)
        served.process = start(served.house, served.port, "--workers", "2", "--jobs", "1")
        _status, answer = served.tus("HEAD", path)
        acknowledged = int(answer["upload-offset"])
        assert step <= acknowledged < len(content), "what was acknowledged is there"
        rest = served.tus("PATCH", path, content[acknowledged:], Upload_Offset=str(acknowledged))
        assert rest[0] == 204
        kill_9(served.process)  # acknowledged is acknowledged
        served.process = start(served.house, served.port, "--workers", "2", "--jobs", "1")
        until(lambda: served.sql("SELECT stage FROM tracks_recording") == [("ready",)], seconds=90)
        assert_whole(served, content)


@contextmanager
def half_sent(served: Served, path: str, offset: int, content: bytes) -> Iterator[None]:
    """Half of what was announced has been sent, and the server is writing it and waits for the rest."""
    headers = served.headers(Upload_Offset=str(offset), Content_Length=str(len(content) - offset), Host="127.0.0.1")
    head = f"PATCH {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    with socket.create_connection(("127.0.0.1", served.port)) as line:
        line.sendall(head.encode() + content[offset : offset + (len(content) - offset) // 2])
        part = served.home / "uploads" / f"{path.rpartition('/')[2]}.part"
        until(lambda: part.stat().st_size > offset)
        yield


def assert_whole(served: Served, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    assert served.sql("SELECT original_id, current FROM tracks_recording") == [(digest, 1)]
    assert (served.home / "store" / digest[:2] / digest[2:4] / digest).read_bytes() == content
    counts = {table: served.sql(f"SELECT count(*) FROM {table}")[0][0]
              for table in ("tracks_track", "audio_rendition", "audio_waveform")}  # fmt: skip
    assert counts == {"tracks_track": 1, "audio_rendition": 2, "audio_waveform": 2}
    assert served.sql("SELECT count(*) FROM base_job WHERE state IN ('waiting', 'running')") == [(0,)]
    assert served.house.run("fsck").returncode == 0


def test_a_render_survives_the_death_of_its_worker(tmp_path: Path, song: Path) -> None:
    house = House(tmp_path / "home", TENUTO_JOB_LEASE_SECONDS="2")
    house.make()
    house.inside(
        "from django.utils import timezone; from pathlib import Path; from tests.people import person\n"
        "from tenuto.audio import journey; from tenuto.audio.arrive import Wish\n"
        f"journey.receive_file(person('alma', 'Alma'), Path({str(song)!r}), Wish(), timezone.now())"
    )
    watched = Served(house, 0, "", house.start("work"))
    for death in range(2):
        until(lambda: watched.sql("SELECT stage FROM tracks_recording") == [("rendering",)])
        until(lambda: list((house.home / "scratch").glob("render-*/opus.mp4")))
        time.sleep(0.2 * death)
        assert watched.sql("SELECT stage FROM tracks_recording") == [("rendering",)], "it was met in the middle"
        kill_9(watched.process)
        for left in (house.home / "scratch").glob("render-*/opus.mp4"):
            left.unlink()  # so that the next one's is seen
        watched.process = house.start("work")
    try:
        until(lambda: watched.sql("SELECT stage FROM tracks_recording") == [("ready",)], seconds=90)
        until(lambda: watched.sql("SELECT state FROM base_job WHERE once != ''") == [("done",)])
    finally:
        kill_9(watched.process)
    assert_whole(watched, song.read_bytes())
