"""What is done to music before it is asked about: 32 kinds, by ffmpeg, sox and arithmetic, each the same every time.

Speed is what a tape does (tempo and pitch together), tempo and pitch are changed apart. The evader plays it 5 % faster
and a semitone higher still, cuts the bass away and adds noise.
"""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from bench.pieces import FULL_HZ, Floats
from scipy.signal import butter, fftconvolve, sosfilt

RATE_HZ = 12_000
SAID = (
    "the quick brown fox jumps over the lazy dog and runs along the river until evening comes and all go home",
    "she sells shells by the shore while the captain counts the ships that come into the harbour one by one",
    "in the market people talk about the weather, the price of bread and what happened yesterday in town",
)


@dataclass(frozen=True)
class Kind:
    """`change(sound, seed)`: from one channel at 44,100 Hz to one at 12,000 Hz."""

    change: Callable[[Floats, int], Floats]
    tempo: float = 1.0
    semitones: float = 0.0


def through(command: Sequence[str], sound: bytes) -> bytes:
    return subprocess.run(command, input=sound, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


RAW = ("-f", "f32le", "-ac", "1", "-ar", str(FULL_HZ), "-i", "-")
QUIET = ("ffmpeg", "-v", "error")
OUT = ("-ac", "1", "-ar", str(RATE_HZ), "-f", "f32le", "-")


def filtered(sound: Floats, seed: int = 0, by: str = "anull") -> Floats:
    return np.frombuffer(through([*QUIET, *RAW, "-af", by, *OUT], sound.tobytes()), np.float32)


def coded(sound: Floats, seed: int, codec: Sequence[str]) -> Floats:
    there = through([*QUIET, *RAW, "-c:a", *codec, "-"], sound.tobytes())
    return np.frombuffer(through([*QUIET, "-i", "-", *OUT], there), np.float32)


def soxed(sound: Floats, seed: int, effects: Sequence[str]) -> Floats:
    one = ("-t", "f32", "-c", "1")
    command = ["sox", "-D", "-V1", *one, "-r", str(FULL_HZ), "-", *one, "-r", str(RATE_HZ), "-", "gain", "-6", *effects]
    return np.frombuffer(through(command, sound.tobytes()), np.float32)


def noisy(sound: Floats, seed: int, decibels: float, babbling: bool) -> Floats:
    return mixed(filtered(sound), seed, decibels, babbling)


def mixed(clean: Floats, seed: int, decibels: float, babbling: bool) -> Floats:
    """With noise so many decibels below the sound."""
    random = np.random.default_rng(seed)
    if babbling:
        voices = babble()
        at = int(random.integers(len(voices) - len(clean)))
        added = voices[at : at + len(clean)]
    else:
        added = random.standard_normal(len(clean)).astype(np.float32)
    loud = np.sqrt(np.mean(clean**2) + 1e-12) / np.sqrt(np.mean(added**2) + 1e-12) * 10 ** (-decibels / 20)
    both = clean + added * loud
    mix: Floats = (both / max(1.0, float(np.abs(both).max()))).astype(np.float32)
    return mix


@cache
def babble() -> Floats:
    """Eight voices at once for two minutes."""
    both = np.zeros(120 * RATE_HZ, np.float32)
    random = np.random.default_rng(3)
    for voice in ("en", "en-us", "de", "fr", "es", "it", "pl", "pt"):
        pitch, speed = random.integers(20, 80), random.integers(130, 190)
        words = " ".join(SAID[place] for place in random.integers(0, len(SAID), 12))
        spoken = through(["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "--stdout", words], b"")
        one = np.frombuffer(through([*QUIET, "-i", "-", *OUT], spoken), np.float32)
        both += np.roll(np.resize(one, len(both)), int(random.integers(len(both))))
    voices: Floats = (both / np.abs(both).max()).astype(np.float32)
    return voices


def in_room(sound: Floats, seed: int, decay_s: float, direct: float) -> Floats:
    random = np.random.default_rng(seed)
    at = np.arange(int(3 * decay_s * RATE_HZ)) / RATE_HZ
    room = random.standard_normal(len(at)) * np.exp(-at / decay_s)
    room[0] += direct
    there = fftconvolve(filtered(sound), room)[: len(sound) * RATE_HZ // FULL_HZ]
    heard: Floats = (there / max(1e-9, float(np.abs(there).max())) * 0.7).astype(np.float32)
    return heard


def by_microphone(sound: Floats, seed: int) -> Floats:
    """A small loudspeaker, overdriven, in a room where people talk."""
    there = in_room(sound, seed, 0.12, 2.0)
    narrow = sosfilt(butter(2, [300, 3_800], "bandpass", fs=RATE_HZ, output="sos"), there)
    driven = np.tanh(0.85 * narrow / np.sqrt(np.mean(narrow**2) + 1e-9)).astype(np.float32)
    return mixed(driven, seed, 10.0, True)


def evaded(sound: Floats, seed: int) -> Floats:
    return mixed(soxed(sound, seed, ["speed", "1.05", "pitch", "100", "sinc", "250"]), seed, 10.0, False)


def kinds() -> dict[str, Kind]:
    made = {
        "original": Kind(filtered),
        "mp3-64": Kind(partial(coded, codec=("libmp3lame", "-b:a", "64k", "-f", "mp3"))),
        "opus-32": Kind(partial(coded, codec=("libopus", "-b:a", "32k", "-f", "ogg"))),
        "gsm": Kind(partial(coded, codec=("libgsm", "-ar", "8000", "-f", "gsm"))),
        "telephone": Kind(partial(soxed, effects=("sinc", "300-3400"))),
        "reverberation": Kind(partial(in_room, decay_s=0.25, direct=3.0)),
        "microphone": Kind(by_microphone),
        "evader": Kind(evaded, 1.05, float(12 * np.log2(1.05) + 1)),
    }
    for decibels in (10, 5, 0):
        made[f"white {decibels}"] = Kind(partial(noisy, decibels=decibels, babbling=False))
        made[f"babble {decibels}"] = Kind(partial(noisy, decibels=decibels, babbling=True))
    for percent in (-16, -8, -4, 4, 8, 16):
        rate = 1 + percent / 100
        made[f"tempo {percent:+}"] = Kind(partial(filtered, by=f"atempo={rate}"), rate)
    for semitones in (-4, -2, -1, 1, 2, 4):
        by = f"rubberband=pitch={2 ** (semitones / 12)}"
        made[f"pitch {semitones:+}"] = Kind(partial(filtered, by=by), 1.0, semitones)
    for percent in (-12, -6, -3, 3, 6, 12):
        rate = 1 + percent / 100
        effects = ("speed", str(rate))
        made[f"speed {percent:+}"] = Kind(partial(soxed, effects=effects), rate, float(12 * np.log2(rate)))
    return made


KINDS = kinds()
