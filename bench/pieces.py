"""Real music to be known again: pieces of Debian's games, found on this machine, and their division.

References are indexed; outsiders are not, so that whatever is said of them is wrong. Half is for tuning (thresholds,
weights, probabilities), half is held out. The division goes by package, which here means by composer as well: no
outsider was made by those who made a reference. Nothing is downloaded; `ADVICE` names what to install.
"""

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

CACHE = Path(tempfile.gettempdir()) / "tenuto-bench-identify"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "music"
SUFFIXES = {".ogg", ".opus", ".mp3", ".flac", ".wav", ".m4a", ".it", ".s3m", ".xm"}
FULL_HZ = 44_100
SHORTEST_S, LONGEST_S = 40, 240  # shorter ones are jingles; of longer ones the first four minutes
TUNING, HELD_OUT = "tuning", "held out"

# package: (folder or archive of its music, half, whether it is indexed)
PACKAGES = {
    "singularity-music": ("games/singularity/music", TUNING, True),
    "fillets-ng-data": ("games/fillets-ng/music", TUNING, True),
    "pingus-data": ("games/pingus/data/music", TUNING, True),
    "asc-music": ("games/asc/music", TUNING, True),
    "lincity-ng-data": ("games/lincity-ng/music", TUNING, True),
    "drascula-music": ("scummvm/drascula/audio", TUNING, True),
    "colobot-common-sounds": ("games/colobot/music", TUNING, True),
    "hedgewars-data": ("games/hedgewars/Data/Music", TUNING, True),
    "hyperrogue-music": ("hyperrogue/music", TUNING, False),
    "supertux-data": ("games/supertux2/music", TUNING, False),
    "planetblupi-music-ogg": ("planetblupi/music", TUNING, False),
    "wesnoth-1.16-music": ("games/wesnoth/1.16/data/core/music", HELD_OUT, True),
    "warzone2100-music": ("games/warzone2100/music", HELD_OUT, True),
    "nexuiz-music": ("games/nexuiz/data/music.pk3", HELD_OUT, True),
    "tomatoes-data": ("tomatoes/music", HELD_OUT, True),
    "ufoai-music": ("games/ufoai/base/0music.pk3", HELD_OUT, False),
}
SHARED_HALF = (HELD_OUT, True)  # "0 A.D."; what it has of HyperRogue is left to the package
ADVICE = f"apt-get install {' '.join(PACKAGES)} ffmpeg sox espeak-ng libchromaprint-tools"


@dataclass(frozen=True)
class Piece:
    name: str
    path: Path
    seconds: float
    half: str
    indexed: bool


def found() -> list[Piece]:
    """All that is installed, always in the same order."""
    pieces = []
    for package, (place, half, indexed) in PACKAGES.items():
        where = Path("/usr/share") / place
        folder = unpacked(where, package) if where.suffix == ".pk3" else where
        pieces += [(package, path, half, indexed) for path in music_in(folder)]
    ours = [path for path in music_in(SHARED) if not path.stem.startswith(("domina", "savino", "jungle"))]
    pieces += [("shared", path, *SHARED_HALF) for path in ours]
    paths = [path for _, path, _, _ in pieces]
    with ThreadPoolExecutor() as pool:  # that wait for another program
        lengths = dict(zip(paths, pool.map(seconds_of, paths), strict=True))
    return [
        Piece(f"{package}/{path.stem}", path, min(lengths[path], LONGEST_S), half, indexed)
        for package, path, half, indexed in pieces
        if lengths[path] >= SHORTEST_S
    ]


def music_in(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)


def unpacked(archive: Path, name: str) -> Path:
    """The music of an archive that is a zip file by another name."""
    folder = CACHE / "unpacked" / name
    if archive.exists() and not folder.exists():
        partly = folder.with_suffix(".partly")
        shutil.rmtree(partly, ignore_errors=True)
        with zipfile.ZipFile(archive) as bundle:
            bundle.extractall(partly, [each for each in bundle.namelist() if Path(each).suffix in SUFFIXES])
        partly.rename(folder)
    return folder


def seconds_of(path: Path) -> float:
    kept = CACHE / "lengths" / hashlib.sha256(str(path).encode()).hexdigest()
    if not kept.exists():
        command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)]
        answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(answer if answer not in {"", "N/A"} else "0")
    return float(kept.read_text())


def decoded(piece: Piece) -> Floats:
    """One channel at 44,100 Hz, at most four minutes."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-t", str(LONGEST_S), "-i", str(piece.path)]
    command += ["-ac", "1", "-ar", str(FULL_HZ), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout, np.float32)
