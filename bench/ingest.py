"""What it costs to bring music in: from the last byte of an upload until it can be heard.

Ingest: real music (../shared/music where it is) and a generated WAV of ten minutes, one after the other, against the
ffmpeg command line making only the same two renditions of the same file, in turns, on the same two cores. Ours also
examines the file, reads its tags and picture, draws two waveforms and a sketch, measures loudness and true peak, and
stores everything. Counted is all that works for it: the last piece's request, the worker, its sandbox.

Memory: the most that the server (all its processes) takes while 2 GB come in by tus, and the worker while it renders
three hours of music.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
HOME = Path(tempfile.mkdtemp(prefix="tenuto-bench-"))
os.environ |= {
    "TENUTO_HOME": str(HOME),
    "DJANGO_SETTINGS_MODULE": "tenuto.server.settings",
    "TENUTO_LOG_LEVEL": "ERROR",
    "PYTHONPATH": f"{ROOT / 'src'}",
}

import django  # noqa: E402  the home must be known first

django.setup()

import numpy as np  # noqa: E402
from bench.processes import cpu_seconds, peak_of  # noqa: E402
from django.utils import timezone  # noqa: E402
from tests.migrated import begin  # noqa: E402

from tenuto.accounts.models import Account  # noqa: E402
from tenuto.accounts.tokens import issue  # noqa: E402
from tenuto.audio import arrive, journey  # noqa: E402
from tenuto.dsp.encode import write_audio  # noqa: E402
from tenuto.server.serve import free_port  # noqa: E402
from tenuto.tracks.models import Recording  # noqa: E402

MUSIC = ROOT.parent / "shared" / "music"
QUICK_FILES = {"taiko-1.ogg", "solstice-festival.flac", "alba-longa-burns.wav"}
TENUTO = [sys.executable, "-m", "tenuto.server.command"]
RATE_HZ = 44_100
MB = 1_000_000


@dataclass(frozen=True)
class Cost:
    wall_seconds: float
    cpu_seconds: float


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer and shorter files, less to send")
    quick = options.parse_args().quick
    if not Path("/proc/self/smaps_rollup").exists():
        say("This benchmark counts by Linux's /proc, which is not here.")
        sys.exit(2)
    try:
        begin(HOME)
        alma = Account.objects.create_user("alma", "alma@example.org", None)
        alma.quota_bytes = 100_000 * MB
        alma.save()
        found: dict[str, Any] = {}
        with running("work", "--threads", "2") as worker:
            found |= ingest(alma, worker.pid, files(quick), rounds=1 if quick else 3)
            found |= worker_memory(alma, worker.pid, minutes=4 if quick else 180)
        found |= server_memory(alma, length_bytes=(100 if quick else 2_000) * MB)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    print(json.dumps(found))


# ——— ingest ———


def files(quick: bool) -> list[Path]:
    real = sorted(path for path in MUSIC.glob("*.*") if path.suffix not in {".csv", ".md"})
    if not real:
        say(f"There is no music at {MUSIC}: only generated sound is measured.")
    if quick:
        real = [path for path in real if path.name in QUICK_FILES]
    made = HOME / "made.wav"
    write_piece(made, seconds=30 if quick else 600)
    return [*real, made]


def write_piece(path: Path, seconds: int) -> None:
    """Slowly changing chords over a soft noise: as hard to encode as music, and the same each time."""
    at = np.arange(seconds * RATE_HZ) / RATE_HZ
    noise = np.random.default_rng(7).standard_normal((len(at), 2)).astype(np.float32) * 0.02
    chord = sum(np.sin(2 * np.pi * hertz * at + 3 * np.sin(at * hertz / 900)) for hertz in (110.0, 164.8, 277.2, 440.0))
    swell = 0.1 * (1.2 + np.sin(at / 3))
    write_audio(path, (noise + (chord * swell)[:, None]).astype(np.float32), RATE_HZ)


def ingest(alma: Account, worker: int, paths: list[Path], rounds: int) -> dict[str, Any]:
    bring_in(alma, worker, paths[-1])  # the worker starts its sandbox with the first file
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        say("ffmpeg is not installed: nothing to compare with, so no ratios.")
    wall_ratios, cpu_ratios, ours, theirs = [], [], [], []
    for _ in range(rounds):
        mine, others = [], []
        for path in paths:
            if ffmpeg:
                others.append(by_ffmpeg(ffmpeg, path))
            mine.append(bring_in(alma, worker, path))
            rival = f"   ffmpeg {others[-1].wall_seconds:6.2f} s, {others[-1].cpu_seconds:6.2f} CPU-s" if others else ""
            say(f"{path.name:28} {mine[-1].wall_seconds:6.2f} s, {mine[-1].cpu_seconds:6.2f} CPU-s{rival}")
        ours.append(whole(mine))
        if others:
            theirs.append(whole(others))
            wall_ratios.append(ours[-1].wall_seconds / theirs[-1].wall_seconds)
            cpu_ratios.append(ours[-1].cpu_seconds / theirs[-1].cpu_seconds)
    return {
        "cpu_ratio_vs_ffmpeg": round(statistics.median(cpu_ratios), 3) if cpu_ratios else None,
        "wall_ratio_vs_ffmpeg": round(statistics.median(wall_ratios), 3) if wall_ratios else None,
        "files": len(paths),
        "cpu_seconds": round(statistics.median(cost.cpu_seconds for cost in ours), 2),
        "wall_seconds": round(statistics.median(cost.wall_seconds for cost in ours), 2),
    }


def whole(costs: list[Cost]) -> Cost:
    return Cost(sum(cost.wall_seconds for cost in costs), sum(cost.cpu_seconds for cost in costs))


def bring_in(alma: Account, worker: int, path: Path) -> Cost:
    """From the last byte until the recording is ready."""
    size = path.stat().st_size
    upload = arrive.begin(alma, path.name, size, arrive.Wish(), timezone.now())
    with path.open("rb") as file:
        journey.receive(upload, 0, Most(file.read(size - 1)), timezone.now())
        cpu, wall, here = cpu_seconds(worker), time.monotonic(), time.thread_time()
        journey.receive(upload, size - 1, file, timezone.now())
        here = time.thread_time() - here
    upload.refresh_from_db()
    recording = upload.recording
    assert recording is not None
    wait_until_ready(recording, seconds=120 + size / MB)
    wall = time.monotonic() - wall
    time.sleep(0.05)  # the sandbox's child is collected
    cost = Cost(wall, cpu_seconds(worker) - cpu + here)
    recording.track.delete()
    return cost


class Most:
    """A body of bytes that are at hand."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def read(self, size: int, /) -> bytes:
        data, self._data = self._data[:size], self._data[size:]
        return bytes(data)


def wait_until_ready(recording: Recording, seconds: float) -> None:
    end = time.monotonic() + seconds
    while recording.stage != Recording.Stage.READY:
        if time.monotonic() > end or recording.stage in {Recording.Stage.REFUSED, Recording.Stage.FAILED}:
            raise RuntimeError(f"{recording} did not become ready: {recording.refusal}")
        time.sleep(0.02)
        recording.refresh_from_db(fields=["stage", "refusal"])


def by_ffmpeg(ffmpeg: str, path: Path) -> Cost:
    """The same two renditions from one decode, as the command line makes them."""
    shared = [
        *("-movflags", "+frag_keyframe+delay_moov+default_base_moof+global_sidx", "-frag_duration", "6000000"),
        *("-f", "mp4"),
    ]
    channels = 1 if channels_of(path) == 1 else 2
    rates = (160_000, 128_000) if channels == 2 else (80_000, 64_000)
    command = [ffmpeg, "-nostdin", "-v", "error", "-y", "-i", str(path)]
    for codec, rate, more in (("aac", rates[0], []), ("libopus", rates[1], ["-ar", "48000"])):
        command += ["-map", "0:a:0", "-c:a", codec, "-b:a", str(rate), "-ac", str(channels), *more, *shared]
        command += [str(HOME / f"ffmpeg-{codec}.mp4")]
    began = time.monotonic()
    process = subprocess.Popen(command)
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"ffmpeg could not encode {path.name}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def channels_of(path: Path) -> int:
    import av

    with av.open(str(path)) as container:
        return container.streams.audio[0].channels


# ——— memory ———


def worker_memory(alma: Account, worker: int, minutes: int) -> dict[str, Any]:
    """The most that worker and sandbox take while a long track is rendered."""
    long = HOME / "long.flac"
    write_long(long, minutes)
    with peak_of(worker) as peak:
        recording = journey.receive_file(alma, long, arrive.Wish(), timezone.now())
        began = time.monotonic()
        wait_until_ready(recording, seconds=60 * minutes)
    say(f"worker: {peak.mb} MB at most, {minutes} minutes of music in {time.monotonic() - began:.0f} s")
    recording.track.delete()
    return {"worker_peak_mb": peak.mb, "rendered_minutes": minutes}


def write_long(path: Path, minutes: int) -> None:
    """One minute again and again, as FLAC, with no more than a minute in memory."""
    import av
    from av.audio.stream import AudioStream

    minute = HOME / "minute.wav"
    write_piece(minute, seconds=60)
    with av.open(str(path), "w", format="flac") as out:
        stream = out.add_stream("flac", rate=RATE_HZ)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout, stream.codec_context.format = "stereo", "s16"
        written = 0
        for _ in range(minutes):
            with av.open(str(minute)) as source:
                for frame in source.decode(audio=0):
                    frame.pts = written
                    written += frame.samples
                    out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    minute.unlink()


def server_memory(alma: Account, length_bytes: int) -> dict[str, Any]:
    """The most that all of the server takes while one large file comes in, in a single piece."""
    port = free_port("127.0.0.1", 8600)
    _token, secret = issue(alma, "bench", timezone.now() + timedelta(hours=1))
    block = np.random.default_rng(7).bytes(MB)
    with running("serve", "--port", str(port), "--no-worker") as server:
        line = connected(port, server)
        headers = {"Authorization": f"Bearer {secret}", "Tus-Resumable": "1.0.0"}
        line.request("POST", "/uploads/", headers={**headers, "Upload-Length": str(length_bytes)})
        answer = line.getresponse()
        answer.read()
        place = answer.headers["Location"]
        with peak_of(server.pid) as peak:
            began = time.monotonic()
            piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
            body = (block for _ in range(length_bytes // MB))
            line.request("PATCH", place, body, {**headers, **piece, "Content-Length": str(length_bytes)})
            status = line.getresponse().status
            seconds = time.monotonic() - began
        if status != 204:
            raise RuntimeError(f"the server answered {status}")
    speed = round(length_bytes / MB / seconds)
    say(f"server: {peak.mb} MB at most, {length_bytes // MB} MB at {speed} MB/s")
    return {"server_peak_mb": peak.mb, "received_mb": length_bytes // MB, "received_mb_per_s": speed}


def connected(port: int, server: "subprocess.Popen[bytes]") -> HTTPConnection:
    for _ in range(1200):
        if server.poll() is not None:
            raise RuntimeError("the server ended")
        line = HTTPConnection("127.0.0.1", port, timeout=600)
        try:
            line.request("GET", "/manifest.webmanifest")
            line.getresponse().read()
        except OSError:
            line.close()
            time.sleep(0.1)
            continue
        return line
    raise RuntimeError("the server did not start")


@contextmanager
def running(*arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A command of Tenuto, as an operator runs it."""
    process = subprocess.Popen([*TENUTO, *arguments], stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
