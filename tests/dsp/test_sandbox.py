"""A hostile file's process harms nothing, and its end is told in a sentence."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tenuto.dsp.errors import Crashed, Interrupted, SoundError, TooMuchMemory, TooSlow
from tenuto.dsp.limits import QUICK, ROOMY, Limits
from tenuto.dsp.probe import probe
from tenuto.dsp.render import EVERYTHING, render
from tenuto.dsp.sandbox import Level, Sandbox
from tenuto.dsp.tags import read_tags
from tests.dsp import misdeeds
from tests.dsp.clips import music, written

GOLDEN = Path(__file__).parents[1] / "golden" / "audio"


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def level(sandbox: Sandbox) -> Level:
    return sandbox.level()


def test_linux_gives_every_confinement(level: Level) -> None:
    if sys.platform != "linux":
        pytest.skip("Linux only")
    assert level.memory
    if not (level.files and level.calls):
        pytest.skip(f"this kernel gives {level}")


def test_a_song_is_probed_read_and_rendered_as_outside(sandbox: Sandbox, tmp_path: Path) -> None:
    path = written(tmp_path / "x.mp3", music(3), 44_100)
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    assert sandbox.run(probe, path, reads=[path]) == probe(path)
    assert sandbox.run(read_tags, path, reads=[path]) == read_tags(path)
    heard_of: list[float] = []
    made = sandbox.run(
        render, path, inside, EVERYTHING, ROOMY,
        reads=[path], writes=[inside], limits=ROOMY, on_progress=heard_of.append,
    )  # fmt: skip
    assert made.loudness_lufs == render(path, outside).loudness_lufs
    for file in outside.iterdir():
        assert (inside / file.name).read_bytes() == file.read_bytes()
    assert heard_of == sorted(heard_of)
    assert heard_of[-1] == 1.0


@pytest.mark.parametrize("path", sorted(path for path in GOLDEN.iterdir() if path.is_file()), ids=lambda p: p.name)
def test_every_frozen_file_gets_the_same_verdict_inside(sandbox: Sandbox, path: Path) -> None:
    """Nothing that a child needs is first looked for on the disk that it can no longer read."""

    def verdict(run: Callable[[], object]) -> object:
        try:
            return run()
        except SoundError as error:
            return error.code

    assert verdict(lambda: sandbox.run(probe, path, reads=[path])) == verdict(lambda: probe(path))
    assert sandbox.run(read_tags, path, reads=[path]) == read_tags(path)


@pytest.mark.parametrize(
    ("deed", "limits", "error", "words"),
    [
        (misdeeds.read_wild_address, QUICK, Crashed, "SIGSEGV"),
        (misdeeds.abort, QUICK, Crashed, "SIGABRT"),
        (misdeeds.leave, QUICK, Crashed, "without an answer"),
        (misdeeds.fail, QUICK, Crashed, "a fault of ours"),
        (misdeeds.spin, replace(QUICK, cpu_seconds=1), TooSlow, "processor time"),
        (misdeeds.sleep, replace(QUICK, wall_seconds=0.5), TooSlow, "out of time"),
        (misdeeds.answer_halfway, replace(QUICK, wall_seconds=0.5), TooSlow, "out of time"),
        (misdeeds.hoard, replace(QUICK, memory_bytes=250_000_000), TooMuchMemory, "memory"),
        (misdeeds.raise_memory_error, QUICK, TooMuchMemory, "memory"),
        (misdeeds.answer_at_length, QUICK, Crashed, "without an answer"),
    ],
)
def test_the_end_of_a_child_is_an_error_here(
    sandbox: Sandbox, deed: Callable[[], None], limits: Limits, error: type[SoundError], words: str
) -> None:
    with pytest.raises(error, match=words):
        sandbox.run(deed, limits=limits)
    assert sandbox.run(misdeeds.answer, 7) == 7


def test_it_starts_again_when_the_ready_process_was_killed_and_a_child_holds_none_of_our_secrets(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENUTO_SECRET_KEY", "hush")
    assert sandbox.run(misdeeds.answer, 1) == 1
    assert sandbox._process is not None
    sandbox._process.kill()
    sandbox._process.wait()
    inside = sandbox.run(misdeeds.environment)
    assert set(inside) == {"PYTHONPATH", "LC_ALL", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}
    assert "hush" not in str(inside)


def test_to_be_killed_from_outside_is_no_fault_of_the_file(sandbox: Sandbox) -> None:
    with pytest.raises(Interrupted):
        sandbox.run(misdeeds.be_killed)
    assert not issubclass(Interrupted, SoundError), "it would be refused, and the artist told that the file is bad"


def test_a_full_disk_is_no_fault_of_the_file(sandbox: Sandbox) -> None:
    with pytest.raises(OSError, match="No space left"):
        sandbox.run(misdeeds.fill_the_disk)


def test_only_the_named_paths_can_be_opened(sandbox: Sandbox, level: Level, tmp_path: Path) -> None:
    if not level.files:
        pytest.skip("no Landlock on this kernel")
    mine, other, place = tmp_path / "mine", tmp_path / "other", tmp_path / "place"
    mine.write_bytes(b"x")
    other.write_bytes(b"x")
    place.mkdir()
    for path, verdict in ((mine, "done"), (other, "PermissionError"), (Path("/etc/passwd"), "PermissionError")):
        assert sandbox.run(misdeeds.read, str(path), reads=[mine], writes=[place]) == verdict
    for path, verdict in ((place / "new", "done"), (mine, "PermissionError"), (tmp_path / "new", "PermissionError")):
        assert sandbox.run(misdeeds.write, str(path), reads=[mine], writes=[place]) == verdict
    assert mine.read_bytes() == b"x"


def test_nothing_leaves_by_the_network(sandbox: Sandbox, level: Level) -> None:
    if not level.calls:
        pytest.skip("no seccomp on this machine")
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        assert sandbox.run(misdeeds.open_socket, int(family)) == "PermissionError"


@pytest.mark.parametrize("deed", [misdeeds.fork, misdeeds.start_program, misdeeds.kill_parent])
def test_no_other_process_is_started_or_ended(sandbox: Sandbox, level: Level, deed: Callable[[], str]) -> None:
    if not level.calls:
        pytest.skip("no seccomp on this machine")
    assert sandbox.run(deed) == "PermissionError"


def test_rights_and_limits_stay(sandbox: Sandbox, level: Level, tmp_path: Path) -> None:
    if not level.calls:
        pytest.skip("no seccomp on this machine")
    (tmp_path / "mine").write_bytes(b"x")
    assert sandbox.run(misdeeds.change_rights, str(tmp_path / "mine"), writes=[tmp_path]) == "PermissionError"
    assert sandbox.run(misdeeds.lift_limits) in ("ValueError", "PermissionError")


def test_files_stay_few_and_small(sandbox: Sandbox, tmp_path: Path) -> None:
    small = replace(QUICK, largest_output_bytes=1_000_000)
    assert sandbox.run(misdeeds.write_too_much, str(tmp_path / "x"), writes=[tmp_path], limits=small) == "OSError"
    assert sandbox.run(misdeeds.open_many) == "OSError"


def test_threads_are_allowed(sandbox: Sandbox) -> None:
    assert sandbox.run(misdeeds.use_threads) == 4


def test_an_answer_cannot_run_code_here(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(Crashed, match="without an answer"):
        sandbox.run(misdeeds.answer_with_code, f"touch {tmp_path / 'pwned'}")
    assert not (tmp_path / "pwned").exists()


def test_progress_arrives_in_order_and_not_too_often(sandbox: Sandbox) -> None:
    heard_of: list[float] = []
    assert sandbox.run(misdeeds.report, 50_000, on_progress=heard_of.append) == "reported"
    assert heard_of == sorted(heard_of)
    assert heard_of[-1] == 1.0
    assert 100 < len(heard_of) < 300


def test_a_listener_that_fails_ends_the_child(sandbox: Sandbox) -> None:
    def refuse(done: float) -> None:
        raise LookupError("not now")

    with pytest.raises(LookupError, match="not now"):
        sandbox.run(misdeeds.report, 10, on_progress=refuse)


def test_many_threads_may_use_one_sandbox(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda number: sandbox.run(misdeeds.answer, number), range(40))) == list(range(40))


def test_what_a_run_cost_is_told(sandbox: Sandbox) -> None:
    _, usage = sandbox.measure(misdeeds.answer, 1)
    assert 0 < usage.cpu_seconds < 1
    assert 10_000_000 < usage.peak_bytes < 300_000_000


def test_when_we_are_killed_our_children_are(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    program = (
        "from pathlib import Path; from tenuto.dsp.sandbox import Sandbox; from tests.dsp import misdeeds;"
        f"Sandbox().run(misdeeds.own_pid_then_sleep, {str(noted)!r}, writes=[Path({str(tmp_path)!r})])"
    )
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    ours = subprocess.Popen([sys.executable, "-c", program], env={"PYTHONPATH": path})
    eventually(lambda: noted.exists() and noted.read_text() != "")
    child = int(noted.read_text())
    assert lives(child)
    ours.send_signal(signal.SIGKILL)
    ours.wait()
    eventually(lambda: not lives(child))


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
