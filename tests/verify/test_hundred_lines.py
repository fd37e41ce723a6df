"""The script in the documentation, run as it stands: it finds a log whole, and finds out what was altered."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT
from tests.rules.logs import KEY, WrittenLog

SCRIPT = ROOT / "docs/build/check_log.py"
ENTRIES = [f"entry {number}".encode() for number in range(2_000)]


def run(folder: Path, *old: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(SCRIPT), str(folder), str(KEY), *map(str, old)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_hundred_lines_are_enough_to_check_a_log(tmp_path: Path) -> None:
    """It imports nothing of ours, so it shows that nothing of ours is needed."""
    source = SCRIPT.read_text(encoding="utf-8")
    assert source.count("\n") <= 100
    assert "import tenuto" not in source
    log = WrittenLog()
    old = tmp_path / "old"
    for size in (0, 1, 300, 1_234):
        log.append(ENTRIES[log.size : size])
        folder = log.write(tmp_path / str(size))
        found = run(folder, *([old] if old.exists() else []))
        assert found.stdout == f"music.example/log: all {size} entries are what the log signed\n", found.stderr
        old.write_bytes(log.files["checkpoint"])


def test_it_finds_out_what_was_altered(tmp_path: Path) -> None:
    log = WrittenLog.of(ENTRIES[:300])
    kept = tmp_path / "kept"
    kept.write_bytes(log.files["checkpoint"])
    other = WrittenLog.of([*ENTRIES[:10], b"another", *ENTRIES[11:700]])
    found = run(other.write(tmp_path / "other"), kept)
    assert found.returncode
    assert "does not begin with the log of then" in found.stderr
    folder = log.write(tmp_path / "log")
    altered = {
        "tile/entries/000": (b"entry 7", b"entry 8", "tile 0 is not its entries"),
        "tile/0/000": (log.files["tile/0/000"][:9], b"another's", "tile 0 is not its entries"),
        "checkpoint": (b"\n300\n", b"\n299\n", "InvalidSignature"),
    }
    for path, (old, new, words) in altered.items():
        whole = (folder / path).read_bytes()
        assert old in whole
        (folder / path).write_bytes(whole.replace(old, new))
        found = run(folder)
        assert found.returncode == 1
        assert words in found.stderr
        (folder / path).write_bytes(whole)
    assert run(folder).returncode == 0
