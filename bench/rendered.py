"""Music of which tempo and key are known exactly, because it is rendered here from notes.

OpenMSX (Debian's openttd-openmsx, General Public Licence): every piece whose tempo map says one tempo from its first
note to its last, so that nothing need be annotated. Each is rendered three times: as written, and twice at other
tempi and pitches that its name alone decides. FluidSynth plays at most 90 seconds with a General MIDI soundfont, and
MP3 at 128 kbit/s loses what MP3 loses.

Composed: for each of the 24 keys a piece of chords, bass, melody and drums that begins and ends at home and never
leaves its key. There the key is not a matter of opinion. Each is rendered three times as well.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import av
import numpy as np
from av.audio.frame import AudioFrame
from bench.composed import compose
from bench.midi import Song, read, write
from bench.symbolic import KeyName, unambiguous_key
from numpy.typing import NDArray

from tenuto.dsp.encode import write_audio

OPENMSX = Path("/usr/share/games/openttd/baseset/openmsx")
SOUNDFONTS = Path("/usr/share/sounds/sf2")
FONTS = ("FluidR3_GM.sf2", "TimGM6mb.sf2")
CACHE = Path(tempfile.gettempdir()) / "tenuto-bench-organise"
RATE_HZ = 44_100
BIT_RATE = 128_000
SLOWEST, FASTEST = 0.85, 1.18  # of the written tempo
HIGHEST = 6  # semitones up or down
VARIANTS = 3
ADVICE = "apt-get install openttd-openmsx fluidsynth fluid-soundfont-gm    (or timgm6mb-soundfont, which is smaller)"


@dataclass(frozen=True)
class Clip:
    """One rendered file and what is known of it. `key` is None where opinions may differ."""

    piece: str
    path: Path
    bpm: float
    semitones: int  # above the piece as written
    key: KeyName | None
    declared: KeyName | None  # by the file's own key signature
    held_out: bool  # took no part in fitting the weights of tenuto.algorithms.metre
    beat_is_written: bool  # the written tempo is that of the beat
    is_composed: bool = False


class NotInstalled(Exception):
    """Something is missing that the benchmark renders with."""


def soundfont(*, smallest: bool) -> Path:
    """What plays. Raises where anything is missing, and says what to install."""
    fonts = [SOUNDFONTS / name for name in FONTS if (SOUNDFONTS / name).exists()]
    if not fonts or not OPENMSX.is_dir() or shutil.which("fluidsynth") is None:
        raise NotInstalled(ADVICE)
    return fonts[-1 if smallest else 0]


def openmsx(font: Path, *, pieces: int | None = None, seconds: float = 90.0) -> list[Clip]:
    """Three clips of each piece of constant tempo, or of the first `pieces` of them whose key is beyond doubt."""
    found: list[Clip] = []
    for name, song, written_bpm in constant_pieces():
        if pieces is not None and len(found) == VARIANTS * pieces:
            break
        part = song.until(seconds * written_bpm / 60)  # in all variants the same notes
        key, declared = unambiguous_key(part), part.keys[-1][1:] if part.keys else None
        straight = beat_is_written(part)
        if pieces is not None and key is None:
            continue
        for number, (bpm, semitones) in enumerate(variants(name, written_bpm)):
            path = rendered(part.changed(bpm, semitones), font, f"{name}-{number}")
            truth = moved(key, semitones), moved(declared, semitones)
            found.append(Clip(name, path, bpm, semitones, *truth, is_held_out(name), straight))
    return found


def constant_pieces() -> Iterator[tuple[str, Song, float]]:
    for path in sorted(OPENMSX.glob("*.mid")):
        song = read(path)
        bpm = song.constant_bpm()
        if bpm is not None:
            yield path.stem, song, bpm


def variants(name: str, written_bpm: float) -> list[tuple[float, int]]:
    """(tempo in BPM, semitones): as written, slower, faster; no two at one pitch."""
    random = Random(name)
    up, down = random.randint(1, HIGHEST), -random.randint(1, HIGHEST)
    if random.random() < 0.5:
        up, down = down, up
    ratios = [(1.0, 0), (random.uniform(SLOWEST, 0.97), up), (random.uniform(1.03, FASTEST), down)][:VARIANTS]
    # A tempo map counts whole microseconds a beat: the truth is what can be written.
    return [(60e6 / round(60e6 / (written_bpm * ratio)), semitones) for ratio, semitones in ratios]


def beat_is_written(song: Song) -> bool:
    """Whether notes gather on the written beats or their halves, and not on every third of their quarters.

    Those that do the latter are shuffles that were written on a straight grid: three of its sixteenths are a beat, two
    and one its swung quavers. Two pieces do, and clearly so: 0.62 against 0.12 and 0.53 against 0.21 of all notes; of
    the others none has more than 0.22 there.
    """
    starts = np.array([note.start for note in song.notes])
    beats, halves, threes = (abs(np.exp(2j * np.pi * times * starts).mean()) for times in (1, 2, 4 / 3))
    return bool(threes <= max(beats, halves))


def composed(font: Path, *, pieces: int = 24) -> list[Clip]:
    """Three clips of a piece in each key, or of so many of them."""
    found = []
    for number in range(pieces):
        key, name = (number * 7 % 12, bool(number % 2)), f"composed-{number}"
        song, written_bpm = compose(*key, seed=number)
        for variant, (bpm, semitones) in enumerate(variants(name, written_bpm)):
            path = rendered(song.changed(bpm, semitones), font, f"{name}-{variant}")
            truth = moved(key, semitones)
            found.append(Clip(name, path, bpm, semitones, truth, None, is_held_out(name), True, is_composed=True))
    return found


def is_held_out(name: str) -> bool:
    """Half of all pieces, by the digest of their names: weights are fitted on the others."""
    return bool(hashlib.sha256(name.encode()).digest()[0] & 1)


def moved(key: KeyName | None, semitones: int) -> KeyName | None:
    return None if key is None else ((key[0] + semitones) % 12, key[1])


def rendered(song: Song, font: Path, name: str) -> Path:
    """The song as MP3, made once: the next run finds it in the folder for temporary files."""
    CACHE.mkdir(parents=True, exist_ok=True)
    notes = CACHE / f"{name}.mid"
    write(song, notes)
    digest = hashlib.sha256(notes.read_bytes() + font.name.encode()).hexdigest()[:16]
    path = CACHE / f"{name}-{digest}.mp3"
    if not path.exists():
        wav, part = path.with_suffix(".wav"), path.with_suffix(".part.mp3")
        command = ["fluidsynth", "-ni", "-q", "-F", str(wav), "-T", "wav", "-O", "s16", "-r", str(RATE_HZ)]
        subprocess.run([*command, str(font), str(notes)], check=True, capture_output=True, timeout=600)
        write_audio(part, stereo(wav), RATE_HZ, bit_rate=BIT_RATE)
        part.rename(path)  # half a file is never found
        wav.unlink()
    return path


def stereo(path: Path) -> NDArray[np.float32]:
    """A file of 16-bit samples as floating point, (length, 2)."""
    with av.open(str(path)) as file:
        planes = [frame.to_ndarray().reshape(-1, 2) for frame in file.decode(audio=0) if isinstance(frame, AudioFrame)]
    samples: NDArray[np.float32] = np.concatenate(planes).astype(np.float32) / np.float32(32768)
    return samples
