"""Short pieces that are unlike each other, as sound and as tracks: chance notes, each seed its own."""

import shutil
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import av
import numpy as np
from django.test import TestCase
from numpy.typing import NDArray

from tenuto.accounts.models import Account
from tenuto.ai.identification.segments import read
from tenuto.base import storage
from tenuto.base.models import Blob
from tenuto.consent.current import refresh
from tenuto.dsp.encode import write_audio
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.mono import write_mono
from tenuto.gate.container import unpack
from tenuto.gate.due import sound_waits
from tenuto.tracks.events import SoundArrived
from tenuto.tracks.models import Hold, Recording, Track
from tenuto.tracks.slugs import begin_track
from tests.settings import HOME

RATE_HZ = 12_000
SECONDS = 12.0

Sound = NDArray[np.float32]


@lru_cache(maxsize=16)
def piece(seed: int, seconds: float = SECONDS) -> Sound:
    """Plucked notes, three or four at a time, at chance moments and pitches."""
    chance = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * RATE_HZ), np.float32)
    at = 0.0
    while at < seconds - 0.7:
        for pitch in chance.choice(np.arange(48, 96), chance.integers(2, 5), replace=False):
            hertz = 440 * 2 ** ((pitch - 69) / 12)
            times = np.arange(int(0.6 * RATE_HZ)) / RATE_HZ
            tone = np.sin(2 * np.pi * hertz * times) + 0.4 * np.sin(4 * np.pi * hertz * times)
            start = int(at * RATE_HZ)
            sound[start : start + len(times)] += (0.08 * tone * np.exp(-6 * times)).astype(np.float32)
        at += float(chance.choice([0.125, 0.19, 0.25, 0.31]))
    return sound


def faster(sound: Sound, by: float) -> Sound:
    """As a tape that runs faster: higher as well."""
    places = np.arange(0, len(sound) - 1, by)
    tape: Sound = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
    return tape


def noisy(sound: Sound, share: float = 0.2) -> Sound:
    """With white noise of that share of its own power."""
    noise = np.random.default_rng(99).normal(0, float(np.std(sound)) * share**0.5, len(sound))
    tape: Sound = (sound + noise).astype(np.float32)
    return tape


def turned(sound: Sound) -> Sound:
    """In stereo, one side turned against the other: their sum is silence."""
    return np.stack([sound, -sound], axis=1)


def hidden(sound: Sound, behind: Sound) -> Sound:
    """In stereo: the sum is all another sound, and this one is heard from both sides."""
    return np.stack([behind + sound, behind - sound], axis=1)


def as_file(sound: Sound) -> Path:
    place = Path(mkdtemp(prefix="piece-", dir=HOME)) / "piece.wav"
    write_audio(place, sound if sound.ndim == 2 else sound[:, None], RATE_HZ)
    return place


def as_mp3(sound: Sound, path: Path) -> Path:
    """As an MP3 of 64 kbit/s."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mp3", rate=24_000, bit_rate=64_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None, :]), format="flt", layout="mono")
        frame.sample_rate = RATE_HZ
        resampler = av.AudioResampler("fltp", "mono", 24_000, stream.codec_context.frame_size or 1152)
        for converted in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(converted))
        out.mux(stream.encode(None))
    return path


def heard_in(file: Path) -> Sound:
    """What is in a file of any kind, at our rate."""
    row = Path(mkdtemp(prefix="piece-", dir=HOME)) / "row"
    write_mono(file, row, RATE_HZ, ROOMY)
    sound: Sound = np.fromfile(row, np.float32)
    return sound


def came(owner: Account, sound: Sound, title: str = "Harbour", of: Track | None = None) -> Recording:
    """A recording as it stands when it has been rendered, held until it was checked; those who listen are told."""
    track = of or begin_track(owner, title)
    recording = Recording.objects.create(
        track=track,
        current=not track.recordings.filter(current=True).exists(),
        stage=Recording.Stage.READY,
        original=blob_of(sound),
        filename="piece.wav",
        seconds=len(sound) / RATE_HZ,
    )
    Hold.objects.create(recording=recording)
    refresh([track.pk], recording.arrived_at)
    return recording


def told(recording: Recording) -> None:
    """The gate learns that the recording has come."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        sound_waits(SoundArrived(recording.track_id, recording.pk, recording.arrived_at))


def blob_of(sound: Sound) -> Blob:
    path = as_file(sound)
    digest = storage.digest_of(path)
    known = Blob.objects.filter(digest=digest).first()
    if known is not None and storage.path_of(known).exists():
        return known
    return storage.adopt(Path(shutil.copy(path, path.with_suffix(".copy"))))


def held_of(work: int, files: Iterable[Path]) -> list[bytes]:
    """What an index holds of a work in its files: stretches of its points' times, of their heights, and of its bits."""
    found = []
    for path in files:
        arrays = unpack(path.read_bytes())
        for index in np.flatnonzero(arrays["pieces"] == work).tolist():
            first, last = (int(arrays["block_peaks"][block]) for block in arrays["piece_blocks"][index : index + 2])
            for name in ("peak_ticks", "peak_cents"):
                values = arrays[name][first:last]
                found += [values[at : at + 12].tobytes() for at in range(0, len(values) - 12, 12)]
            rows = read(arrays).bits_of(index)
            stretches = [rows[at : at + 4] for at in range(0, len(rows) - 4, 4)]
            bits = [stretch.tobytes() for stretch in stretches if stretch.any(axis=1).all()]
            assert bits
            found += bits
    return found
